/**
 * Where Quickwater answers otherwise than Flink on purpose: a text of reasons, each with its statements.
 *
 *   == The reason, a sentence of docs/reference/sql.md.
 *   corpus/keys.txt :: SELECT d, SUM(n) FROM …
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { answersFolder } from "./questions.ts";

export interface Divergences {
  readonly reasons: readonly string[];
  /** Statement, as `keyOf` writes it → reason. */
  readonly reasonOf: ReadonlyMap<string, string>;
}

export function keyOf(answers: string, sql: string): string {
  return `${answers} :: ${sql.replace(/\s+/g, " ").trim()}`;
}

export function readDivergences(): Divergences {
  const reasons: string[] = [];
  const reasonOf = new Map<string, string>();
  for (const line of linesOf("divergences.txt")) {
    if (line.startsWith("== ")) reasons.push(line.slice(3));
    else reasonOf.set(line, reasons.at(-1)!);
  }
  return { reasons, reasonOf };
}

/** The probes that Quickwater cannot run yet. */
export function readNotYet(): Set<string> {
  return new Set(linesOf("probes/not-yet.txt"));
}

function linesOf(file: string): string[] {
  const text = readFileSync(join(answersFolder, file), "utf8");
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
