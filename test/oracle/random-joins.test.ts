/**
 * Random small tables, in a random order of their rows: what is left of a join is what DuckDB's batch query
 * gives, whatever bounds it.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DuckDb, type JsonRow } from "../../src/rehearsal/duck-db.ts";
import type { SqlValue } from "../../src/values/sql-value.ts";
import { finalRows, SltWorld } from "../sql/slt-runner.ts";
import { caseCount } from "../support/drawing.ts";

const runs = caseCount(100);

/** The delay is longer than the rows' times lie apart: none is late. */
const tables = [
  `CREATE TABLE l (r INT, k STRING, n INT, ts TIMESTAMP(3) NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '60' SECOND)`,
  `CREATE TABLE p (r INT, k STRING, n INT, ts TIMESTAMP(3) NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '60' SECOND)`,
  `CREATE TABLE v (r INT, k STRING, n INT, ts TIMESTAMP(3) NOT NULL, PRIMARY KEY (k) NOT ENFORCED,
    WATERMARK FOR ts AS ts - INTERVAL '60' SECOND)`,
];

const rowArbitrary = fc.record({
  isLeft: fc.boolean(),
  k: fc.option(fc.constantFrom("a", "b", "a text that is longer than sixteen bytes"), { nil: null, freq: 5 }),
  n: fc.option(fc.integer({ min: -2, max: 3 }), { nil: null, freq: 5 }),
  second: fc.integer({ min: 0, max: 59 }),
});

const wholeTypes = ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"] as const;
const conditions = [
  "l.k = p.k",
  "l.k = p.k AND l.n < p.n",
  "l.n + 1 = p.n * 2",
  "l.n = p.n AND l.k = p.k",
  "l.k = p.k AND l.n > 0 AND p.n < 2",
] as const;
const wheres = ["", "WHERE l.n > 0", "WHERE p.n IS NULL", "WHERE l.n <= p.n AND p.r > 2"] as const;

const caseArbitrary = fc.record({
  rows: fc.array(rowArbitrary, { maxLength: 40, size: "max" }),
  type: fc.constantFrom(...wholeTypes),
  condition: fc.oneof(fc.constant(conditions[0]), fc.constantFrom(...conditions)),
  where: fc.oneof(fc.constant(wheres[0]), fc.constantFrom(...wheres)),
  from: fc.integer({ min: -20, max: 10 }),
  length: fc.integer({ min: 0, max: 30 }),
  isSelf: fc.boolean(),
  mode: fc.constantFrom("compiled" as const, "interpreted" as const),
  chunkRows: fc.integer({ min: 1, max: 60 }),
  restores: fc.boolean(),
});
type Case = typeof caseArbitrary extends fc.Arbitrary<infer C> ? C : never;

const timeOf = (second: number) => `2026-03-01T00:00:${String(second).padStart(2, "0")}.000`;

let oracle: DuckDb;
beforeAll(async () => {
  oracle = await DuckDb.open();
});
afterAll(() => oracle.close());

/** Both sides' rows, or of a self-join all of them on the left, in the order of the case. */
async function worldOf(tried: Case, right: "p" | "v" = "p"): Promise<SltWorld> {
  const world = new SltWorld(tried);
  for (const table of tables) world.bind(table);
  const rowsOf: Record<"l" | "p" | "v", JsonRow[]> = { l: [], p: [], v: [] };
  for (const [r, { isLeft, k, n, second }] of tried.rows.entries()) {
    const table = isLeft ? "l" : right;
    if (table === "v" && k === null) continue;
    const row = { r, k, n, ts: timeOf(second) };
    rowsOf[table].push(row);
    world.addRows(table, [JSON.stringify(row)]);
  }
  for (const [name, rows] of Object.entries(rowsOf)) {
    await oracle.fill(name, world.catalog.table(name)!.schema, rows);
  }
  return world;
}

const spelt = (rows: readonly (readonly (SqlValue | string)[])[]) =>
  rows.map((values) => values.map((value) => (value === null ? "NULL" : String(value))).join(" | ")).sort();

async function compare(world: SltWorld, ours: string, theirs: string): Promise<void> {
  const { rows, books } = await world.query(ours);
  expect(spelt(finalRows(rows)), ours).toEqual(spelt(await oracle.query(theirs)));
  expect(books.rowsLate).toBe(0);
}

const selected = "l.r AS lr, p.r AS pr, l.n AS lnum, p.k AS pk";
const rightOf = ({ isSelf }: Case) => (isSelf ? "l AS p" : "p");

async function compareRegular(tried: Case): Promise<void> {
  const world = await worldOf(tried);
  const { type, condition, where } = tried;
  const sql = `SELECT ${selected} FROM l ${type} ${rightOf(tried)} ON ${condition} ${where}`;
  await compare(world, sql, sql);
}

async function compareOverChanges(tried: Case): Promise<void> {
  const world = await worldOf(tried);
  const { type, condition } = tried;
  const right = `(SELECT k, COUNT(*) AS r, MAX(n) AS n FROM ${tried.isSelf ? "l" : "p"} GROUP BY k) AS p`;
  const sql = `SELECT l.k, SUM(p.r) AS s, COUNT(*) AS c, MIN(l.r) AS lr
    FROM (SELECT * FROM l ${tried.where.includes("p.") ? "" : tried.where}) AS l
    ${type} ${right} ON ${condition} GROUP BY l.k`;
  await compare(world, sql, sql);
}

async function compareHalf(tried: Case): Promise<void> {
  const world = await worldOf(tried);
  const right = tried.isSelf ? "l" : "p";
  for (const predicate of [
    `EXISTS (SELECT 1 FROM ${right} AS p WHERE ${tried.condition})`,
    `NOT EXISTS (SELECT 1 FROM ${right} AS p WHERE ${tried.condition})`,
    `l.k IN (SELECT p.k FROM ${right} AS p WHERE p.n > 0)`,
    `l.n NOT IN (SELECT p.n FROM ${right} AS p WHERE p.r < 9)`,
  ]) {
    const sql = `SELECT l.r FROM l WHERE ${predicate}`;
    await compare(world, sql, sql);
  }
}

async function compareInterval(tried: Case): Promise<void> {
  const world = await worldOf(tried);
  const { type, condition, where, from, length } = tried;
  const moved = (seconds: number) => `l.ts ${seconds < 0 ? "-" : "+"} INTERVAL '${Math.abs(seconds)}' SECOND`;
  const bounds = `p.ts BETWEEN ${moved(from)} AND ${moved(from + length)}`;
  const sql = `SELECT ${selected} FROM l ${type} ${rightOf(tried)} ON ${condition} AND ${bounds} ${where}`;
  await compare(world, sql, sql);
}

async function compareWindow(tried: Case): Promise<void> {
  const world = await worldOf(tried);
  const { type, condition, where } = tried;
  const right = tried.isSelf ? "l" : "p";
  const ours = (table: string) =>
    `(SELECT * FROM TABLE(TUMBLE(TABLE ${table}, DESCRIPTOR(ts), INTERVAL '10' SECOND)))`;
  const theirs = (table: string) => `(SELECT *, time_bucket(INTERVAL 10 SECOND, ts) AS w FROM ${table})`;
  const select = (left: string, other: string, on: string) =>
    `SELECT ${selected} FROM ${left} AS l ${type} ${other} AS p ON ${condition} AND ${on} ${where}`;
  await compare(
    world,
    select(ours("l"), ours(right), "l.window_start = p.window_start AND l.window_end = p.window_end"),
    select(theirs("l"), theirs(right), "l.w = p.w"),
  );
}

/** Of versions of one time the one that came last counts. */
async function compareTemporal(tried: Case): Promise<void> {
  const world = await worldOf(tried, "v");
  const type = tried.type === "JOIN" ? "JOIN" : "LEFT JOIN";
  const more = tried.isSelf ? "AND l.n < p.n" : "";
  await compare(
    world,
    `SELECT ${selected} FROM l ${type} v FOR SYSTEM_TIME AS OF l.ts AS p ON l.k = p.k ${more}`,
    `SELECT ${selected} FROM l
      ${type} (SELECT *, lead(ts) OVER (PARTITION BY k ORDER BY ts, r) AS until FROM v) AS p
      ON l.k = p.k AND p.ts <= l.ts AND (p.until IS NULL OR l.ts < p.until) ${more}`,
  );
}

test.each([
  ["without bounds", compareRegular],
  ["over rows that change", compareOverChanges],
  ["of IN and EXISTS", compareHalf],
  ["within an interval", compareInterval],
  ["within windows", compareWindow],
  ["with the version of a time", compareTemporal],
] as const)("joins %s give what DuckDB gives over the same rows", async (_, comparison) => {
  await fc.assert(fc.asyncProperty(caseArbitrary, comparison), { numRuns: runs });
});
