/** Where runs leave their counts, for docs/reliability.md: only where `npm run reliability` asks for it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type ReliabilityPart = "faults" | "kills" | "figures";

export const reliabilityVariable = "QUICKWATER_RELIABILITY";

export function noteReliability(part: ReliabilityPart, counts: ReadonlyMap<string, number>): void {
  const folder = process.env[reliabilityVariable];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${part}.json`), JSON.stringify(Object.fromEntries(counts)));
}
