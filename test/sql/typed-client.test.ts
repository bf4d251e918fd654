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

const httpClient = `import { QuickwaterHttp } from "${projectRoot}/src/client/index.ts";
import type { Streams, Views } from "./types.ts";
const http = new QuickwaterHttp<Views, Streams>({ url: "http://127.0.0.1:8080" });
const { rows } = await http.getView("per_page", { where: "took > 1000" });
export const slow: readonly (number | null)[] = rows.map(({ took }) => took);
await http.sendEvents("visits", [{ page: "/", ms: 5, ts: "2026-03-01T00:00:00" }]);
const { events } = await http.getEvents("visits", { q: "/" });
export const pages: readonly string[] = events.map(({ event }) => event.page);
export const dead: unknown = (await http.getEvents("visits$dead")).events[0]?.event["reason"];
const visit = { page: "/", ms: 5, ts: "2026-03-01T00:00:00" };
const { wait } = await http.sendEvents("visits", [visit], { wait: "per_page" });
export const now: readonly (number | null)[] | undefined = wait?.rows.map(({ took }) => took);
const page = { window_start: "2026-03-01T00:00:00Z", window_end: "2026-03-01T00:01:00Z", page: "/" };
const { changes } = await http.explainRow("per_page", page);
export const since: readonly (number | null | undefined)[] = changes.map(({ row }) => row?.took);
export const status: string | undefined = (await http.getEvent("visits", "1-0")).readers[0]?.status;
`;

const versions = { before: project("took"), column: project("lasted"), view: project("took", "by_page") };

/** What the compiler says of clients, each a file of a folder of its own beside the types of the project. */
async function complaints(clients: Readonly<Record<string, readonly [sql: string, client: string]>>) {
  const folder = scratchFolder();
  for (const [name, [sql, text]] of Object.entries(clients)) {
    const catalog = new Catalog();
    expect(analyzeScript(sql, catalog).errors).toEqual([]);
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "types.ts"), typescriptText(catalog));
    writeFileSync(join(folder, name, "client.ts"), text);
  }
  const { code, stdout } = await runToEnd(
    [
      process.execPath,
      join(projectRoot, "node_modules/typescript/bin/tsc"),
      ...["--noEmit", "--strict", "--allowImportingTsExtensions", "--skipLibCheck", "--pretty", "false"],
      ...["--target", "es2024", "--lib", "es2024,dom", "--module", "esnext", "--moduleResolution", "bundler"],
      ...Object.keys(clients).map((name) => join(name, "client.ts")),
    ],
    { cwd: folder },
  );
  expect(code).not.toBe(0);
  const told = stdout.split("\n").filter((line) => line.includes("error"));
  expect(told.every((line) => Object.keys(clients).some((name) => line.startsWith(`${name}/`)))).toBe(true);
  return (name: string) => told.filter((line) => line.startsWith(`${name}/`)).join("\n");
}

test("a column or a view that has another name breaks the client's compile, where it is read", async () => {
  const { before, column, view } = versions;
  const told = await complaints({ before: [before, client], column: [column, client], view: [view, client] });
  expect(told("before")).toBe("");
  expect(told("column")).toMatch(/client\.ts\(7,16\).*'took' does not exist on type 'PerPageRow'/);
  expect(told("view")).toMatch(/client\.ts\(4,32\).*"per_page".*"by_page"/);
});

test("over HTTP too, and what is sent is held to the streams", async () => {
  const { before, column, view } = versions;
  const broken = (from: string, to: string): readonly [string, string] => {
    expect(httpClient).toContain(from);
    return [before, httpClient.replace(from, to)];
  };
  const told = await complaints({
    before: [before, httpClient],
    column: [column, httpClient],
    view: [view, httpClient],
    value: broken("ms: 5,", 'ms: "5",'),
    missing: broken('page: "/", ', ""),
    stream: broken('sendEvents("visits"', 'sendEvents("visit"'),
    sought: broken("event.page", "event.pages"),
    order: broken('{ q: "/" }', '{ order: "best" }'),
  });
  expect(told("before")).toBe("");
  expect(told("column")).toMatch(/client\.ts\(5,61\).*'took' does not exist on type 'PerPageRow'/);
  expect(told("view")).toMatch(/client\.ts\(4,\d+\).*"per_page".*"by_page"/);
  expect(told("value")).toMatch(/client\.ts\(6,\d+\).*'string' is not assignable to type 'number'/);
  expect(told("missing")).toMatch(/client\.ts\(6,\d+\).*'page' is missing/);
  expect(told("stream")).toMatch(/client\.ts\(6,\d+\).*"visit"/);
  expect(told("sought")).toMatch(/client\.ts\(8,\d+\).*'pages' does not exist/);
  expect(told("order")).toMatch(/client\.ts\(7,\d+\).*"best"/);
});
