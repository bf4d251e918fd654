/** What is printed is read back as the same tree: for random trees of the whole grammar. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Statement } from "../../src/sql/parse/ast.ts";
import { printStatement } from "../../src/sql/parse/print.ts";
import { statement } from "./random-syntax.ts";
import { meaningOf, withoutPlaces } from "./tree-meaning.ts";

test("every tree that can be made is printed so that it is read back the same", () => {
  fc.assert(
    fc.property(statement, (tree) => {
      const text = printStatement(filled(tree));
      expect(meaningOf(text), text).toEqual([withoutPlaces(tree)]);
    }),
    { numRuns: 3000 },
  );
}, 60_000);

/** A tree as the printer takes it: a generator leaves out lists and fields that are empty. */
function filled(tree: unknown): Statement {
  return tree as Statement;
}
