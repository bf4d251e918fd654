/**
 * What Explain tells of one number. What is pressed says only which number it is (`Mark`); what that is, and
 * of which rows, `panels/<kind>/about.ts` finds in the kind's model whenever that changes: the number in
 * Explain is the one on the page. A model has the rows of its numbers as they came, none is copied.
 */
import type { Format, Measure, MeasureTerm, StatusItem } from "../../../src/serving/pages.ts";
import type { WireRow } from "../../../src/serving/protocol.ts";
import { exactWords } from "../data/exact-words.ts";
import type { ExactDecimal } from "../numbers/exact-decimal.ts";
import type { Times } from "../time/times.ts";

export interface About {
  /** "Revenue, 17:05 – 17:10, DE". */
  readonly title: string;
  /** What was pressed, and what it is made of where that is other numbers. */
  readonly numbers: readonly AboutNumber[];
  /** Undefined where it is of no rows: an answer has it. */
  readonly rows: readonly WireRow[] | undefined;
  /** The position of its source among the panel's; or what of the server itself it is. */
  readonly source: number | ServerFact;
}

/** What is of no rows: the server says it of itself. */
export type ServerFact = Exclude<StatusItem["shows"]["is"], "measure">;

export interface AboutNumber {
  readonly title: string;
  /** "sum(revenue) ÷ sum(orders)", or the column that has it; undefined where an answer has it. */
  readonly formula: string | undefined;
  /** Every digit. */
  readonly value: string;
}

export const share: Format = { as: "share", currency: null, digits: null };

export function aboutNumber(
  title: string,
  formula: string | Measure | undefined,
  value: ExactDecimal | undefined,
  format: Format,
  currency = "",
): AboutNumber {
  return {
    title,
    formula: typeof formula === "object" ? formulaOf(formula) : formula,
    value: value === undefined ? "no number" : exactWords({ value, currency }, format),
  };
}

/** Of the first source, as nearly all are. */
export function about(
  names: readonly (string | null | undefined)[],
  numbers: readonly AboutNumber[],
  rows: readonly WireRow[] | undefined,
): About {
  return { title: names.filter((name) => name !== undefined).join(", "), numbers, rows, source: 0 };
}

export function formulaOf({ of, per }: Measure): string {
  return per === null ? termWords(of) : `${termWords(of)} ÷ ${termWords(per)}`;
}

function termWords({ aggregate, column }: MeasureTerm): string {
  return `${aggregate}(${column ?? ""})`;
}

const dayMs = 86_400_000;

/** "17:05 – 17:10", with the day where it is not that of `nearMs`. */
export function timeWords(startMs: number, endMs: number | undefined, times: Times, nearMs: number): string {
  const start = momentIn(times, startMs, nearMs);
  if (endMs === undefined || times.moment(endMs) === times.moment(startMs)) return start;
  return `${start} – ${momentIn(times, endMs, endMs - startMs < dayMs / 2 ? endMs : nearMs)}`;
}

/** Without the day where it cannot be another. */
export function momentIn(times: Times, ms: number, nearMs: number): string {
  return Math.abs(nearMs - ms) < dayMs / 2 ? times.minute(ms) : times.moment(ms);
}
