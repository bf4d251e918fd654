/** Rows of a view by conditions and orders at random, page by page: together they are what DuckDB answers. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Catalog } from "../../src/catalog/catalog.ts";
import { DuckDb, type JsonRow } from "../../src/rehearsal/duck-db.ts";
import { Random } from "../../src/simulate/random.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";
import type { RowSchema } from "../../src/values/row-schema.ts";
import { LiveView } from "../../src/views/live-view.ts";
import { cellSeparator, keyText, type ViewRow } from "../../src/views/view.ts";
import { ViewReading } from "../../src/views/view-reading.ts";

const seed = Number(process.env.ORACLE_SEED ?? 20_261_122);
const runs = Number(process.env.ORACLE_RUNS ?? 250);

const declared = `id INT NOT NULL, k STRING, n BIGINT, price DECIMAL(12, 2), x DOUBLE, ok BOOLEAN,
  ts TIMESTAMP(3), moment TIMESTAMP_LTZ(6), d DATE`;

let oracle: DuckDb;
beforeAll(async () => {
  oracle = await DuckDb.open();
});
afterAll(() => oracle.close());

function schemaOf(): RowSchema {
  const catalog = new Catalog();
  const { errors } = analyzeScript(`CREATE TABLE t (${declared});`, catalog);
  expect(errors).toEqual([]);
  return catalog.table("t")!.schema;
}

function drawer(random: Random) {
  const below = (count: number) => Math.floor(random.unit() * count);
  const one = <T>(among: readonly T[]): T => among[below(among.length)]!;
  const instant = () => new Date(Date.UTC(2026, 2, 1) + below(5) * 3_600_000 + below(3)).toISOString();
  const row = (id: number): JsonRow => ({
    id,
    k: one(["a", "B", "ß", "a\nb", 'q"', "😀", "￿", "", null]),
    n: one(["9007199254740993", "-9223372036854775808", "0", "10", "9", null]),
    price: one(["0.10", "12.50", "-3.00", "9999999999.99", null]),
    x: one([0.1, -2.5, 1e300, 7, null]),
    ok: one([true, false, null]),
    ts: one([instant().slice(0, -1), null]),
    moment: one([`${instant().slice(0, -1)}123Z`, null]),
    d: one(["2026-03-01", "1999-12-31", null]),
  });
  const atom = () =>
    one([
      () => `k = '${one(["a", "ß", "zz"])}'`,
      () => `k ${one(["<", ">=", "<>"])} '${one(["a", "q", "😀", "￿"])}'`,
      () => `k LIKE '${one(["a%", "_", "%b"])}'`,
      () => `k IN ('a', 'B')`,
      () => `n ${one([">", "<=", "="])} ${one(["9007199254740992", "9", "-5"])}`,
      () => `price BETWEEN ${one(["-3.00", "0.1"])} AND ${one(["12.5", "12.49"])}`,
      () => `price * 2 > ${one(["25.00", "0.2"])}`,
      () => `x ${one(["<", ">"])} ${one(["0.1e0", "7e0"])}`,
      () => one(["ok", "NOT ok", "ok IS NULL", "ok IS NOT TRUE"]),
      () => `ts ${one(["<", "=", ">="])} TIMESTAMP '2026-03-01 0${below(5)}:00:00.001'`,
      () => `d = DATE '2026-03-01'`,
      () => `EXTRACT(HOUR FROM ts) = ${below(5)}`,
      () => `id = ${below(60)}`,
      () => `CHAR_LENGTH(k) > ${below(2)}`,
    ])();
  const condition = (depth: number): string =>
    depth === 0
      ? atom()
      : one([
          `(${condition(depth - 1)} AND ${condition(depth - 1)})`,
          `(${condition(depth - 1)} OR ${condition(depth - 1)})`,
          `NOT (${condition(depth - 1)})`,
        ]);
  const item = () => {
    const by = one(["k", "n", "price", "x", "ok", "ts", "moment", "d", "price * -1"]);
    return `${by}${one(["", " ASC", " DESC"])}${one(["", " NULLS FIRST", " NULLS LAST"])}`;
  };
  const order = () => one([() => "id DESC", item, () => `${item()}, id`, () => `${item()}, ${item()}`])();
  return { below, row, where: () => one([undefined, condition(0), condition(1), condition(2)]), order };
}

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

test(`${runs} questions (ORACLE_SEED=${seed})`, { timeout: 600_000 }, async () => {
  const schema = schemaOf();
  const { below, row, where, order } = drawer(new Random(seed));
  let view: LiveView | undefined;
  for (let run = 0; run < runs; run++) {
    if (view === undefined || run % 10 === 0) {
      const rows = Array.from({ length: 60 }, (_, id) => row(id));
      view = viewOf(schema, rows);
      await oracle.fill("t", schema, rows);
    }
    const asked = { where: where(), order: order() };
    const reading = new ViewReading(view.schema, asked, "UTC");
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
