/** Durations as options write them: '500 ms', '5 s', '24 h'. */
const durationText = /^(\d{1,9})\s*(ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)$/;
const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Undefined where the text is no duration. */
export function durationMs(text: string): number | undefined {
  const [, count, unit] = durationText.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return Number(count) * (unit === "ms" ? 1 : unitMs[unit[0]!]!);
}
