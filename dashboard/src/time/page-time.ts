/**
 * What a page shows of time, as its address says it: a span up to now, or from one instant to another; now,
 * or as it was at a moment.
 */
import type { PageSpan } from "../../../src/serving/pages.ts";
import type { Around } from "../panels/panel-kind.ts";

export const spanMs: Readonly<Record<PageSpan, number>> = {
  "15m": 15 * 60_000,
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 7 * 86_400_000,
};

export const spanWords: Readonly<Record<PageSpan, string>> = {
  "15m": "15 min",
  "1h": "1 h",
  "24h": "24 h",
  "7d": "7 d",
};

/** Of the address; what is not there is as the page says. */
export interface TimeSearch {
  readonly span?: PageSpan | undefined;
  /** Instants: from, and up to without. Both or none. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** An instant: the page stands, and shows what there was then. */
  readonly at?: string | undefined;
}

export function readTimeSearch(search: Readonly<Record<string, unknown>>): TimeSearch {
  const atMs = instant(search.at);
  const standing = atMs === undefined ? {} : { at: new Date(atMs).toISOString() };
  const [fromMs, toMs] = [instant(search.from), instant(search.to)];
  if (fromMs !== undefined && toMs !== undefined && fromMs < toMs)
    return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), ...standing };
  const span =
    typeof search.span === "string" && Object.hasOwn(spanMs, search.span)
      ? (search.span as PageSpan)
      : undefined;
  return span === undefined ? standing : { span, ...standing };
}

function instant(value: unknown): number | undefined {
  const ms = typeof value === "string" || typeof value === "number" ? Date.parse(String(value)) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

export type PageTime = Pick<Around, "fromMs" | "toMs" | "endsNow" | "sinceMs" | "before">;

/** So much of what is shown is one step: what moves on less is not drawn anew. Now is never far behind it. */
const stepsOfSpan = 600;
const stepMsMax = 10_000;

/** `nowMs`: the moment, where the page stands. */
export function pageTime(search: TimeSearch, pageSpan: PageSpan, nowMs: number): PageTime {
  if (search.from !== undefined && search.to !== undefined) {
    const [fromMs, toMs] = [Date.parse(search.from), Date.parse(search.to)];
    const lengthMs = toMs - fromMs;
    const before = { fromMs: fromMs - lengthMs, toMs: fromMs, words: "the time before, of the same length" };
    return { fromMs, toMs, endsNow: false, sinceMs: before.fromMs, before };
  }
  const span = search.span ?? pageSpan;
  const lengthMs = spanMs[span];
  const stepMs = Math.min(stepMsMax, Math.max(1_000, lengthMs / stepsOfSpan));
  const toMs = Math.ceil(nowMs / stepMs) * stepMs;
  const fromMs = toMs - lengthMs;
  // Days are compared with the same weekday, weeks are so by themselves.
  const backMs = span === "24h" ? spanMs["7d"] : lengthMs;
  const before = { fromMs: fromMs - backMs, toMs: toMs - backMs, words: beforeWords[span] };
  // By whole spans, so that what is asked for stays the same for as long.
  const sinceMs = Math.floor(before.fromMs / lengthMs) * lengthMs;
  return { fromMs, toMs, endsNow: true, sinceMs, before };
}

const beforeWords: Readonly<Record<PageSpan, string>> = {
  "15m": "the 15 minutes before",
  "1h": "the hour before",
  "24h": "the same 24 hours a week before",
  "7d": "the 7 days before",
};
