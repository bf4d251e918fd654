/** Moments as a form has them: wall clocks of the page's zone, this machine's or UTC. */
import { isUtc } from "./times.ts";

const secondMs = 1_000;

/** "2026-03-01T12:00:00". */
export function wallText(timeMs: number, zone: string): string {
  const offsetMs = isUtc(zone) ? 0 : new Date(timeMs).getTimezoneOffset() * 60 * secondMs;
  return new Date(timeMs - offsetMs).toISOString().slice(0, 19);
}

export type ReadRange =
  | { readonly fromMs: number; readonly toMs: number }
  /** Why there is none, for who wrote it. */
  | { readonly refusal: string };

export function readRange(from: string, to: string, zone: string): ReadRange {
  const [fromMs, toMs] = [from, to].map((text) => Date.parse(isUtc(zone) ? `${text}Z` : text));
  if (fromMs === undefined || Number.isNaN(fromMs)) return { refusal: "Say from when." };
  if (toMs === undefined || Number.isNaN(toMs)) return { refusal: "Say until when." };
  if (fromMs >= toMs) return { refusal: "It has to begin before it ends." };
  return { fromMs, toMs };
}
