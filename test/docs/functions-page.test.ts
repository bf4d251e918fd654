/**
 * docs/reference/functions.md: what is said in sentences is in function-introduction.txt, forms and examples
 * are in function-examples.txt, the rest comes from the signatures. Every example is run, compiled and
 * interpreted. UPDATE=1 writes the page.
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

const introduction = readFileSync(join(import.meta.dirname, "function-introduction.txt"), "utf8");

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
  cells.push(formatType(withNullable(type, true)), nullRule(bound.expressions[0]!));
  return `| ${cells.join(" | ")} |`;
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
