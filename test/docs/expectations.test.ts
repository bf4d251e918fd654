/** The scenario of docs/projects.md, run over the tables and views of that page. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { projectOf, rehearse, toldOf } from "../support/project-folder.ts";

const page = readFileSync(join(projectRoot, "docs", "projects.md"), "utf8");

function block(language: string, holding: string): string {
  const blocks = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))];
  return blocks.find(([, text]) => text!.includes(holding))![1]!;
}

test("the scenario of the page holds", async () => {
  const files = {
    "sql/all.sql": block("sql", "CREATE TABLE orders"),
    "expected/minute.yaml": block("yaml", "clock: "),
  };
  expect(toldOf(await rehearse(projectOf(files)))).toEqual([]);
});

test("so does the twin, over the simulator of the page", async () => {
  const files = {
    "sql/all.sql": block("sql", "CREATE TABLE orders"),
    "simulators/orders.yaml": block("yaml", "stream: orders"),
    "expected/revenue_by_country.duckdb.sql": block("text", ".duckdb.sql"),
    "expected/twins.yaml": block("yaml", "runs-on: ")
      .replace("count: 10000", "count: 500")
      .replace("runs-on: 1 h ", "runs-on: 2 min "),
  };
  const [outcome] = await rehearse(projectOf(files));
  expect(outcome).toMatchObject({ kind: "twin", differences: [], name: "revenue_by_country" });
  expect(outcome!.mistake).toBeUndefined();
});
