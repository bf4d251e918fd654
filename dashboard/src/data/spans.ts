/** Lengths of time in words: of windows, of buckets, and of how long ago something was. */

const units: readonly (readonly [string, number])[] = [
  ["week", 604_800_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
  ["millisecond", 1],
];

/** "minute", "5 minutes", "1.5 hours": what stands behind "of the" and before "earlier". */
export function spanWords(lengthMs: number): string {
  const [name, unitMs] =
    units.find(([, ms]) => lengthMs >= ms && lengthMs % ms === 0) ??
    units.find(([, ms]) => lengthMs >= ms) ??
    (["millisecond", 1] as const);
  const count = Math.round((lengthMs / unitMs) * 10) / 10;
  return count === 1 ? name : `${count.toLocaleString()} ${name}s`;
}

/** "the minute", "5 minutes". */
export function theSpan(lengthMs: number): string {
  const words = spanWords(lengthMs);
  return /^\d/.test(words) ? words : `the ${words}`;
}

/** A window that still fills. */
export interface Opening {
  /** Undefined where nobody says when it ends. */
  readonly lengthMs: number | undefined;
  readonly percent: number | undefined;
}

/** How much of a window has passed, in whole percent: all of it only when it is over. */
export function openingOf(startMs: number | undefined, endMs: number | undefined, nowMs: number): Opening {
  if (startMs === undefined || endMs === undefined || endMs <= startMs)
    return { lengthMs: undefined, percent: undefined };
  const part = Math.min(1, Math.max(0, (nowMs - startMs) / (endMs - startMs)));
  return { lengthMs: endMs - startMs, percent: Math.floor(100 * part) };
}

/** "open, 62 % of the minute". */
export function openWords({ lengthMs, percent }: Opening): string {
  if (lengthMs === undefined || percent === undefined) return "open";
  return percent === 100
    ? `${theSpan(lengthMs)} over, not final yet`
    : `open, ${percent} % of ${theSpan(lengthMs)}`;
}
