/**
 * docs/reference/functions.md: what is said in sentences is in function-introduction.txt, forms and examples
 * are in function-examples.txt, the rest comes from the signatures. Every example is run, compiled and
 * interpreted. UPDATE=1 writes the page.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cellText } from "../../src/cli/result-format/cell-text.ts";
import { aggregateNames } from "../../src/functions/aggregate/aggregate-function.ts";
import {
  callableFunctions,
  scalarFunction,
  scalarFunctionNames,
} from "../../src/functions/scalar/registry.ts";
import type { BoundExpression } from "../../src/sql/bind/bound-expression.ts";
import { childrenOf } from "../../src/sql/plan/expressions.ts";
import { formatType, withNullable } from "../../src/values/sql-type.ts";
import { finalRows, SltWorld } from "../sql/slt-runner.ts";
import { bindList, runList } from "../support/projected-rows.ts";

const page = join(import.meta.dirname, "..", "..", "docs", "reference", "functions.md");
const examples = readFileSync(join(import.meta.dirname, "function-examples.txt"), "utf8");
const lines = examples.split("\n").filter((line) => line !== "");
const table = "CREATE TABLE t (i INT)";

const [aggregateIntroduction, aggregateExamples] = readFileSync(
  join(import.meta.dirname, "aggregate-examples.txt"),
  "utf8",
).split("----\n") as [string, string];
const aggregateLines = aggregateExamples.trim().split("\n");

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

/** Over the four rows that the page shows. */
async function aggregateRow(line: string): Promise<string> {
  const [form, example] = line.split(" :: ") as [string, string];
  const world = (mode: "compiled" | "interpreted") => {
    const made = new SltWorld({ mode, chunkRows: 10 });
    made.bind("CREATE TABLE t (x INT, s STRING)");
    made.addRows("t", ['{"x":1,"s":"a"}', '{"x":4,"s":"b"}', '{"x":4,"s":"c"}', '{"x":null,"s":"d"}']);
    return made;
  };
  const query = `SELECT ${example} FROM t`;
  const { schema, rows } = await world("compiled").query(query);
  const [[value]] = finalRows(rows) as [[never]];
  expect(finalRows((await world("interpreted").query(query)).rows)).toEqual([[value]]);
  const { type } = schema.columns[0]!;
  const cells = [`\`${cell(form)}\``, `\`${cell(example)}\``, cell(cellText(value, type))];
  return `| ${[...cells, formatType(withNullable(type, true))].join(" | ")} |`;
}

async function aggregates(): Promise<string> {
  const rows = await Promise.all(aggregateLines.map(aggregateRow));
  const head = "| form | example | gives | type |\n|---|---|---|---|";
  return `${aggregateIntroduction}\n${head}\n${rows.join("\n")}\n`;
}

async function generated(): Promise<string> {
  const sections = lines.map((line) =>
    line.startsWith("## ")
      ? `\n${line}\n\n| form | example | gives | type | NULL |\n|---|---|---|---|---|`
      : rowOf(line),
  );
  return `${introduction}${sections.join("\n")}\n\n${await aggregates()}`;
}

test("the page of functions says what the functions say", async () => {
  const text = await generated();
  if (process.env.UPDATE === "1") writeFileSync(page, text);
  expect(readFileSync(page, "utf8")).toBe(text);
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

test("every aggregate has an example", () => {
  const named = new Set(aggregateLines.map((line) => /:: (\w+)/.exec(line)?.[1]));
  expect(aggregateNames.filter((name) => !named.has(name))).toEqual([]);
});
