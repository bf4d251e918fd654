/** Pages of the dashboard: what becomes of what is written, and of each mistake that a file can have. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkProject } from "../../src/cli/checked-project.ts";
import { readPageFile } from "../../src/project/pages/page-file.ts";
import type { Server } from "../../src/server.ts";
import { pageWorld } from "../../src/serving/dashboard/pages.ts";
import type { PageWorld } from "../../src/serving/dashboard/written-page.ts";
import type { Page, PageList, Panel } from "../../src/serving/pages.ts";
import { projectServer } from "../support/endpoint-server.ts";
import { pageOfAll } from "../support/page-of-all.ts";
import { projectOf } from "../support/project-folder.ts";
import { quickwater } from "../support/quickwater-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { projectFolder, startServerProcess } from "../support/server-process.ts";
import { shopAnalyses } from "../support/shop-analyses.ts";
import { shopSql } from "../support/test-server.ts";

type Files = Readonly<Record<string, string>>;

const shop = { "sql/all.sql": shopSql, "analyses/shop.yaml": shopAnalyses };

async function pageServer(pages: Files): Promise<Server> {
  return projectServer(projectOf({ ...shop, ...pages }));
}

const get = async <Answer>(url: string, path: string): Promise<Answer> =>
  (await (await fetch(`${url}${path}`)).json()) as Answer;

const pageOf = (server: Server, name: string) => get<Page>(server.url, `/v1/pages/${name}`);

const panelsOf = ({ rows }: Page) => rows.flatMap(({ panels }) => panels);

let known: PageWorld | undefined;

/** What pages may be of in the shop. */
function shopWorld(): PageWorld {
  if (known !== undefined) return known;
  const { catalog, analyses } = checkProject(projectOf(shop));
  const [views, streams] = [catalog.views(), catalog.keptStreams()];
  known = pageWorld({ views, streams, endpoints: [], analyses });
  return known;
}

/** A page with a row of panels. */
function pageWith(...panels: readonly string[]): string {
  const written = panels.map((panel) => `- ${panel.replaceAll("\n", "\n      ")}\n`);
  return `title: T\nrows:\n  - ${written.join("    ")}`;
}

/** As it is read without a server. */
const readText = (text: string) =>
  readPageFile(join(projectOf({ "t.yaml": text }), "t.yaml")).read(shopWorld());

/** The only panel of a page with it. */
function panelOf(written: string): Panel {
  const indented = written.trim().replaceAll("\n", "\n      ");
  const filters = "filters: { k: { title: K, view: sales, column: k } }";
  return panelsOf(readText(`title: One\n${filters}\nrows:\n  - - ${indented}\n`))[0]!;
}

describe("X5: a page", () => {
  test("is told as it is written, each kind of panel with its own settings", async () => {
    const server = await pageServer({ "dashboards/all.yaml": pageOfAll });
    const page = await pageOf(server, "all");
    expect(page).toMatchObject({
      title: "All kinds",
      span: "24h",
      everySeconds: 10,
      problems: 0,
      problem: null,
    });
    expect(page.filters).toMatchObject([
      { name: "k", view: "sales", type: "string", all: false, first: null },
    ]);
    const [kpi, gauge, status, series, bars, table, funnel, , , bubble, , feed] = panelsOf(page);
    expect(panelsOf(page).map(({ kind }) => kind)).toEqual([
      ...["kpi", "gauge", "status", "series", "bars", "table", "funnel", "cohort", "heat-map", "bubble"],
      ...["places", "feed", "text"],
    ]);
    const sum = (column: string) => ({ aggregate: "sum", column });
    expect(kpi).toMatchObject({
      id: "total",
      width: 4,
      value: { of: sum("total"), per: sum("n") },
      format: { as: "money", currency: { code: "EUR" } },
      compareMs: 300_000,
      match: { k: "k" },
      sources: [
        {
          view: "sales",
          where: "n > 0",
          columns: ["k", "n", "total", "window_end", "window_start"],
          time: { column: "window_end", sqlType: "TIMESTAMP(3) NOT NULL" },
        },
      ],
    });
    expect(gauge).toMatchObject({ value: { of: { aggregate: "count", column: null } }, min: 0, max: 10 });
    expect(status).toMatchObject({ items: [{ shows: { is: "connection" } }, { shows: { source: 0 } }] });
    expect(series).toMatchObject({
      by: "k",
      end: "window_end",
      bucketMs: 60_000,
      sources: [
        { view: "sales" },
        { view: "closed", where: "n > 1", columns: ["n", "window_end", "window_start"] },
      ],
    });
    expect(bars).toMatchObject({ newest: "window_start", format: { as: "number", digits: 2 }, limit: 3 });
    // A day that goes on began long before what is asked for.
    expect(bars!.sources).toMatchObject([{ time: { column: "window_end" } }]);
    expect(table).toMatchObject({
      sort: { column: "total", descending: true },
      columns: [{ format: { as: "text" } }, { format: { as: "time" } }, { format: { as: "money" } }],
      detail: {
        source: { over: "stream", stream: "orders", columns: ["id", "k", "place"] },
        match: { k: "k" },
      },
    });
    const followed = {
      over: "analysis",
      name: "to_large",
      kind: "funnel",
      followsSpan: true,
      parameters: {},
    };
    expect(funnel).toMatchObject({ steps: [], sources: [{ ...followed, everySeconds: 30 }] });
    expect(bubble).toMatchObject({ x: { title: "x" }, y: { title: "Total" } });
    expect(feed).toMatchObject({
      actions: [{ stream: "orders", ask: [{ name: "amount", required: true }] }],
    });
    // What waits for a person waits however old it is.
    expect(feed!.sources).toMatchObject([{ time: null }]);
  });

  test("stands in the navigation where its order says, and is found by the name of its file", async () => {
    const plain = (title: string, order: string) =>
      `title: ${title}\n${order}rows:\n  - - text: T\n      body: t\n`;
    const server = await pageServer({
      "dashboards/b.yaml": plain("Second", "order: 2\n"),
      "dashboards/a.yaml": plain("Last", ""),
      "dashboards/c.yaml": plain("First", "order: -1\n"),
    });
    const { pages } = await get<PageList>(server.url, "/v1/pages");
    expect(pages.map(({ name, title }) => [name, title])).toEqual([
      ["c", "First"],
      ["b", "Second"],
      ["a", "Last"],
    ]);
    const unknown = await fetch(`${server.url}/v1/pages/bb`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({
      code: "request.unknown-page",
      title: "There is no page bb.",
    });
  });

  test("has an id of its own for each panel, of its title", () => {
    const text = pageWith("text: Größe in €\nbody: a", "text: Größe, in €!\nbody: b", "text: '?'\nbody: c");
    const page = readText(text);
    expect(panelsOf(page).map(({ id }) => id)).toEqual(["größe-in", "größe-in-2", "panel"]);
  });
});

const plainKpi = "kpi: A\nview: sales\n";

describe("a mistake stands where it is, with its line and what is meant", () => {
  test.each([
    ["kip: A\nview: sales\nvalue: n", "4", "begins with its kind", "Did you mean kpi?"],
    ["view: sales\nkpi: A\nvalue: n", "4", "begins with its kind"],
    ["kpi: A\nvalue: n", "4", "of one view, endpoint or analysis"],
    ["kpi: A\nview: sale\nvalue: n", "5", "a view", "Did you mean sales?"],
    ["kpi: A\nendpoint: /nothing\nvalue: n", "5", "the path of an endpoint"],
    ["kpi: A\nanalysis: to_larg\nvalue: n", "5", "an analysis", "Did you mean to_large?"],
    [`${plainKpi}endpoint: /x\nvalue: n`, "4", "of one view, endpoint or analysis"],
    [`${plainKpi}every: 10 s\nvalue: n`, "6", "nothing: its rows are of the view"],
    [`${plainKpi}value: n\nwhere: nn > 1`, "7", "a condition over sales"],
    [`${plainKpi}value: n\nwhere: window_end > NOW()`, "7", "read no clock here"],
    [`${plainKpi}value: totl`, "6", "a column: window_start", "Did you mean total?"],
    [`${plainKpi}value: sum(k)`, "6", "a column with numbers"],
    [`${plainKpi}value: avg(n)`, "6", "one of latest, sum, min, max, count"],
    [`${plainKpi}value: sum(n) / 2 / 3`, "6", "a measure such as"],
    [`${plainKpi}value: sum n`, "6", "a column, or sum"],
    [`${plainKpi}value: n\ntime: k`, "7", "a column with times"],
    [`${plainKpi}value: n\nformat: dollars`, "7", "one of number, money"],
    [`${plainKpi}value: n\nformat: money euro`, "7", "a column: window_start"],
    [`${plainKpi}value: n\nformat: share EUR`, "7", "a format such as"],
    [`${plainKpi}value: n\ncompare: 5 min`, "7", "beside time"],
    [`${plainKpi}value: n\nmatch: [kk]`, "7", "a column: window_start", "Did you mean k?"],
    [`${plainKpi}value: n\nmatch: { k: nobody }`, "7", "one of k"],
    [`${plainKpi}value: n\nwidth: 13`, "7", "a number from 1 to 12"],
    [`${plainKpi}value: n\nsize: 3`, "7", "there is no setting rows[0][0].size"],
    [`${plainKpi}value: n\nnewest: window_end\ntime: window_end`, "7", "nothing beside time"],
    ["series: A\nview: sales\ntime: window_start", "4", "a series of value or of values"],
    ["series: A\nview: sales\ntime: window_start\nvalues: {}", "7", "1 to 8 of them"],
    ["gauge: A\nview: sales\nvalue: n\nmin: 5\nmax: 5", "8", "more than 5"],
    [
      "bars: A\nview: sales\nby: k\nvalue: n\nlevels: [{ from: 2, tone: bad }, { from: 1, tone: good }]",
      "8",
      "levels, each from more",
    ],
    ["funnel: A\nview: sales", "4", "of an analysis, or with steps"],
    ["funnel: A\nanalysis: to_large\nsteps: { A: n }", "6", "nothing: the analysis says it"],
    ["table: A\nview: sales\ncolumns: {}", "6", "1 to 30 columns"],
    ["table: A\nview: sales\ncolumns: { k: K }\nchoose: { filter: z, column: k }", "7", "one of k"],
    ["feed: A\nview: sales\ntext: '{who} came'", "6", "a column: window_start"],
    [
      "feed: A\nview: sales\ntext: x\nactions: { Go: { stream: sales, event: {} } }",
      "7",
      "a stream that is written from outside",
    ],
    [
      "feed: A\nview: sales\ntext: x\nactions: { Go: { stream: orders, event: { idd: '1' } } }",
      "7",
      "a column of orders",
    ],
    [
      "feed: A\nview: sales\ntext: x\nactions: { Go: { stream: orders, event: { id: '{$nobody}' } } }",
      "7",
      "one of {$now}",
    ],
    ["status: A\nitems: { X: nothing }", "5", "one of connection, clock"],
    ["text: A", "4", "rows[0][0].body must be a text"],
  ])("%j", (written, line, message, hint = "") => {
    const { problem, title } = panelOf(written);
    expect(problem?.message).toContain(message);
    expect(problem?.hint).toContain(hint);
    expect(problem?.place).toMatch(new RegExp(`t\\.yaml:${line}$`));
    if (!written.startsWith("kip") && !written.startsWith("view")) expect(title).toBe("A");
  });

  test("two panels of one title are one too many", () => {
    const twice = readText(pageWith("kpi: Sold\nview: sales\nvalue: n", "text: sold\nbody: b"));
    expect(panelsOf(twice).map(({ problem }) => problem?.message ?? "")).toEqual([
      "",
      expect.stringMatching(/rows\[0\]\[1\]\.text must be a title that no other panel has, this is "sold"/),
    ]);
  });

  test("the other panels of the page are shown, and it is counted", () => {
    const text = `title: T
filters:
  "Bad Name": { title: T, view: sales, column: k }
  ok: { title: T, view: no, column: k }
rows:
  - - kpi: Good
      view: sales
      value: n
    - kpi: Bad
      view: nothing
      value: n
`;
    const page = readText(text);
    expect(panelsOf(page).map(({ title, problem }) => [title, problem === null])).toEqual([
      ["Good", true],
      ["Bad", false],
    ]);
    expect(page.filters.map(({ problem }) => problem?.message)).toEqual([
      expect.stringContaining("a name of small letters"),
      expect.stringContaining("a view"),
    ]);
    expect(page.problems).toBe(3);
  });

  test.each([
    ["title: [", "is not closed|Flow sequence|must end", "t"],
    ["rows: [[{ text: T, body: t }]]", "title must be a text", "t"],
    ["title: T\nrows: []", "rows must be 1 to 50 rows", "t"],
    ["title: T\nrows:\n  - []", "must be at least one panel", "t"],
    ["title: T\nspan: 2h\nrows:\n  - - text: T\n      body: t", "span must be one of 15m", "t"],
    ["title: T\nrow: []", "there is no setting row", "t"],
    ["", "missing", "t"],
  ])("of the whole file: %j", (text, message, title) => {
    const page = readText(text);
    expect(page.problem?.message).toMatch(new RegExp(message));
    expect(page).toMatchObject({ title, rows: [], problems: 1 });
  });

  test("`check` tells all of them, conditions too, and fails", async () => {
    const text = pageWith("kpi: A\nview: sales\nwhere: nn > 1\nvalue: n", "kpi: B\nview: no\nvalue: n");
    const folder = projectOf({ ...shop, "dashboards/t.yaml": text });
    const { code, stderr } = await quickwater(["check", folder]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/t\.yaml:5: rows\[0\]\[0\]\.where must be a condition over sales .*nn/);
    expect(stderr).toMatch(/t\.yaml:8: rows\[0\]\[1\]\.view must be a view/);
    expect(stderr).toContain("2 mistakes");
  });

  test("`check` takes no condition that a subscription would refuse", async () => {
    const view = `CREATE MATERIALIZED VIEW v WITH ('retention' = '1 h') AS
      SELECT k, CAST(ROW(COUNT(*)) AS ROW<n BIGINT>) AS o FROM orders GROUP BY k;`;
    const text = pageWith("table: A\nview: v\nwhere: o.n > 1\ncolumns: { k: K }");
    const files = { ...shop, "sql/v.sql": view, "dashboards/t.yaml": text };
    const { stderr } = await quickwater(["check", projectOf(files)]);
    expect(stderr).toMatch(/t\.yaml:5: .*where must be a condition over v .*made of values, as o is/);
  });
});

test("a view that goes, or changes its columns, is said where it is shown; the page stays", async () => {
  const text = pageWith("kpi: A\nview: closed\nvalue: n", "kpi: B\nview: sales\nvalue: sum(total)");
  const server = await pageServer({ "dashboards/t.yaml": text });
  const problems = async () =>
    panelsOf(await pageOf(server, "t")).map(({ problem }) => problem?.message ?? "");
  expect(await problems()).toEqual(["", ""]);
  const left = shopSql.slice(0, shopSql.indexOf("CREATE MATERIALIZED VIEW closed"));
  await server.engine.replace(left.replace("SUM(amount) AS total", "SUM(amount) AS sum_of_it"));
  expect(await problems()).toEqual([
    expect.stringContaining("must be a view"),
    expect.stringMatching(/must be a column: .*sum_of_it/),
  ]);
});

test("with --watch a page is there as soon as it is saved, and a mistake in it stops nothing", async () => {
  const scratch = scratchFolder();
  const project = projectFolder(scratch, shopSql);
  mkdirSync(join(project, "dashboards"));
  const save = (value: string) =>
    writeFileSync(
      join(project, "dashboards/live.yaml"),
      `title: Live\nrows:\n  - - kpi: A\n      view: sales\n      value: ${value}\n`,
    );
  const server = await startServerProcess(project, join(scratch, "data"), [], ["--watch"]);
  expect((await get<PageList>(server.url, "/v1/pages")).pages).toEqual([]);
  save("sum(total)");
  const first = async () => panelsOf(await get<Page>(server.url, "/v1/pages/live"))[0];
  await expect.poll(async () => (await fetch(`${server.url}/v1/pages/live`)).status).toBe(200);
  expect((await first())?.problem).toBeNull();
  save("sum(nothing)");
  await expect.poll(async () => (await first())?.problem?.place).toMatch(/live\.yaml:5$/);
});
