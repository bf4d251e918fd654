/** What joins keep, tell early and count: their rows are held to DuckDB and to Flink elsewhere. */
import { expect, test } from "vitest";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";
import { type InputRow, PlanRun, planOf, type ToldRow } from "../../../test/support/plan-run.ts";

const tables = `
CREATE TABLE l (id INT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);
CREATE TABLE r (id INT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);
CREATE TABLE v (id INT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts, PRIMARY KEY (k) NOT ENFORCED);
`;
const row = (id: number, k: string | null, seconds: number): InputRow => ({ id, k, ts: seconds * 1000 });
const told = (rows: readonly ToldRow[]) => rows.map(({ kind, values }) => `${kind} ${values.join(" ")}`);

function run(query: string): PlanRun {
  const options = { mode: "compiled", timeColumn: "ts", delayMs: 0 } as const;
  return new PlanRun(planOf(tables + query), options);
}

const interval = (type: string) => `SELECT l.id AS a, r.id AS b FROM l ${type} r
  ON l.k = r.k AND r.ts BETWEEN l.ts - INTERVAL '5' SECOND AND l.ts + INTERVAL '10' SECOND`;

test("an interval join keeps a row as long as its partner may come, and its key with it", () => {
  const join = run(interval("LEFT JOIN"));
  join.feed([row(1, "a", 0), row(2, "b", 0), row(3, null, 0)], 3, "l");
  expect(join.slotCount).toBe(4);
  join.feed([row(1, "a", 9)], 1, "r");
  join.feed([row(4, "c", 9)], 1, "l");
  expect(told(join.finals)).toEqual(["+I 3 ", "+I 1 1"]);
  join.feed([row(5, "c", 12)], 1, "l");
  expect(told(join.finals).slice(2)).toEqual([]);
  join.feed([row(2, "z", 40)], 1, "r");
  join.feed([row(6, "y", 40)], 1, "l");
  expect(told(join.finals).slice(2)).toEqual(["+I 2 ", "+I 4 ", "+I 5 "]);
  // The rows of 40 seconds and their two keys.
  expect(join.slotCount).toBe(4);
  join.end();
  expect(join.slotCount).toBe(0);
});

test("a late row of an interval join meets what is kept, and is counted where it gives nothing", () => {
  const join = run(interval("JOIN"));
  join.feed([row(1, "a", 100)], 1, "l");
  join.feed([row(1, "a", 98), row(2, "a", 50), row(3, "a", 99)], 3, "r");
  join.feed([row(4, "b", 100)], 1, "r");
  join.feed([row(2, "a", 91), row(3, "a", 60)], 2, "l");
  expect(told(join.finals)).toEqual(["+I 1 1", "+I 1 3", "+I 2 1", "+I 2 3"]);
  // That of 50 seconds on the right, that of 60 on the left.
  expect(join.rowsLate).toBe(2);
});

test("a late row of an interval join waits as long as its interval lasts", () => {
  const join = run(interval("LEFT JOIN"));
  join.feed([row(1, "z", 20)], 1, "l");
  join.feed([row(1, "z", 20)], 1, "r");
  join.feed([row(2, "a", 15)], 1, "l");
  join.feed([row(2, "a", 24)], 1, "r");
  expect(told(join.finals)).toEqual(["+I 1 1", "+I 2 2"]);
  expect(join.rowsLate).toBe(0);
});

test("a stream that meets what it gave before is judged by the slower of the two", () => {
  const window = (table: string) =>
    `(SELECT * FROM TABLE(TUMBLE(TABLE ${table}, DESCRIPTOR(ts), INTERVAL '10' SECOND)))`;
  const join = run(`WITH pairs AS (
      SELECT a.id, a.k, a.ts FROM l AS a JOIN l AS b
      ON a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '10' SECOND
    )
    SELECT p.id AS a, q.id AS b FROM ${window("pairs")} AS p JOIN ${window("l")} AS q
    ON p.k = q.k AND p.window_start = q.window_start AND p.window_end = q.window_end`);
  join.feed([row(1, "a", 1), row(2, "b", 12), row(3, "a", 5)], 3);
  join.end();
  // Pairs of 12 seconds and before may come until 22: the window of the row of 5 seconds is open.
  expect(join.rowsLate).toBe(0);
  expect(told(join.finals)).toEqual(["+I 1 1", "+I 1 3", "+I 3 1", "+I 3 3", "+I 2 2"]);
});

test("a temporal join keeps one version behind the watermark, and tells at once what is known", () => {
  const join = run("SELECT l.id AS a, v.id AS b FROM l LEFT JOIN v FOR SYSTEM_TIME AS OF l.ts ON l.k = v.k");
  join.feed([row(1, "a", 0), row(2, "a", 5), row(3, "a", 20)], 3, "v");
  join.feed([row(1, "a", 10)], 1, "l");
  expect(told(join.firsts)).toEqual(["+I 1 2"]);
  expect(told(join.finals)).toEqual(["+I 1 2"]);
  // The version of 5 seconds, that of 20, and their key: the one of 0 counts for nobody.
  expect(join.slotCount).toBe(3);
  join.feed([row(2, "a", 25)], 1, "l");
  expect(told(join.firsts).slice(1)).toEqual(["+I 2 3"]);
  expect(told(join.finals).slice(1)).toEqual([]);
  join.feed([row(4, "a", 24)], 1, "v");
  join.feed([row(5, "b", 30)], 1, "v");
  expect(told(join.finals).slice(1)).toEqual(["+I 2 4"]);
  join.feed([row(3, "a", 24)], 1, "l");
  expect(join.rowsLate).toBe(1);
  // A version from before the watermark takes the place of the one that it follows.
  const { slotCount } = join;
  join.feed([row(6, "a", 24)], 1, "v");
  expect(join.slotCount).toBe(slotCount);
  join.end();
  expect(told(join.finals)).toHaveLength(2);
});

test("a join by processing time keeps one row a key of the right, and none of the left", () => {
  const join = run(`SELECT l.id AS a, v.id AS b FROM (SELECT *, PROCTIME() AS p FROM l) AS l
    LEFT JOIN v FOR SYSTEM_TIME AS OF l.p ON l.k = v.k`);
  join.feed([row(1, "a", 0)], 1, "l");
  join.feed([row(1, "a", 0), row(2, "b", 0)], 2, "v");
  const { slotCount } = join;
  for (let round = 0; round < 50; round++) {
    join.feed([row(10 + round, "a", round)], 1, "v");
    join.feed([row(round, "a", round), row(round, null, round), row(round, "none", round)], 3, "l");
  }
  expect(join.slotCount).toBe(slotCount);
  expect(told(join.finals).slice(0, 5)).toEqual(["+I 1 ", "+I 0 10", "+I 0 ", "+I 0 ", "+I 1 11"]);
  expect(told(join.finals).at(-3)).toBe("+I 49 59");
});

test("the table that rows are looked up in holds no window back, silent or behind", () => {
  const join = run(`SELECT COUNT(*) AS n, COUNT(b) AS met FROM TABLE(TUMBLE((
      SELECT l.ts, v.id AS b FROM (SELECT *, PROCTIME() AS p FROM l) AS l
      LEFT JOIN v FOR SYSTEM_TIME AS OF l.p ON l.k = v.k
    ), DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end`);
  join.feed([row(1, "a", 1), row(2, "a", 12)], 2, "l");
  expect(told(join.finals)).toEqual(["+I 1 0"]);
  join.feed([row(1, "a", 0)], 1, "v");
  join.feed([row(3, "a", 13), row(4, "a", 25)], 2, "l");
  expect(told(join.finals)).toEqual(["+I 1 0", "+I 2 1"]);
  expect(join.rowsLate).toBe(0);
});

test("a window join frees its rows when the window closes, and counts what comes behind", () => {
  const window = (table: string) =>
    `(SELECT * FROM TABLE(TUMBLE(TABLE ${table}, DESCRIPTOR(ts), INTERVAL '10' SECOND)))`;
  const join = run(`SELECT l.id AS a, r.id AS b FROM ${window("l")} AS l FULL JOIN ${window("r")} AS r
    ON l.k = r.k AND l.window_start = r.window_start AND l.window_end = r.window_end`);
  join.feed([row(1, "a", 1), row(2, "b", 2), row(3, null, 3)], 3, "l");
  join.feed([row(1, "a", 4), row(2, null, 5)], 2, "r");
  expect(told(join.finals)).toEqual([]);
  join.feed([row(4, "a", 11), row(5, "a", 3)], 2, "l");
  join.feed([row(3, "a", 12), row(4, "a", 4)], 2, "r");
  // The row of 3 seconds is behind its own side's watermark, and not behind that of both.
  expect(told(join.finals)).toEqual(["+I 1 1", "+I 5 1", "+I 2 ", "+I 3 ", "+I  2"]);
  expect(join.rowsLate).toBe(1);
  join.end();
  expect(told(join.finals).slice(5)).toEqual(["+I 4 3"]);
  expect(join.slotCount).toBe(0);
});

test("with a retention pairs are taken back when one of the two is too old, also after a restart", () => {
  const base = Date.UTC(2026, 2, 1);
  const { tables: declared, views } = boundProject(`
    CREATE TABLE l (k STRING, n INT); CREATE TABLE r (k STRING, n INT);
    CREATE MATERIALIZED VIEW v WITH ('retention' = '10 s') AS
    SELECT l.k, COUNT(*) AS pairs, SUM(r.n) AS s FROM l LEFT JOIN r ON l.k = r.k GROUP BY l.k;`);
  const files = new LossyFileLayer();
  const log = new LogWorld("/data", declared, base, files);
  const newEngine = () => new EngineWorld("/data", views, "compiled", files);
  const send = (table: string, second: number, k: string, n: number) => {
    log.nowMs = base + second * 1000;
    log.send(table, [{ k, n }]);
  };
  const rows = (engine: EngineWorld) =>
    engine
      .catchUp()
      .rows("v")
      .map((each) => Object.values(each).slice(0, 3).join(" "));
  const [whole, before, after] = [newEngine(), newEngine(), newEngine()];
  send("l", 0, "a", 1);
  send("r", 1, "a", 5);
  send("r", 4, "a", 7);
  send("l", 6, "b", 1);
  expect(rows(whole)).toEqual(["a 2 12", "b 1 "]);
  before.catchUp();
  after.engine.restore(before.engine.freeze());
  log.tick(base + 9_999);
  expect(rows(whole)).toEqual(["a 2 12", "b 1 "]);
  log.tick(base + 10_000);
  expect(rows(whole)).toEqual(["b 1 "]);
  send("l", 11.5, "a", 2);
  expect(rows(whole)).toEqual(["a 1 7", "b 1 "]);
  log.tick(base + 14_000);
  expect(rows(whole)).toEqual(["a 1 ", "b 1 "]);
  log.tick(base + 30_000);
  expect(rows(whole)).toEqual([]);
  expect(rows(after)).toEqual([]);
});
