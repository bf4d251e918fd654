/**
 * docs/reference/functions.md: forms and examples are in function-examples.txt, the rest comes from the
 * signatures, and every example is run, compiled and interpreted. UPDATE=1 writes the page.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cellText } from "../../src/cli/result-format/cell-text.ts";
import {
  callableFunctions,
  scalarFunction,
  scalarFunctionNames,
} from "../../src/functions/scalar/registry.ts";
import type { BoundExpression } from "../../src/sql/bind/bound-expression.ts";
import { childrenOf } from "../../src/sql/plan/expressions.ts";
import { formatType, withNullable } from "../../src/values/sql-type.ts";
import { bindList, runList } from "../support/projected-rows.ts";

const page = join(import.meta.dirname, "..", "..", "docs", "reference", "functions.md");
const examples = readFileSync(join(import.meta.dirname, "function-examples.txt"), "utf8");
const lines = examples.split("\n").filter((line) => line !== "");
const table = "CREATE TABLE t (i INT)";

const introduction = `# Functions

The functions that a row is computed with, as Flink has them. Generated from the signatures and from
\`test/docs/function-examples.txt\`, whose examples are run: \`UPDATE=1 npm test -- test/docs/functions-page.test.ts\`.

*NULL* says when the answer is NULL: \`argument\` where an argument is; \`argument +\` there and where the function has no
answer; \`never\`; \`own\` where the function or the branch that is taken says so.

- Integers wrap around; division by zero of integers and decimals, a CAST that fails, and an argument that a function
  cannot take fail the row. \`DOUBLE\` gives NaN and infinities.
- A character is a code point; \`OVERLAY\`, \`LPAD\`, \`RPAD\` and \`REGEXP_INSTR\` count UTF-16 units, as in Flink. A function
  that would make more than 16 Mi characters fails the row.
- Regular expressions have Java's syntax and are matched in linear time. Not taken: references back to a group, looking
  ahead or behind, possessive and atomic groups, classes within classes, the flags \`d\`, \`u\`, \`x\`. A wrong pattern is
  refused when the query is bound; one that comes with a row fails the row.
- Formats of dates take \`y M d D E a H h m s S X\` and \`'text'\`; the session's zone is UTC.
- JSON paths take members, elements and wildcards, strict unless they begin with \`lax\`. Filters, slices and \`..\` are
  refused. \`JSON_OBJECT\` and its like take no \`DECIMAL\`: cast it to \`STRING\` or \`DOUBLE\`.
- \`RAND\`, \`UUID\` and the clocks are refused: a view gives the same rows in every replay.
`;

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", "\\n");
}

function nullRule(expression: BoundExpression): string {
  if (expression.kind !== "Call") return "own";
  const { name, nulls } = scalarFunction(expression.function);
  if (name === "AND" || name === "OR") return "own";
  if (nulls === "own") return expression.type.nullable ? "own" : "never";
  return expression.type.nullable ? "argument +" : "argument";
}

function rowOf(line: string): string {
  const [form, example] = line.split(" :: ") as [string, string];
  const bound = bindList(table, example, [[1]]);
  const [[value]] = runList(bound, "compiled") as [[never]];
  expect(runList(bound, "interpreted")).toEqual([[value]]);
  const { type } = bound.expressions[0]!;
  const gives = value === null ? "NULL" : cellText(value, type);
  const cells = [`\`${cell(form)}\``, `\`${cell(example)}\``, cell(gives) || "(empty)"];
  return `| ${[...cells, formatType(withNullable(type, true)), nullRule(bound.expressions[0]!)].join(" | ")} |`;
}

function generated(): string {
  const sections = lines.map((line) =>
    line.startsWith("## ")
      ? `\n${line}\n\n| form | example | gives | type | NULL |\n|---|---|---|---|---|`
      : rowOf(line),
  );
  return `${introduction}${sections.join("\n")}\n`;
}

test("the page of functions says what the functions say", () => {
  if (process.env.UPDATE === "1") writeFileSync(page, generated());
  expect(readFileSync(page, "utf8")).toBe(generated());
});

test("no function is left out", () => {
  const reached = new Set<string>();
  const collect = (expression: BoundExpression): void => {
    if (expression.kind === "Call") reached.add(expression.function);
    for (const child of childrenOf(expression)) collect(child);
  };
  for (const line of lines.filter((each) => !each.startsWith("## ")))
    bindList(table, line.split(" :: ")[1]!, []).expressions.forEach(collect);
  expect(scalarFunctionNames.filter((name) => !reached.has(name))).toEqual([]);
  expect([...callableFunctions.keys()].filter((name) => !examples.includes(`${name}(`))).toEqual([]);
});
