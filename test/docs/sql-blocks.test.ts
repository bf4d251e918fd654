import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { Catalog } from "../../src/catalog/catalog.ts";
import { formatError } from "../../src/errors/source-text.ts";
import { readProject } from "../../src/project/read-project.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";

const docs = readdirSync(join(projectRoot, "docs"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".md"))
  .map((file) => join("docs", file));
const pages = ["README.md", ...docs];
const blocks = pages.flatMap((page) => {
  const text = readFileSync(join(projectRoot, page), "utf8");
  return [...text.matchAll(/^```sql\n([\s\S]*?)^```/gm)].map((match) => ({ page, sql: match[1]! }));
});

/** Blocks of a page may speak of the demo's tables. */
function demoTables(): Catalog {
  const catalog = new Catalog();
  for (const { text } of readProject(join(projectRoot, "packs", "commerce")).sql) {
    if (text.includes("CREATE TABLE")) analyzeScript(text, catalog);
  }
  return catalog;
}

test("there are SQL blocks to be checked", () => {
  expect(blocks.length).toBeGreaterThanOrEqual(3);
});

test.each(blocks)("the SQL of $page binds: $sql", ({ page, sql }) => {
  const { errors } = analyzeScript(sql, demoTables());
  expect(errors.map((error) => formatError(error, sql, page))).toEqual([]);
});
