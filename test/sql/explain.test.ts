/**
 * What EXPLAIN says, as text: explain.txt begins with its tables; each block behind `====` is a statement,
 * `----`, and its explanation. UPDATE=1 fills the explanations in: read them before they are committed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { Catalog } from "../../src/catalog/catalog.ts";
import { analyzeScript, explainStatement } from "../../src/sql/analyze.ts";
import { explainedText } from "../../src/sql/explain/explain-plan.ts";

const url = new URL("explain.txt", import.meta.url);
const isUpdate = process.env.UPDATE === "1";
const [setup, ...blocks] = readFileSync(url, "utf8").trimEnd().split("\n====\n");
const cases = blocks.map((block) => {
  const [statement, expected = ""] = block.split("\n----\n");
  return { statement: statement!.trim(), expected: expected.trim() };
});

function explained(statement: string): string {
  const { bound, errors } = analyzeScript(`${setup}; EXPLAIN ${statement}`, new Catalog(), {
    inputEnds: true,
  });
  expect(errors).toEqual([]);
  const last = bound.at(-1);
  if (last?.kind !== "Explain") expect.fail("it is no EXPLAIN");
  return explainedText(explainStatement(last));
}

describe("EXPLAIN", () => {
  test("has statements to explain", () => {
    expect(cases.length).toBeGreaterThan(15);
  });

  test.each(cases)("$statement", ({ statement, expected }) => {
    const text = explained(statement);
    expect(text).not.toBe("");
    if (!isUpdate) expect(text).toBe(expected);
  });

  test("leaves nothing of what it explains in the catalog", () => {
    const script = "EXPLAIN CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; SELECT a FROM v";
    const { errors } = analyzeScript(script, new Catalog(), { inputEnds: true });
    expect(errors.map(({ code }) => code)).toEqual(["sql.unknown-table"]);
  });

  test("tells the mode of changes unasked, and refuses what it cannot tell", () => {
    const script = "EXPLAIN CHANGELOG_MODE SELECT 1; EXPLAIN ESTIMATED_COST, CHANGELOG_MODE SELECT 1";
    const { bound, errors } = analyzeScript(script, new Catalog());
    expect(bound.map(({ kind }) => kind)).toEqual(["Explain"]);
    expect(errors.map(({ message }) => message)).toEqual(["EXPLAIN ESTIMATED_COST is not supported yet."]);
  });
});

afterAll(() => {
  if (!isUpdate) return;
  const filled = cases.map(({ statement }) => `${statement}\n----\n${explained(statement)}`);
  writeFileSync(url, `${[setup, ...filled].join("\n====\n")}\n`);
});
