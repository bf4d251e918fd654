import type { TableDefinition } from "./catalog.ts";
import { durationMs } from "./duration.ts";

const defaultMs = 24 * 3_600_000;

/** How far apart rows of a stream with a `'dedup-key'` can be and still be one; undefined without a key. */
export function dedupSpanMs(options: TableDefinition["options"]): number | undefined {
  if (options["dedup-key"] === undefined) return undefined;
  return durationMs(options["dedup-span"] ?? "") ?? defaultMs;
}
