/** What a measurement of the dashboard says: a row of the report. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly asked: string;
  /** Undefined where nothing is asked. */
  readonly isReached?: boolean | undefined;
}

export function atMost(what: string, measured: number, asked: number, unit: string, digits = 0): Figure {
  const said = (value: number) => `${value.toFixed(digits)}${unit === "" ? "" : ` ${unit}`}`;
  return {
    what,
    measured: said(measured),
    asked: `${asked}${unit === "" ? "" : ` ${unit}`}`,
    isReached: measured <= asked,
  };
}
