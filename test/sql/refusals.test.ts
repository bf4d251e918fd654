/**
 * What is refused, and how it reads. Each block of a file under refusals/ is one statement, `----`, and the
 * errors as a person sees them; blocks are divided by a line of `====`. A file begins with the tables its
 * statements use, ended by `====` too. UPDATE=1 fills the errors in: read them before they are committed.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Catalog } from "../../src/catalog/catalog.ts";
import { formatError } from "../../src/errors/source-text.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";

const folder = new URL("refusals/", import.meta.url);
const blockEnd = "\n====\n";
const errorsBegin = "\n----\n";

function refusalsOf(setup: string, statement: string): string {
  const catalog = new Catalog();
  expect(analyzeScript(setup, catalog).errors).toEqual([]);
  return analyzeScript(statement, catalog)
    .errors.map((error) => formatError(error, statement))
    .join("\n");
}

const files = readdirSync(folder).filter((name) => name.endsWith(".txt"));

describe.each(files)("%s", (name) => {
  const url = new URL(name, folder);
  const [setup, ...blocks] = readFileSync(url, "utf8").trimEnd().split(blockEnd);
  const cases = blocks.map((block) => {
    const [statement, expected = ""] = block.split(errorsBegin);
    return { statement: statement!.trim(), expected: expected.trim() };
  });

  test("holds statements", () => {
    expect(cases.length).toBeGreaterThan(0);
  });

  test.each(cases)("$statement", ({ statement, expected }) => {
    const refusals = refusalsOf(setup!, statement);
    expect(refusals).not.toBe("");
    if (process.env.UPDATE !== "1") expect(refusals).toBe(expected);
  });

  if (process.env.UPDATE === "1") {
    const filled = cases.map(({ statement }) => `${statement}${errorsBegin}${refusalsOf(setup!, statement)}`);
    writeFileSync(url, `${[setup, ...filled].join(blockEnd)}\n`);
  }
});
