/**
 * refused.txt: the queries that do not run, each a block: its name, `----`, what is said of it. Blocks are
 * divided by a line of `====`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { queryNames } from "../../bench/nexmark/tables.ts";

const file = new URL("refused.txt", import.meta.url);
const blockEnd = "\n====\n";
const refusalBegins = "\n----\n";

export function refusedQueries(): ReadonlyMap<string, string> {
  const blocks = readFileSync(file, "utf8").trimEnd().split(blockEnd);
  return new Map(blocks.map((block) => block.split(refusalBegins) as [string, string]));
}

export function writeRefusedQueries(refused: readonly (readonly [string, string])[]): void {
  writeFileSync(file, `${refused.map((block) => block.join(refusalBegins)).join(blockEnd)}\n`);
}

export function runningQueries(): readonly string[] {
  const refused = refusedQueries();
  return queryNames.filter((name) => !refused.has(name));
}
