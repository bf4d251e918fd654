/** A client is held to the project by the types that `quickwater types` writes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { Catalog } from "../../src/catalog/catalog.ts";
import { typescriptText } from "../../src/cli/typescript-text.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const project = (column: string, view = "per_page") => `CREATE TABLE visits (
    page STRING NOT NULL, ms INT, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);
  CREATE MATERIALIZED VIEW ${view} AS SELECT window_start, window_end, page, AVG(ms) AS ${column}
  FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
  GROUP BY window_start, window_end, page;`;

const client = `import { LiveConnection } from "${projectRoot}/src/client/index.ts";
import type { Views } from "./types.ts";
const live = new LiveConnection<Views>({ url: "ws://127.0.0.1:8080/v1/live" });
const pages = live.subscribe({ view: "per_page" }, () => {
  const slow: readonly string[] = pages
    .rows()
    .filter(({ took, $final }) => $final && took !== null && took > 1_000)
    .map(({ page }) => page);
  console.log(slow);
});
const brief = live.subscribe({ view: "per_page", columns: ["page"] }, () => {
  for (const { page, $final } of brief.rows()) console.log(page, $final);
  // @ts-expect-error It was not asked for.
  console.log(brief.rows()[0]?.window_end);
});
`;

test("a column or a view that has another name breaks the client's compile, where it is read", async () => {
  const folder = scratchFolder();
  const versions = { before: project("took"), column: project("lasted"), view: project("took", "by_page") };
  for (const [name, sql] of Object.entries(versions)) {
    const catalog = new Catalog();
    expect(analyzeScript(sql, catalog).errors).toEqual([]);
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "types.ts"), typescriptText(catalog));
    writeFileSync(join(folder, name, "client.ts"), client);
  }
  const { code, stdout } = await runToEnd(
    [
      process.execPath,
      join(projectRoot, "node_modules/typescript/bin/tsc"),
      ...["--noEmit", "--strict", "--allowImportingTsExtensions", "--skipLibCheck", "--pretty", "false"],
      ...["--target", "es2024", "--lib", "es2024,dom", "--module", "esnext", "--moduleResolution", "bundler"],
      ...Object.keys(versions).map((name) => join(name, "client.ts")),
    ],
    { cwd: folder },
  );
  const told = stdout.split("\n").filter((line) => line.includes("error"));
  expect(code).not.toBe(0);
  expect(told.filter((line) => line.startsWith("before"))).toEqual([]);
  expect(told.find((line) => line.startsWith("column"))).toMatch(
    /client\.ts\(7,16\).*'took' does not exist on type 'PerPageRow'/,
  );
  expect(told.find((line) => line.startsWith("view"))).toMatch(/client\.ts\(4,32\).*"per_page".*"by_page"/);
  expect(told.every((line) => /^(column|view)/.test(line))).toBe(true);
});
