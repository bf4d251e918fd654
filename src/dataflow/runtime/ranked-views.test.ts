/** Views of ranks and of OVER, from the journal to the replica that is served. */
import { expect, test } from "vitest";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";
import { scratchFolder } from "../../../test/support/scratch-folder.ts";

const project = boundProject(`
CREATE TABLE sales (
  shop STRING, item STRING, amount INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
);
CREATE MATERIALIZED VIEW best_of_windows AS SELECT window_start, window_end, shop, item, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, shop ORDER BY amount DESC) AS rn
  FROM TABLE(TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '10' SECOND))
) WHERE rn <= 2;
CREATE MATERIALIZED VIEW best AS SELECT rn, item, amount FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY amount DESC) AS rn FROM sales
) WHERE rn <= 2;
CREATE MATERIALIZED VIEW latest AS SELECT item, amount FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY ts DESC) AS rn FROM sales
) WHERE rn = 1;
CREATE MATERIALIZED VIEW moving AS
SELECT window_start, window_end, total, SUM(total) OVER (ORDER BY window_time ROWS 1 PRECEDING) AS of_two
FROM (
  SELECT window_start, window_end, window_time, SUM(amount) AS total
  FROM TABLE(TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '10' SECOND))
  GROUP BY window_start, window_end, window_time
);`);

const sale = (shop: string, item: string, amount: number, seconds: number) => {
  return { shop, item, amount, ts: `2026-03-01T12:00:${String(seconds).padStart(2, "0")}` };
};
const sales = [
  [sale("a", "apple", 3, 1), sale("a", "pear", 5, 2), sale("b", "fig", 1, 3)],
  [sale("a", "plum", 5, 4)],
  [sale("b", "kiwi", 9, 12)],
  [sale("a", "too late", 99, 5), sale("a", "date", 2, 14)],
];

/** Cells without when their windows are, and whether they are final. */
function shown(world: EngineWorld, view: string) {
  return world.rows(view).map(({ window_end: _end, window_start: _start, $revision, $final, ...cells }) => {
    return { ...cells, final: $final };
  });
}

function expectAll(world: EngineWorld): void {
  const final = true;
  expect(shown(world, "best_of_windows")).toEqual([
    { shop: "a", item: "pear", rn: 1, final },
    { shop: "a", item: "plum", rn: 2, final },
    { shop: "b", item: "fig", rn: 1, final },
    { shop: "a", item: "date", rn: 1, final: false },
    { shop: "b", item: "kiwi", rn: 1, final: false },
  ]);
  expect(shown(world, "best")).toEqual([
    { rn: 1, item: "too late", amount: 99, final },
    { rn: 2, item: "kiwi", amount: 9, final },
  ]);
  expect(shown(world, "latest")).toEqual([{ item: "date", amount: 2, final }]);
  expect(shown(world, "moving")).toEqual([{ total: 14, of_two: 14, final }]);
  expect(world.counters("best_of_windows")).toEqual({ rowsTaken: 6, rowsFiltered: 0, rowsLate: 1 });
  expect(world.counters("best")).toEqual({ rowsTaken: 7, rowsFiltered: 0, rowsLate: 0 });
}

test("show open ranks as not final, final ones once, and go on after a freeze between any two steps", () => {
  const folder = scratchFolder();
  const log = new LogWorld(folder, project.tables, Date.UTC(2026, 2, 1));
  for (const body of sales) log.send("sales", body);
  const whole = new EngineWorld(folder, project.views).catchUp();
  expect(whole.failures).toEqual([]);
  expectAll(whole);
  for (let at = 0; at < whole.engine.stepNumber; at++) {
    const before = new EngineWorld(folder, project.views, "interpreted");
    for (let step = 0; step < at; step++) before.engine.work(0, () => 1);
    before.deliver();
    const image = before.engine.freeze();
    const after = new EngineWorld(folder, project.views, "interpreted");
    after.engine.restore(image);
    expectAll(after.catchUp());
  }
});

test("keys of ranks are kept for a retention, by append time and ticks, without event time", () => {
  const startMs = Date.UTC(2026, 2, 1);
  const { tables, views } = boundProject(`
    CREATE TABLE t (k STRING, n INT);
    CREATE MATERIALIZED VIEW best WITH ('retention' = '10 s') AS SELECT k, n, rn FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY n DESC) AS rn FROM t
    ) WHERE rn <= 2;
    CREATE MATERIALIZED VIEW least WITH ('retention' = '10 s') AS SELECT k, n FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY n) AS rn FROM t
    ) WHERE rn = 1;
    CREATE MATERIALIZED VIEW sums WITH ('retention' = '10 s') AS SELECT COUNT(*) AS c, SUM(n) AS s FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY n DESC) AS rn FROM t
    ) WHERE rn <= 2;`);
  const files = new LossyFileLayer();
  const log = new LogWorld("/data", tables, startMs, files);
  const newEngine = () => new EngineWorld("/data", views, "compiled", files);
  const send = (second: number, k: string, n: number) => {
    log.nowMs = startMs + second * 1000;
    log.send("t", [{ k, n }]);
  };
  const cells = (engine: EngineWorld, view: string, count: number) =>
    engine
      .rows(view)
      .map((row) => Object.values(row).slice(0, count).join(" "))
      .toSorted();
  const [whole, before, after] = [newEngine(), newEngine(), newEngine()];
  const expectAll = (best: readonly string[], least: readonly string[], sums: readonly string[]) => {
    for (const engine of [whole, after]) {
      engine.catchUp();
      expect(cells(engine, "best", 3)).toEqual(best);
      expect(cells(engine, "least", 2)).toEqual(least);
      expect(cells(engine, "sums", 2)).toEqual(sums);
    }
  };
  send(0, "a", 1);
  send(1, "b", 5);
  send(4, "a", 3);
  // It is not among the first, and its key had a row nevertheless.
  send(6, "a", 0);
  before.catchUp();
  after.engine.restore(before.engine.freeze());
  expectAll(["a 1 2", "a 3 1", "b 5 1"], ["a 0", "b 5"], ["3 9"]);
  log.tick(startMs + 10_999);
  expectAll(["a 1 2", "a 3 1", "b 5 1"], ["a 0", "b 5"], ["3 9"]);
  log.tick(startMs + 11_000);
  expectAll(["a 1 2", "a 3 1"], ["a 0"], ["2 4"]);
  // The row comes to a key that has just been forgotten.
  send(16, "a", 2);
  expectAll(["a 2 1"], ["a 2"], ["1 2"]);
  log.tick(startMs + 26_000);
  expectAll([], [], []);
});
