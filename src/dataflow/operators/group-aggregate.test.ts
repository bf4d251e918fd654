/** Groups of a view that gives a retention: how long they are kept, also over a restart. */
import { expect, test } from "vitest";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";

const base = Date.UTC(2026, 2, 1);

function open(query: string) {
  const { tables, views } = boundProject(`
    CREATE TABLE t (k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);
    CREATE MATERIALIZED VIEW v WITH ('retention' = '10 s') AS ${query};`);
  const files = new LossyFileLayer();
  const log = new LogWorld("/data", tables, base, files);
  const newEngine = () => new EngineWorld("/data", views, "compiled", files);
  const send = (second: number, k: string, n: number) => {
    log.nowMs = base + second * 1000;
    // However old the event is: what counts is when it was appended.
    log.send("t", [{ k, n, ts: "2020-01-01T00:00:00" }]);
  };
  const tick = (second: number) => log.tick(base + second * 1000);
  return { send, tick, newEngine };
}

const rowsOf = (engine: EngineWorld) =>
  engine
    .catchUp()
    .rows("v")
    .map((row) => Object.values(row).slice(0, 3).join(" "));

test("a group without a row for the retention is deleted, by ticks and before later rows", () => {
  const { send, tick, newEngine } = open("SELECT k, COUNT(*) AS c, MAX(n) AS m FROM t GROUP BY k");
  const engine = newEngine();
  send(0, "a", 1);
  send(4, "b", 2);
  send(8, "a", 3);
  expect(rowsOf(engine)).toEqual(["a 2 3", "b 1 2"]);
  tick(13.999);
  expect(rowsOf(engine)).toEqual(["a 2 3", "b 1 2"]);
  tick(14);
  expect(rowsOf(engine)).toEqual(["a 2 3"]);
  // The row comes to a group that has just been dropped.
  send(18, "a", 7);
  expect(rowsOf(engine)).toEqual(["a 1 7"]);
  send(40, "c", 1);
  expect(rowsOf(engine)).toEqual(["c 1 1"]);
});

test("DISTINCT rows are kept as long", () => {
  const { send, tick, newEngine } = open("SELECT DISTINCT k, n FROM t");
  const engine = newEngine();
  send(0, "a", 1);
  send(1, "a", 2);
  send(6, "a", 1);
  expect(engine.catchUp().rows("v")).toMatchObject([
    { k: "a", n: 1 },
    { k: "a", n: 2 },
  ]);
  tick(12);
  expect(engine.catchUp().rows("v")).toMatchObject([{ k: "a", n: 1 }]);
});

test("an engine that goes on from an image drops the same groups at the same steps", () => {
  const { send, tick, newEngine } = open("SELECT k, COUNT(DISTINCT n) AS c, MAX(n) AS m FROM t GROUP BY k");
  const [whole, before, after] = [newEngine(), newEngine(), newEngine()];
  for (let turn = 0; turn < 30; turn++) send(turn, "abcdef"[(turn * turn + turn) % 6]!, turn % 4);
  before.catchUp();
  after.engine.restore(before.engine.freeze());
  for (let turn = 30; turn < 60; turn++) send(turn, "abcdef"[(turn * turn) % 6]!, turn % 4);
  for (const second of [62, 64, 66, 68]) {
    tick(second);
    const left = rowsOf(whole);
    expect(rowsOf(after)).toEqual(left);
    expect(left.length).toBeLessThanOrEqual(6);
  }
  tick(70);
  expect(rowsOf(whole)).toEqual([]);
});
