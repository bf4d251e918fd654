/** What a text says: its trees without places, so that two texts say the same when these are equal. */
import { expect } from "vitest";
import type { Statement } from "../../src/sql/parse/ast.ts";
import { parseScript } from "../../src/sql/parse/parse-statement.ts";
import { printStatement } from "../../src/sql/parse/print.ts";

export function meaningOf(text: string): unknown {
  const { statements, errors } = parseScript(text);
  expect(errors.map((error) => `${error.position?.column}: ${error.message}`)).toEqual([]);
  return withoutPlaces(statements);
}

/** A generated tree has none; what is undefined in one is left out of the other. */
export function withoutPlaces(tree: unknown): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, value: unknown) =>
      key === "position" || key === "valuePosition" || key === "queryText" ? undefined : value,
    ),
  );
}

/** The statements of a text as the printer writes them. */
function printed(text: string): string {
  const { statements, errors } = parseScript(text);
  expect(errors.map((error) => `${error.position?.column}: ${error.message}`)).toEqual([]);
  return statements.map((statement: Statement) => printStatement(statement)).join("; ");
}

/** A text prints as expected, and what is printed says the same. */
export function expectPrinted(text: string, expected: string = text): void {
  expect(printed(text)).toBe(expected);
  expect(meaningOf(expected)).toEqual(meaningOf(text));
}
