/**
 * Random small tables, keys, aggregates, filters and windows: the final rows of the stream are those of
 * DuckDB's batch query.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DuckDb, type JsonRow } from "../../src/rehearsal/duck-db.ts";
import { formatDecimal } from "../../src/values/decimal.ts";
import type { SqlType } from "../../src/values/sql-type.ts";
import type { SqlValue } from "../../src/values/sql-value.ts";
import { finalRows, SltWorld } from "../sql/slt-runner.ts";
import { caseCount } from "../support/drawing.ts";
import { averageOf } from "./average.ts";

const runs = caseCount(400);

/** `r` numbers the rows as they come: which of them are late, DuckDB works out from it. */
const createTable = (delaySeconds: number): string => `CREATE TABLE t (
  r INT, k STRING, g INT, i INT, b BIGINT, m DECIMAL(12, 3), w DECIMAL(25, 2), d DOUBLE, s STRING,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - ${seconds(delaySeconds)})`;

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 5 });
const digits = (max: bigint, scale: number) =>
  fc.bigInt({ min: -max, max }).map((unscaled) => formatDecimal(unscaled, scale));

const rowArbitrary = fc.record({
  k: orNull(fc.constantFrom("a", "b", "é", "😀", "", 'q"\\')),
  g: orNull(fc.integer({ min: -3, max: 3 })),
  i: orNull(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(2_147_483_647, -2_147_483_648))),
  b: orNull(
    fc.oneof(fc.bigInt({ min: -9n, max: 9n }), fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n)),
  ),
  m: orNull(digits(10n ** 12n - 1n, 3)),
  w: orNull(digits(10n ** 25n - 1n, 2)),
  // Quarters add up to the same sum in any order.
  d: orNull(fc.integer({ min: -400, max: 400 }).map((quarters) => quarters / 4)),
  s: orNull(
    fc.string({ unit: "binary", maxLength: 4 }).filter((text) => text.isWellFormed() && !text.includes("\0")),
  ),
  // At the edges of seconds, where windows and watermarks begin and end.
  ts: fc
    .tuple(fc.integer({ min: -600, max: 600 }), fc.integer({ min: -1, max: 1 }))
    .map(([second, ms]) => second * 1000 + ms),
});
type Row = typeof rowArbitrary extends fc.Arbitrary<infer R> ? R : never;

const aggregateArbitrary = fc.oneof(
  fc.constant({ name: "COUNT", column: "*" }),
  fc.record({ name: fc.constant("COUNT"), column: fc.constantFrom("k", "i", "w", "s") }),
  fc.record({ name: fc.constantFrom("SUM", "AVG"), column: fc.constantFrom("i", "b", "m", "w", "d") }),
  fc.record({
    name: fc.constantFrom("MIN", "MAX"),
    column: fc.constantFrom("i", "b", "m", "w", "d", "s", "ts"),
  }),
  fc.record({
    name: fc.constant("COUNT"),
    column: fc.constantFrom("DISTINCT k", "DISTINCT i", "DISTINCT w", "DISTINCT s", "DISTINCT ts"),
  }),
  fc.record({
    name: fc.constantFrom("SUM", "AVG"),
    column: fc.constantFrom("DISTINCT i", "DISTINCT m", "DISTINCT d"),
  }),
  fc.record({
    name: fc.constantFrom("VAR_POP", "VAR_SAMP", "STDDEV_POP", "STDDEV_SAMP"),
    column: fc.constantFrom("d", "DISTINCT d"),
  }),
  fc.record({
    name: fc.constant("PERCENTILE"),
    column: fc.constantFrom("d, 0", "d, 0.25", "d, 0.5", "d, 1"),
  }),
);
/** What two ways of computing round differently. */
const rounded = /^(?:VAR|STDDEV|PERCENTILE)/;

/** A row for each key, which changes with every row: what is over it has to take back. */
const changingRows = `(SELECT k, g, MAX(i) AS i, MIN(b) AS b, MAX(m) AS m, MIN(w) AS w, MAX(d) AS d,
  MIN(s) AS s, MAX(ts) AS ts FROM t GROUP BY k, g, r % 4)`;
const conditions = [
  "i > 0",
  "k = 'a'",
  "k IS NULL OR g < 1",
  "NOT (i > 0 AND m > 1)",
  "k IN ('a', 'b') AND d >= 0.5",
  "COALESCE(g, 0) <> 1",
  "CASE WHEN g > 0 THEN i > 1 ELSE k IS NOT NULL END",
  "g BETWEEN -1 AND 2",
  "s LIKE '%a%'",
];
const keys = ["k", "g", "m", "b", "d", "g % 2", "UPPER(k)", "i IS NULL", "ts"];

const caseArbitrary = fc.record({
  rows: fc.array(rowArbitrary, { maxLength: 60 }),
  keys: fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 2 }),
  aggregates: fc.array(
    fc.record({
      call: aggregateArbitrary,
      filter: fc.option(fc.constantFrom(...conditions), { nil: undefined, freq: 2 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  where: fc.option(fc.constantFrom(...conditions), { nil: undefined, freq: 1 }),
  window: fc.constantFrom("TUMBLE", "HOP", "CUMULATE", "GROUP BY HOP", "none", "changing"),
  stepSeconds: fc.constantFrom(1, 10, 60, 420, 3600),
  /** Of HOP and CUMULATE: steps that make the size. */
  steps: fc.integer({ min: 1, max: 7 }),
  /** Of HOP in GROUP BY the slide and a size that need not be a multiple of it. */
  sliding: fc.constantFrom([3, 7], [4, 10], [2, 5], [60, 420], [420, 1000], [7, 3], [20, 10], [420, 419]),
  offsetSeconds: fc.integer({ min: -3599, max: 3599 }),
  delaySeconds: fc.constantFrom(0, 5, 60, 600, 3600),
  mode: fc.constantFrom("compiled" as const, "interpreted" as const),
  chunkRows: fc.integer({ min: 1, max: 70 }),
  restores: fc.boolean(),
});
type Case = typeof caseArbitrary extends fc.Arbitrary<infer C> ? C : never;

const isWindowed = ({ window }: Case) => window !== "none" && window !== "changing";
const rowsWithoutWindow = ({ window }: Case) => (window === "changing" ? changingRows : "t");

const withFilter = (sql: string, filter: string | undefined): string =>
  filter === undefined ? sql : `${sql} FILTER (WHERE ${filter})`;

function streamQuery(tried: Case): string {
  const calls = tried.aggregates.map(({ call, filter }) =>
    withFilter(`${call.name}(${call.column})`, filter),
  );
  const { window, stepSeconds } = tried;
  const where = tried.where === undefined ? "" : `WHERE ${tried.where}`;
  if (window === "GROUP BY HOP") {
    const called = `(ts, ${tried.sliding.map(seconds).join(", ")})`;
    const shown = [`HOP_START${called}`, `HOP_END${called}`, ...tried.keys, ...calls];
    const hopped = [`HOP${called}`, ...tried.keys];
    return `SELECT ${shown.join(", ")} FROM t ${where} GROUP BY ${hopped.join(", ")}`;
  }
  const grouped = isWindowed(tried) ? ["window_start", "window_end", ...tried.keys] : tried.keys;
  const groupBy = grouped.length === 0 ? "" : `GROUP BY ${grouped.join(", ")}`;
  const size = sizeOf(tried);
  const lengths = window === "TUMBLE" ? [stepSeconds] : [stepSeconds, size];
  const called = [...lengths, tried.offsetSeconds % size].map(seconds).join(", ");
  const windows = `TABLE(${window}(TABLE t, DESCRIPTOR(ts), ${called}))`;
  const from = isWindowed(tried) ? windows : rowsWithoutWindow(tried);
  const shown = isWindowed(tried) ? ["window_start", "window_end"] : [];
  return `SELECT ${[...shown, ...tried.keys, ...calls].join(", ")} FROM ${from} ${where} ${groupBy}`;
}

function sizeOf({ window, stepSeconds, steps, sliding }: Case): number {
  if (window === "GROUP BY HOP") return sliding[1]!;
  return window === "TUMBLE" ? stepSeconds : stepSeconds * steps;
}

/** A field of an interval has two digits unless it says otherwise, in Flink as in SQL. */
function seconds(count: number): string {
  const size = Math.abs(count);
  return `INTERVAL '${count < 0 ? "-" : ""}${Math.floor(size / 60)}:${size % 60}' MINUTE TO SECOND`;
}

/** AVG is asked for as its sum and its count: how it is rounded is Flink's, not DuckDB's. */
function batchQuery(tried: Case): string {
  const { aggregates, keys: grouped } = tried;
  const calls = aggregates.map(({ call: { name, column }, filter }) => {
    const sum = withFilter(`sum(${column})`, filter);
    if (name === "AVG") return `${sum}::VARCHAR || '/' || ${withFilter(`count(${column})`, filter)}`;
    if (name === "PERCENTILE") return withFilter(`quantile_cont(${column})`, filter);
    if (column === "ts") return `epoch_ms(${withFilter(`${name}(ts)`, filter)})`;
    return withFilter(`${name}(${column})`, filter);
  });
  const shownKeys = grouped.map((key) => (key === "ts" ? "epoch_ms(ts)" : key));
  const where = tried.where ?? "TRUE";
  if (!isWindowed(tried)) {
    const columns = [...shownKeys, ...calls].map((sql, index) => `${sql} AS c${index}`);
    // Without a row there is no group, also where nothing is grouped by.
    const groupBy = grouped.length === 0 ? "HAVING count(*) > 0" : `GROUP BY ${grouped.join(", ")}`;
    return `SELECT ${columns.join(", ")} FROM ${rowsWithoutWindow(tried)} WHERE ${where} ${groupBy}`;
  }
  const columns = ["starts", "ends", ...shownKeys, ...calls].map((sql, index) => `${sql} AS c${index}`);
  return `SELECT ${columns.join(", ")} FROM (${judgedRows(tried)})
    WHERE NOT late AND (${where}) GROUP BY ${["starts", "ends", ...grouped].join(", ")}`;
}

/** How many rows that WHERE lets through are behind the watermark for all of their windows. */
function lateQuery(tried: Case): string {
  if (!isWindowed(tried)) return "SELECT 0";
  return `SELECT count(*) FROM (SELECT r, bool_and(late) AS late FROM (${judgedRows(tried)})
    WHERE (${tried.where ?? "TRUE"}) GROUP BY r) WHERE late`;
}

/**
 * Each row once a window that it is in, and whether that window's last millisecond is at or behind the
 * watermark before the row.
 */
function judgedRows(tried: Case): string {
  const { window, stepSeconds, sliding, offsetSeconds, delaySeconds } = tried;
  const isGroupWindow = window === "GROUP BY HOP";
  const stepMs = (isGroupWindow ? sliding[0]! : stepSeconds) * 1000;
  const [sizeMs, delayMs] = [sizeOf(tried) * 1000, delaySeconds * 1000];
  const offsetMs = isGroupWindow ? 0 : (offsetSeconds % sizeOf(tried)) * 1000;
  const bucket = (ms: number) =>
    `(CAST(floor((epoch_ms(ts) - ${offsetMs}) / ${ms}) AS BIGINT) * ${ms} + ${offsetMs})`;
  const last = window === "CUMULATE" ? `${bucket(sizeMs)} + ${sizeMs}` : `${bucket(stepMs)} + ${sizeMs}`;
  const starts = window === "CUMULATE" ? bucket(sizeMs) : `ends - ${sizeMs}`;
  return `SELECT *, ${starts} AS starts, COALESCE(ends - 1 <= epoch_ms(seen) - ${delayMs}, FALSE) AS late
    FROM (SELECT *, unnest(generate_series(${last}, epoch_ms(ts) + 1, -${stepMs})) AS ends,
      FROM (SELECT *, max(ts) OVER (ORDER BY r ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS seen
        FROM t))`;
}

/** One spelling for both sides. */
function ourText(value: SqlValue, type: SqlType, aggregate: string | undefined): string {
  if (value === null) return "NULL";
  if (aggregate !== undefined && rounded.test(aggregate)) return roundedText(value as number);
  if (type.kind === "DECIMAL") return formatDecimal(value as bigint, type.scale);
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function theirText(text: string | null, type: SqlType, aggregate: string | undefined): string {
  if (text === null) return "NULL";
  if (type.kind === "VARCHAR") return JSON.stringify(text);
  if (aggregate === "AVG") return averageText(text, type);
  if (aggregate !== undefined && rounded.test(aggregate)) return roundedText(Number(text));
  if (type.kind === "DOUBLE") return String(Number(text));
  if (type.kind === "INT") return String(BigInt.asIntN(32, BigInt(text)));
  if (type.kind === "BIGINT") return String(BigInt.asIntN(64, BigInt(text)));
  return text;
}

/**
 * Values are quarters up to 100: what taking back has left of nothing is far below a millionth. The little
 * that is added keeps fractions of such values off the middle between two digits.
 */
function roundedText(value: number): string {
  return (Math.round(value * 1e5 + 0.137) / 1e5 + 0).toFixed(5);
}

function averageText(text: string, type: SqlType): string {
  const [sum, count] = text.split("/") as [string, string];
  if (type.kind === "DOUBLE") return String(Number(sum) / Number(count));
  if (type.kind !== "DECIMAL") {
    const exact = BigInt(sum);
    return String((type.kind === "BIGINT" ? BigInt.asIntN(64, exact) : exact) / BigInt(count));
  }
  const sumScale = sum.split(".")[1]!.length;
  return formatDecimal(
    averageOf(BigInt(sum.replace(".", "")), BigInt(count), sumScale, type.scale),
    type.scale,
  );
}

/** Exact numbers as JSON writes them. */
function jsonLine(row: Row, index: number): string {
  return JSON.stringify(toJson(row, index)).replace(/"b":"(-?\d+)"/, '"b":$1');
}

function toJson(row: Row, index: number): JsonRow {
  const b = row.b === null ? null : String(row.b);
  return {
    r: index,
    ...row,
    b,
    ts: new Date(Date.parse("2026-03-01T00:00:00Z") + row.ts).toISOString().slice(0, -1),
  };
}

let oracle: DuckDb;
beforeAll(async () => {
  oracle = await DuckDb.open();
});
afterAll(() => oracle.close());

async function compare(tried: Case): Promise<void> {
  const world = new SltWorld(tried);
  world.bind(createTable(tried.delaySeconds));
  world.addRows("t", tried.rows.map(jsonLine));
  const { schema, rows, books } = await world.query(streamQuery(tried));
  const firstCall = (isWindowed(tried) ? 2 : 0) + tried.keys.length;
  const nameAt = (index: number) => tried.aggregates[index - firstCall]?.call.name;
  const ours = finalRows(rows).map((values) =>
    values.map((value, index) => ourText(value, schema.columns[index]!.type, nameAt(index))),
  );
  await oracle.fill("t", world.catalog.table("t")!.schema, tried.rows.map(toJson));
  expect(String(books.rowsLate), "late rows").toBe((await oracle.query(lateQuery(tried)))[0]![0]);
  const theirs = (await oracle.query(batchQuery(tried))).map((cells) =>
    cells.map((cell, index) => theirText(cell, schema.columns[index]!.type, nameAt(index))),
  );
  const text = (cells: readonly string[]): string => cells.join(" | ");
  expect(ours.map(text).sort(), streamQuery(tried)).toEqual(theirs.map(text).sort());
}

test(`${runs} random aggregations equal DuckDB's`, { timeout: 600_000 }, async () => {
  await fc.assert(fc.asyncProperty(caseArbitrary, compare), { numRuns: runs });
});
