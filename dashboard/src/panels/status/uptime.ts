/** How long the server ran, now or at the moment of a page that stands. */
import type { ServerHealth } from "../../../../src/serving/answers.ts";
import { formatted } from "../../data/formatted.ts";

/** In seconds; undefined of a moment before its start: of processes before it nothing is kept. */
export function uptimeAt(
  { startedAt, uptimeSeconds }: Pick<ServerHealth, "startedAt" | "uptimeSeconds">,
  at: string | undefined,
): number | undefined {
  if (at === undefined) return uptimeSeconds;
  const seconds = Math.floor((Date.parse(at) - Date.parse(startedAt)) / 1_000);
  return seconds < 0 ? undefined : seconds;
}

export function uptimeWords(seconds: number): string {
  const format = { as: "seconds", currency: null, digits: null } as const;
  return formatted({ unscaled: BigInt(seconds), scale: 0 }, format);
}
