/** Rows of a view by conditions and orders at random, page by page: together they are what DuckDB answers. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { DuckDb, type JsonRow } from "../../src/rehearsal/duck-db.ts";
import { Random } from "../../src/simulate/random.ts";
import type { RowSchema } from "../../src/values/row-schema.ts";
import { LiveView } from "../../src/views/live-view.ts";
import { cellSeparator, keyText, type ViewRow } from "../../src/views/view.ts";
import { ViewReading } from "../../src/views/view-reading.ts";
import { caseCount, drawingSeed } from "../support/drawing.ts";
import { tableOf } from "../support/table-of.ts";
import { drawer, drawnColumns } from "./drawn-conditions.ts";

const runs = caseCount(250);

let oracle: DuckDb;
beforeAll(async () => {
  oracle = await DuckDb.open();
});
afterAll(() => oracle.close());

/** NULL is the smallest value for Flink, the largest for DuckDB, unless it is said. */
function saidOfNulls(order: string): string {
  return order
    .split(", ")
    .map((each) => {
      if (/NULLS/.test(each)) return each;
      return `${each} NULLS ${/DESC/.test(each) ? "LAST" : "FIRST"}`;
    })
    .join(", ");
}

function viewOf(schema: RowSchema, rows: readonly JsonRow[]): LiveView {
  const view = new LiveView({ name: "t", schema, key: [0], emit: "changes" });
  const upserts = rows.map((row): ViewRow => {
    const cells = schema.columns.map(({ name, type }) => {
      const value = row[name] ?? null;
      if (value === null) return "null";
      if (type.kind === "BIGINT") return String(value);
      return JSON.stringify(name === "ts" ? `${value as string}Z` : value);
    });
    return { key: keyText([cells[0]!]), text: cells.join(cellSeparator), final: true, revision: 0 };
  });
  const freshness = { lastRowAtMs: undefined, watermarkMs: undefined };
  const counters = { rowsTaken: 0, rowsFiltered: 0, rowsLate: 0 };
  view.apply({ view: "t", stepNumber: 1, freshness, counters, upserts, removedKeys: [] });
  return view;
}

test(`${runs} questions`, { timeout: 600_000 }, async () => {
  const { schema } = tableOf(`CREATE TABLE t (${drawnColumns})`);
  const { below, row, where, order } = drawer(new Random(drawingSeed));
  let view: LiveView | undefined;
  for (let run = 0; run < runs; run++) {
    if (view === undefined || run % 10 === 0) {
      const rows = Array.from({ length: 60 }, (_, id) => row(id));
      view = viewOf(schema, rows);
      await oracle.fill("t", schema, rows);
    }
    const asked = { where: where(), order: order() };
    const reading = new ViewReading(view.schema, asked);
    const limit = 1 + below(30);
    const found: string[] = [];
    const counts = new Set<number>();
    for (let after: string | undefined, pages = 0; pages === 0 || after !== undefined; pages++) {
      expect(pages).toBeLessThan(61);
      const page = await reading.page(view, { ...asked, limit, emit: "changes", after }, 10_000);
      expect(page.rows.length).toBeLessThanOrEqual(limit);
      found.push(...page.rows.map(({ text }) => text.split(cellSeparator)[0]!));
      counts.add(page.rowCount);
      after = page.next;
    }
    const condition = asked.where === undefined ? "" : ` WHERE ${asked.where}`;
    // Rows that are ordered alike come by the texts of their keys.
    const by = `${saidOfNulls(asked.order)}, '[' || id || ']'`;
    const wanted = await oracle.query(`SELECT id FROM t${condition} ORDER BY ${by}`);
    const what = `run ${run}: ${asked.where} ORDER BY ${asked.order} LIMIT ${limit}`;
    expect(found, what).toEqual(wanted.map(([id]) => id));
    expect([...counts], what).toEqual([wanted.length]);
  }
});
