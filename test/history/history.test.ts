/** History of a real journal: the rows that were sent, hot and cold, once each. */
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { openEngine } from "../../src/engine.ts";
import { History } from "../../src/history/history-service.ts";
import { type GivenHistorySettings, historySettings } from "../../src/history/history-settings.ts";
import { nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import { journalIdOf } from "../../src/log/journal/journal-id.ts";
import { JournalReader } from "../../src/log/journal/journal-reader.ts";
import { LogClient } from "../../src/log/journal/log-client.ts";
import { defaultLogSettings } from "../../src/log/log-settings.ts";
import { rowKind } from "../../src/values/column-batch.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const day = (date: string) => Date.parse(`${date}T12:00:00Z`);
const today = day("2026-03-10");

async function sent(data: string, sql: string, events: Readonly<Record<string, readonly object[]>>) {
  const engine = await openEngine({ data, sql });
  for (const [stream, rows] of Object.entries(events)) {
    const { rejected } = await engine.send(stream, rows);
    expect(rejected).toEqual([]);
  }
  await engine.close();
}

async function opened(
  data: string,
  given: GivenHistorySettings = {},
  mayGoOn: () => boolean = () => true,
): Promise<History> {
  const journal = join(data, "journal");
  const reader = new JournalReader(nodeFileLayer, journal);
  const history = await History.open({
    folder: join(data, "history"),
    reader,
    journalId: journalIdOf(nodeFileLayer, journal)!,
    timeZone: "UTC",
    settings: historySettings({ coldRowsMin: 1, ...given }),
    mayGoOn,
  });
  history.refuseOther(Number.POSITIVE_INFINITY);
  return history;
}

/** Follows the journal to its end, and looks after old days. */
async function followed(data: string, given: GivenHistorySettings = {}, nowMs = today): Promise<History> {
  const history = await opened(data, given);
  while (await history.pass(nowMs));
  await history.pass(nowMs + 3_600_000);
  return history;
}

async function texts(history: History, sql: string): Promise<unknown[][]> {
  const rows = await history.store.file.rows(`SELECT COLUMNS(*)::VARCHAR FROM (${sql})`);
  return rows as unknown[][];
}

test("columns with few rows keep little memory, and there are hundreds of them", async () => {
  const data = scratchFolder();
  const columns = Array.from({ length: 100 }, (_, number) => `c${number} STRING`);
  const wide = `CREATE TABLE wide (${columns.join(", ")})`;
  await sent(data, wide, { wide: [{ c0: "in the file" }] });
  const first = await followed(data);
  await first.store.file.run("CHECKPOINT");
  first.close();
  await sent(data, wide, { wide: [{ c0: "not yet" }] });
  const history = await followed(data);
  const [held] = await history.store.file.rows(
    "SELECT SUM(memory_usage_bytes)::BIGINT FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'",
  );
  expect(Number(held![0])).toBeGreaterThan(0);
  expect(Number(held![0])).toBeLessThan(100 * 64 * 1024);
  history.close();
});

const kinds = `CREATE TABLE kinds (
  id BIGINT NOT NULL, b BOOLEAN, t TINYINT, s SMALLINT, i INT, f FLOAT, d DOUBLE, small DECIMAL(4, 1),
  money DECIMAL(18, 2), wide DECIMAL(38, 10), name STRING, bin BYTES, da DATE, ti TIME,
  ts TIMESTAMP(3), fine TIMESTAMP(6), since TIMESTAMP_LTZ(3),
  w ROW<a INT, amount DECIMAL(10, 2), happened TIMESTAMP(3)>, l ARRAY<STRING>, m MAP<STRING, BIGINT>,
  p MAP<STRING, STRING>, twice AS id * 2
)`;

test("values of every type are what was sent, digit by digit", async () => {
  const data = scratchFolder();
  const full = {
    id: "9223372036854775807",
    b: true,
    t: -128,
    s: 32767,
    i: -2147483648,
    f: 1.5,
    d: 0.1,
    small: "-999.9",
    money: "9999999999999999.99",
    wide: "-1234567890123456789012345678.0123456789",
    name: 'ein "ß"\n\u{1f600}',
    bin: "AQID/w==",
    da: "1969-12-31",
    ti: "23:59:59",
    ts: "2026-03-01T12:30:00.123",
    fine: "2026-03-01T12:30:00.123456",
    since: "2026-03-01T12:30:00.123+02:00",
    w: { a: 1, amount: 2.5, happened: "2026-03-01T00:00:00" },
    l: ["x", null, ""],
    m: { one: 1, two: null },
    p: { amount: "12.50", none: null, vip: true },
  };
  const line = JSON.stringify(full).replace(/"(9223372036854775807|12\.50)"/g, "$1");
  const engine = await openEngine({ data, sql: kinds });
  const chunks = [new TextEncoder().encode(`${line}\n{"id":1}`)];
  await engine.append({ stream: "kinds", format: "ndjson", chunks, origin: "test" });
  await engine.close();
  const history = await followed(data);
  const columns = "* EXCLUDE (_step, _row, _at, twice, bin), to_base64(bin) AS bin";
  expect(await texts(history, `SELECT ${columns} FROM kinds WHERE b`)).toEqual([
    [
      "9223372036854775807",
      "true",
      "-128",
      "32767",
      "-2147483648",
      "1.5",
      "0.1",
      "-999.9",
      "9999999999999999.99",
      "-1234567890123456789012345678.0123456789",
      'ein "ß"\n\u{1f600}',
      "1969-12-31",
      "23:59:59",
      "2026-03-01 12:30:00.123",
      "2026-03-01 12:30:00.123456",
      "2026-03-01 10:30:00.123+00",
      "{'a': 1, 'amount': 2.50, 'happened': '2026-03-01 00:00:00'}",
      "[x, NULL, '']",
      "{one=1, two=NULL}",
      "{amount=12.50, none=NULL, vip=true}",
      "AQID/w==",
    ],
  ]);
  const missing = await texts(history, "SELECT * EXCLUDE (_step, _row, _at) FROM kinds WHERE id = 1");
  expect(missing).toEqual([["1", ...Array(20).fill(null), "2"]]);
  expect(await texts(history, "SELECT _row FROM kinds ORDER BY _step, _row")).toEqual([["0"], ["1"]]);
  history.close();
});

const sales = `CREATE TABLE sales (id INT, total DECIMAL(10, 2), ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)`;

const sale = (id: number, date: string) => ({ id, total: `${id}.25`, ts: `${date}T10:00:00` });

/** Ten days, ten sales each. */
const tenDays = Array.from({ length: 100 }, (_, index) => {
  return sale(index, `2026-03-${String(1 + Math.floor(index / 10)).padStart(2, "0")}`);
});

const sums = "SELECT COUNT(*), COUNT(DISTINCT id), SUM(total) FROM sales";
/** 0.25 more than each of 0 to 99. */
const allHundred = [["100", "100", "4975.00"]];

function coldFiles(data: string): string[] {
  const cold = join(data, "history", "cold");
  if (!existsSync(cold)) return [];
  return readdirSync(cold, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(cold.length + 1))
    .sort();
}

test("K13, K15: days that are past are Parquet by date, and a query sees all rows once", async () => {
  const data = scratchFolder();
  await sent(data, sales, { sales: tenDays });
  const history = await followed(data, { hotDays: 7 });
  expect(await texts(history, sums)).toEqual(allHundred);
  expect(await texts(history, "SELECT COUNT(*) FROM kept.sales")).toEqual([["70"]]);
  const dates = coldFiles(data).map((file) => file.split("/").slice(0, 2).join("/"));
  expect(dates).toEqual(["sales/date=2026-03-01", "sales/date=2026-03-02", "sales/date=2026-03-03"]);
  history.close();
  // Another DuckDB reads them as they lie.
  const other = await (await DuckDBInstance.create()).connect();
  const files = `${join(data, "history", "cold", "sales")}/*/*.parquet`;
  const read = await other.runAndReadAll(
    `SELECT date::VARCHAR, COUNT(*)::INT, SUM(total)::VARCHAR
     FROM read_parquet('${files}', hive_partitioning = true) GROUP BY 1 ORDER BY 1`,
  );
  // 0 to 9 and 0.25 each, and so on.
  expect(read.getRows()).toEqual([
    ["2026-03-01", 10, "47.50"],
    ["2026-03-02", 10, "147.50"],
    ["2026-03-03", 10, "247.50"],
  ]);
  other.closeSync();
});

test("a late row goes to its own date; many files of a date become one", async () => {
  const data = scratchFolder();
  await sent(data, sales, { sales: tenDays });
  const given = { hotDays: 7, filesADayMax: 2 };
  (await followed(data, given)).close();
  for (let late = 0; late < 3; late++) {
    await sent(data, sales, { sales: [sale(100 + late, "2026-03-02")] });
    const history = await followed(data, given);
    const inDay = "SELECT COUNT(*), SUM(id) FROM sales WHERE ts::DATE = '2026-03-02'";
    // 10 to 19, and 100, 101, 102.
    const sum = 145 + [100, 201, 303][late]!;
    expect(await texts(history, inDay)).toEqual([[String(11 + late), String(sum)]]);
    history.close();
    const files = coldFiles(data).filter((file) => file.includes("2026-03-02"));
    expect(files.length).toBe([2, 1, 2][late]);
  }
});

test("a date of few rows has no file of its own until they are many", async () => {
  const data = scratchFolder();
  const given = { hotDays: 7, coldRowsMin: 12 };
  await sent(data, sales, { sales: tenDays });
  const few = await followed(data, given);
  expect(coldFiles(data)).toEqual([]);
  expect(await texts(few, sums)).toEqual(allHundred);
  few.close();
  await sent(data, sales, { sales: [sale(100, "2026-03-02"), sale(101, "2026-03-02")] });
  const many = await followed(data, given);
  expect(coldFiles(data).map((file) => file.split("/").slice(0, 2).join("/"))).toEqual([
    "sales/date=2026-03-02",
  ]);
  expect(await texts(many, sums)).toEqual([["102", "102", "5176.50"]]);
  many.close();
});

test("files that nobody names are of a crash, and go; rows that were going there are still hot", async () => {
  const data = scratchFolder();
  await sent(data, sales, { sales: tenDays });
  (await followed(data, { hotDays: 30 })).close();
  const stray = join(data, "history", "cold", "left.parquet.new");
  writeFileSync(stray, "half of a file");
  const history = await followed(data, { hotDays: 7 });
  expect(existsSync(stray)).toBe(false);
  expect(await texts(history, sums)).toEqual(allHundred);
  history.close();
});

test.each([3, 30])("X10: a stream says how long history keeps its rows; %d days are hot", async (hotDays) => {
  const data = scratchFolder();
  const kept = (table: string, keeps: string) =>
    sales.replace("sales", table).replace(/\)$/, `) WITH ('history' = '${keeps}')`);
  const sql = [sales, kept("week", "7 d"), kept("never", "none"), kept("always", "forever")].join(";\n");
  await sent(data, sql, { sales: tenDays, week: tenDays, never: tenDays, always: tenDays });
  const history = await followed(data, { hotDays });
  const counts =
    "SELECT (SELECT COUNT(*) FROM sales), (SELECT COUNT(*) FROM week), (SELECT COUNT(*) FROM always)";
  expect(await texts(history, counts)).toEqual([["100", "80", "100"]]);
  await expect(texts(history, "SELECT * FROM never")).rejects.toThrow("never does not exist");
  expect(coldFiles(data).filter((file) => file.startsWith("week/")).length).toBe(hotDays === 3 ? 5 : 0);
  history.close();
});

test("a stream that no longer wants history has none, nor files; wanted again, it begins anew", async () => {
  const data = scratchFolder();
  await sent(data, sales, { sales: tenDays });
  (await followed(data, { hotDays: 3 })).close();
  expect(coldFiles(data)).not.toEqual([]);
  const none = sales.replace(/\)$/, ") WITH ('history' = 'none')");
  await sent(data, none, { sales: [sale(1_001, "2026-03-10")] });
  for (let turn = 0; turn < 2; turn++) {
    const history = await followed(data, { hotDays: 3 });
    await expect(texts(history, sums)).rejects.toThrow("sales does not exist");
    expect(history.store.relations).toEqual([]);
    expect(coldFiles(data)).toEqual([]);
    history.close();
  }
  await sent(data, sales, { sales: [sale(1_002, "2026-03-10")] });
  const history = await followed(data);
  expect(await texts(history, "SELECT COUNT(*) FROM sales")).toEqual([["1"]]);
  history.close();
});

test("of a table with a key there are the latest rows, and all changes", async () => {
  const data = scratchFolder();
  const sql = "CREATE TABLE people (id INT NOT NULL, name STRING, PRIMARY KEY (id) NOT ENFORCED)";
  const engine = await openEngine({ data, sql });
  await engine.send("people", [
    { id: 1, name: "a" },
    { id: 2, name: "b" },
    { id: 1, name: "c" },
  ]);
  const table = engine.stream("people");
  await engine.close();
  const log = await LogClient.open(join(data, "journal"), defaultLogSettings);
  await log.declare([table]);
  const bytes = new TextEncoder().encode('{"id":2}');
  const gone = {
    rowCount: 1,
    rowEnds: Int32Array.of(bytes.length),
    bytes,
    eventTimeMinMs: undefined,
    eventTimeMaxMs: undefined,
    rowKinds: Uint8Array.of(rowKind.delete),
  };
  await log.write([{ stream: "people", partition: 0, rows: gone }]);
  await log.close();
  const history = await followed(data);
  expect(await texts(history, "SELECT id, name, _deleted FROM people_changes ORDER BY _step, _row")).toEqual([
    ["1", "a", "false"],
    ["2", "b", "false"],
    ["1", "c", "false"],
    ["2", null, "true"],
  ]);
  expect(await texts(history, "SELECT id, name FROM people")).toEqual([["1", "c"]]);
  history.close();
});

test("however often it is ended, each row is in it once", async () => {
  const data = scratchFolder();
  await sent(data, sales, { sales: tenDays });
  for (let more = 0; more < 5; more++) {
    await sent(data, sales, { sales: [sale(1_000 + more, "2026-03-10"), sale(2_000 + more, "2026-03-10")] });
    const history = await opened(data, { rowsTogetherMax: 1 });
    expect(await history.pass(today)).toBe(true);
    history.close();
  }
  const history = await followed(data);
  expect(await texts(history, "SELECT COUNT(*), COUNT(DISTINCT id) FROM sales")).toEqual([["110", "110"]]);
  history.close();
});

test("wherever it is broken off, the next one goes on, and each row is in it once", async () => {
  const data = scratchFolder();
  await sent(data, sales, { sales: tenDays });
  let broken = 0;
  for (let left = 20, isDone = false; !isDone; left = 20 + broken * 5) {
    // What it has done stays; each time it comes a little further.
    const history = await opened(data, { hotDays: 2, rowsTogetherMax: 20 }, () => left-- > 0);
    try {
      while (await history.pass(today));
      isDone = true;
    } catch (error) {
      expect(String(error)).toContain("History is being closed.");
      broken++;
    }
    history.close();
  }
  expect(broken).toBeGreaterThan(3);
  const history = await followed(data, { hotDays: 2 });
  expect(await texts(history, "SELECT COUNT(*), COUNT(DISTINCT id) FROM sales")).toEqual([["100", "100"]]);
  history.close();
});

test("the rows of one step are left in the midst of it", async () => {
  const data = scratchFolder();
  const rows = Array.from({ length: 20_000 }, (_, id) => ({ id }));
  await sent(data, "CREATE TABLE t (id INT)", { t: rows });
  let asked = 0;
  let asksMax = Number.POSITIVE_INFINITY;
  const history = await opened(data, {}, () => ++asked <= asksMax);
  asked = 0;
  expect(await history.pass(today)).toBe(true);
  const whole = asked;
  const { step } = history.store.position;
  history.close();
  rmSync(join(data, "history"), { recursive: true });
  asked = 0;
  const stopped = await opened(data, {}, () => ++asked <= asksMax);
  asksMax = asked + whole - 6;
  await expect(stopped.pass(today)).rejects.toThrow("History is being closed.");
  expect(stopped.store.position.step).toBeLessThan(step);
  stopped.close();
  expect(whole).toBeGreaterThan(20);
});

test("a column that is new, gone or of another type: rows of before and after are one relation", async () => {
  const data = scratchFolder();
  await sent(data, "CREATE TABLE t (id INT, v AS id * 7, gone STRING)", { t: [{ id: 1, gone: "x" }] });
  (await followed(data, { hotDays: 1 }, Date.now() + 3 * 86_400_000)).close();
  await sent(data, "CREATE TABLE t (id INT, v AS CONCAT('no. ', CAST(id AS STRING)), more INT)", {
    t: [{ id: 2, more: 3 }],
  });
  const history = await followed(data);
  expect(await texts(history, "SELECT * EXCLUDE (_step, _row, _at) FROM t ORDER BY id")).toEqual([
    ["1", "7", null],
    ["2", "no. 2", "3"],
  ]);
  history.close();
});

test("history of another journal, or of one that was put back, is refused with what to do", async () => {
  const data = scratchFolder();
  await sent(data, sales, { sales: tenDays });
  (await followed(data)).close();
  const journal = join(data, "journal");
  const reader = new JournalReader(nodeFileLayer, journal);
  const input = { folder: join(data, "history"), reader, timeZone: "UTC", settings: historySettings() };
  await expect(History.open({ ...input, journalId: "other" })).rejects.toThrow("is of another journal");
  const history = await History.open({ ...input, journalId: journalIdOf(nodeFileLayer, journal)! });
  expect(() => history.refuseOther(1)).toThrow("the journal ends with step 1");
  history.close();
});
