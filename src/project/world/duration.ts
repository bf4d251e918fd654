/** Spans of time in files of a project. */
import { durationOf } from "../../values/duration.ts";
import type { YamlValue } from "../yaml-file.ts";

export function readDuration(at: YamlValue, minMs: number): number {
  const found = typeof at.value === "string" ? durationOf(at.value) : undefined;
  if (found !== undefined && found >= minMs) return found;
  throw at.refuse(`a time such as 90 s, 20 min, 6 h or 3 d${minMs > 0 ? ", longer than nothing" : ""}`);
}
