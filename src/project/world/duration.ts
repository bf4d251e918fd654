/** Spans of time as people write them: `250 ms`, `5 s`, `20 min`, `6 h`, `3 d`. */
import type { YamlValue } from "../yaml-file.ts";

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

export function readDuration(at: YamlValue, minMs: number): number {
  const found = typeof at.value === "string" ? durationOf(at.value) : undefined;
  if (found !== undefined && found >= minMs) return found;
  throw at.refuse(`a time such as 90 s, 20 min, 6 h or 3 d${minMs > 0 ? ", longer than nothing" : ""}`);
}
