/**
 * What a law of the house is: a pure function from the source tree to the places that break it.
 * A law reads nothing but the tree it is given, so the same function judges the real tree and the small
 * ones in `test/fixtures/architecture/`, each of which breaks one law on purpose.
 */
import type { SourceTree } from "./source-tree.ts";

export interface Violation {
  readonly file: string;
  readonly line: number;
  /** What is wrong, in words that a newcomer understands. */
  readonly what: string;
  /** What to do about it. */
  readonly instead: string;
}

export interface Law {
  /** Also the name of the folder with its fixtures. */
  readonly name: string;
  /** The law in one sentence: the name of its test. */
  readonly says: string;
  readonly check: (tree: SourceTree) => readonly Violation[];
}

/** The report of a broken law: the places one by one, and after those that share it, what to do there. */
export function describeViolations(law: Law, violations: readonly Violation[]): string {
  const places = Map.groupBy(violations, ({ instead }) => instead);
  const paragraphs = [...places].map(([instead, alike]) => {
    const lines = alike.map(({ file, line, what }) => `${file}:${line}  ${what}`);
    return [...lines, `  → ${instead}`].join("\n");
  });
  return [`${law.name}: ${law.says}. Broken in ${violations.length} place(s):`, ...paragraphs].join("\n\n");
}
