/** Spans of time as people write them: `250 ms`, `5 s`, `20 min`, `6 h`, `3 d`. */
const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** In milliseconds; undefined for a text that is none. */
export function durationOf(text: string): number | undefined {
  const match = /^(-?\d+(?:\.\d+)?) ?(ms|s|min|h|d)$/.exec(text.trim());
  return match === null ? undefined : Math.round(Number(match[1]) * units[match[2]!]!);
}
