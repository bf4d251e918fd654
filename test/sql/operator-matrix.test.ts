/**
 * Every operator under every condition: rows that are taken back, late rows, an idle input, a restart, NULL
 * in the key, no rows. Each cell is a run, compiled and interpreted, as it is and frozen and restored after
 * every step; after each step the change feed, folded, is what a reference in plain TypeScript says of all
 * that came until then. UPDATE=1 writes docs/reference/operators.md.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readAnswers } from "../flink/answers.ts";
import { operatorNamesOf, runCell } from "./operator-matrix/matrix-cell.ts";
import { operatorRows } from "./operator-matrix/operator-rows.ts";
import { operatorFiles, operatorsPage } from "./operator-matrix/operators-page.ts";
import { conditions } from "./operator-matrix/script.ts";

const page = join(import.meta.dirname, "../../docs/reference/operators.md");
const answers = join(import.meta.dirname, "flink-answers");

describe.each(operatorRows)("$name", (row) => {
  test.each(conditions)("%s", (condition) => {
    expect(runCell(row, condition)).not.toBe("");
  });
});

test("each operator has a row", () => {
  const named = new Set(operatorRows.map(({ file }) => file));
  expect(operatorFiles().filter((file) => !named.has(file))).toEqual([]);
});

test.each(operatorRows)("$name runs the operator of its row", (row) => {
  const source = readFileSync(
    join(import.meta.dirname, `../../src/dataflow/operators/${row.file}.ts`),
    "utf8",
  );
  const [, name] = /^export class (\w+Operator) /m.exec(source)!;
  expect(operatorNamesOf(row)).toContain(name);
});

test("what is refused as by Flink is what Flink refused", () => {
  const files = ["corpus", "probes"].flatMap((folder) =>
    readdirSync(join(answers, folder)).map((name) => join(answers, folder, name)),
  );
  const written = files.filter((name) => name.endsWith(".txt") && !name.endsWith("not-yet.txt"));
  const recorded = written.flatMap((name) => readAnswers(readFileSync(name, "utf8")));
  const asked = operatorRows.flatMap(({ refusals = {} }) => Object.values(refusals));
  for (const { flink } of asked) {
    if (flink === undefined) continue;
    const answer = recorded.find(({ sql }) => sql === inOneLine(flink));
    expect(answer?.lines[0], flink).toMatch(/^refused: /);
  }
});

function inOneLine(sql: string): string {
  return sql.replaceAll(/\s+/g, " ");
}

test("docs/reference/operators.md says what the cells have shown", () => {
  const text = operatorsPage();
  if (process.env.UPDATE === "1") writeFileSync(page, text);
  expect(readFileSync(page, "utf8")).toBe(text);
});
