/** A canvas knows no CSS variables: the tokens of the theme, resolved as they are where the chart stands. */
export interface ChartColours {
  readonly series: string;
  readonly seriesFaint: string;
  readonly line: string;
  readonly muted: string;
}

export function resolveColours(place: HTMLElement): ChartColours {
  const probe = document.createElement("span");
  place.append(probe);
  const resolve = (expression: string): string => {
    probe.style.color = expression;
    return getComputedStyle(probe).color;
  };
  const colours = {
    series: resolve("var(--series)"),
    seriesFaint: resolve("var(--accent-soft)"),
    line: resolve("var(--line)"),
    muted: resolve("var(--muted)"),
  };
  probe.remove();
  return colours;
}
