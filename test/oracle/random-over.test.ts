/**
 * Random small tables, frames and orders: the rows of OVER and what is left of a Top-N are those of DuckDB's
 * batch query.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DuckDb, type JsonRow } from "../../src/rehearsal/duck-db.ts";
import type { SqlValue } from "../../src/values/sql-value.ts";
import { SltWorld } from "../sql/slt-runner.ts";
import { caseCount } from "../support/drawing.ts";

const runs = caseCount(150);

/** `r` numbers the rows as they come: it orders equals, and tells which of them are late. */
const createTable = (delaySeconds: number) => `CREATE TABLE t (
  r INT, k STRING, i INT, m DECIMAL(12, 3), s STRING, ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '${delaySeconds}' SECOND)`;

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });
const rowArbitrary = fc.record({
  k: orNull(fc.constantFrom("a", "b", "é")),
  i: orNull(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(2_147_483_647, -2_147_483_648))),
  m: orNull(fc.integer({ min: -10_000, max: 10_000 }).map((units) => (units / 1000).toFixed(3))),
  s: orNull(fc.constantFrom("", "fig", "😀", "é", "a text that is longer than sixteen bytes")),
  second: fc.integer({ min: 0, max: 59 }),
});
type Row = typeof rowArbitrary extends fc.Arbitrary<infer R> ? R : never;

const frames = [
  "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
  "ROWS BETWEEN 2 PRECEDING AND CURRENT ROW",
  "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
  "RANGE BETWEEN INTERVAL '7' SECOND PRECEDING AND CURRENT ROW",
];
const calls = ["COUNT(*)", "COUNT(s)", "SUM(i)", "SUM(m)", "MIN(i)", "MAX(m)", "MIN(s)", "MAX(s)"];
const orders = ["i DESC", "i", "m DESC, s", "s DESC NULLS FIRST, i ASC NULLS LAST", "s || 'x', i DESC"];

const caseArbitrary = fc.record({
  rows: fc.array(rowArbitrary, { maxLength: 50 }),
  isKeyed: fc.boolean(),
  frame: fc.constantFrom(...frames),
  calls: fc.uniqueArray(fc.constantFrom(...calls), { minLength: 1, maxLength: 3 }),
  order: fc.constantFrom(...orders),
  limit: fc.constantFrom("rn <= 3", "rn = 1", "rn BETWEEN 2 AND 4", "rn = 2"),
  delaySeconds: fc.constantFrom(0, 5, 50),
  mode: fc.constantFrom("compiled" as const, "interpreted" as const),
  chunkRows: fc.integer({ min: 1, max: 60 }),
});
type Case = typeof caseArbitrary extends fc.Arbitrary<infer C> ? C : never;

const toJson = ({ second, ...rest }: Row, r: number): JsonRow => {
  return { r, ...rest, ts: `2026-03-01T00:00:${String(second).padStart(2, "0")}.000` };
};

const ofCase = ({ isKeyed }: Case) => (isKeyed ? "PARTITION BY k " : "");

/** NULL is the least value there is, unless the order says otherwise. */
const withNulls = (order: string) =>
  order
    .split(", ")
    .map((key) => (/NULLS/.test(key) ? key : `${key} NULLS ${/DESC/.test(key) ? "LAST" : "FIRST"}`))
    .join(", ");

/** Sums of INT wrap around; how a decimal is written is each one's own. */
const text = (value: SqlValue | string, call: string): string => {
  if (value === null) return "NULL";
  if (call === "SUM(i)") return String(BigInt.asIntN(32, BigInt(value as string)));
  return /\(m\)/.test(call) ? String(BigInt(String(value).replace(".", ""))) : String(value);
};

let oracle: DuckDb;
beforeAll(async () => {
  oracle = await DuckDb.open();
});
afterAll(() => oracle.close());

async function worldOf(tried: Case): Promise<SltWorld> {
  const world = new SltWorld(tried);
  world.bind(createTable(tried.delaySeconds));
  const rows = tried.rows.map(toJson);
  world.addRows(
    "t",
    rows.map((row) => JSON.stringify(row)),
  );
  await oracle.fill("t", world.catalog.table("t")!.schema, rows);
  return world;
}

async function compareOver(tried: Case): Promise<void> {
  const world = await worldOf(tried);
  const columns = tried.calls.map((call) => `${call} OVER w`).join(", ");
  const window = `(${ofCase(tried)}ORDER BY ts ${tried.frame})`;
  const { rows, books } = await world.query(`SELECT r, ${columns} FROM t WINDOW w AS ${window}`);
  const judged = `SELECT *, COALESCE(ts <= seen - INTERVAL ${tried.delaySeconds} SECOND, FALSE) AS late FROM (
    SELECT *, max(ts) OVER (ORDER BY r ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS seen FROM t)`;
  const order = tried.frame.startsWith("ROWS") ? "ts, r" : "ts";
  const named = tried.calls.map((call, index) => `${call} OVER w AS c${index}`).join(", ");
  const theirs = await oracle.query(`SELECT r, ${named} FROM (SELECT * FROM (${judged}) WHERE NOT late)
    WINDOW w AS (${ofCase(tried)}ORDER BY ${order} ${tried.frame}) ORDER BY ts, r`);
  const spelt = (values: readonly (SqlValue | string)[]) =>
    values.map((value, index) => text(value, tried.calls[index - 1] ?? "r")).join(" | ");
  expect(rows.map(({ values }) => spelt(values))).toEqual(theirs.map(spelt));
  expect(books.rowsLate).toBe(tried.rows.length - theirs.length);
}

/** What is left when the changes have been followed. */
async function compareTopN(tried: Case): Promise<void> {
  const world = await worldOf(tried);
  const ranked = (order: string) =>
    `SELECT r, rn FROM (SELECT *, ROW_NUMBER() OVER (${ofCase(tried)}ORDER BY ${order}) AS rn FROM t)
     WHERE ${tried.limit}`;
  const { rows } = await world.query(ranked(tried.order));
  const left = new Map<string, number>();
  for (const { kind, values } of rows) {
    const row = values.join(" | ");
    left.set(row, (left.get(row) ?? 0) + (kind.startsWith("+") ? 1 : -1));
  }
  const ours = [...left].flatMap(([row, count]) => Array<string>(count).fill(row));
  const theirs = await oracle.query(ranked(`${withNulls(tried.order)}, r`));
  expect(ours.toSorted()).toEqual(theirs.map((values) => values.join(" | ")).toSorted());
}

test(`rows of OVER are those of DuckDB`, async () => {
  await fc.assert(fc.asyncProperty(caseArbitrary, compareOver), { numRuns: runs });
}, 60_000);

test(`what is left of a Top-N is what DuckDB ranks`, async () => {
  await fc.assert(fc.asyncProperty(caseArbitrary, compareTopN), { numRuns: runs });
}, 60_000);
