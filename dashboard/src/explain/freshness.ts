/** How fresh a view is, in words; and how fresh it was at the moment of a page that stands. */
import type { ViewAnswer, ViewSummary, WhyAnswer } from "../../../src/serving/answers.ts";
import { instantOf } from "../data/cells.ts";
import { formatAge, formatCount } from "../numbers/format.ts";
import type { Times } from "../time/times.ts";
import { lateRowsOf } from "./inputs.ts";

type FreshFacts = readonly (readonly [string, string])[];

export function freshNow(why: WhyAnswer, summary: ViewSummary | undefined, times: Times): FreshFacts {
  const told = momentsBefore(Date.parse(why.now), "ago", times);
  const late = lateRowsOf(why);
  return [
    ["As of step", count(why.step)],
    ...(summary === undefined
      ? []
      : ([
          ["Last row taken", told(summary.freshness.lastRowAt)],
          ["Watermark", told(summary.freshness.watermark)],
        ] as const)),
    ...(why.shows === null ? [] : ([["Last change", told(why.shows.lastChangeAt)]] as const)),
    ...(late === undefined ? [] : ([["Came late", count(late)]] as const)),
  ];
}

type Then = Pick<ViewAnswer, "step" | "freshness" | "counters">;

/** By the replay that made the rows of then. */
export function freshThen({ step, freshness, counters }: Then, at: string, times: Times): FreshFacts {
  const told = momentsBefore(Date.parse(at), "before", times);
  return [
    ["As of step", count(step)],
    ["Last row taken", told(freshness.lastRowAt)],
    ["Watermark", told(freshness.watermark)],
    ["Rows taken", count(counters.rowsTaken)],
    ["Came late", count(counters.rowsLate)],
    ["Last change", "not known of then"],
  ];
}

function momentsBefore(ofMs: number, word: string, times: Times): (text: string | null) => string {
  return (text) => {
    const ms = text === null ? undefined : instantOf(text);
    return ms === undefined
      ? "none yet"
      : `${times.moment(ms)}, ${formatAge(Math.max(0, ofMs - ms))} ${word}`;
  };
}

const count = (rows: number) => formatCount(BigInt(rows));
