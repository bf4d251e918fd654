/** What is shown of SESSION before its windows close. */
import { expect, test } from "vitest";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";

const base = Date.UTC(2026, 2, 1);

function open() {
  const { tables, views } = boundProject(`
    CREATE TABLE t (k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND);
    CREATE MATERIALIZED VIEW v AS SELECT window_start, window_end, k, SUM(n) AS s
    FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '10' SECOND))
    GROUP BY window_start, window_end, k;`);
  const files = new LossyFileLayer();
  const log = new LogWorld("/data", tables, base, files);
  const engine = new EngineWorld("/data", views, "compiled", files);
  const send = (k: string, n: number, second: number) =>
    log.send("t", [{ k, n, ts: new Date(base + second * 1000).toISOString().slice(0, -1) }]);
  /** `key start end sum`, with a ! where it is final. */
  const shown = () =>
    engine
      .catchUp()
      .rows("v")
      .map(({ k, window_start: start, window_end: end, s, $final }) => {
        const seconds = [start, end].map((time) => (Date.parse(String(time)) - base) / 1000);
        return `${k} ${seconds.join(" ")} ${s}${$final ? "!" : ""}`;
      })
      .sort();
  return { send, shown };
}

test("a session that grows is shown under its new ends alone", () => {
  const { send, shown } = open();
  send("a", 1, 10);
  expect(shown()).toEqual(["a 10 20 1"]);
  send("a", 2, 15);
  expect(shown()).toEqual(["a 10 25 3"]);
  send("a", 4, 2);
  expect(shown()).toEqual(["a 2 25 7"]);
});

test("of two sessions that a row bridges both are taken back", () => {
  const { send, shown } = open();
  send("a", 1, 0);
  send("a", 2, 20);
  send("b", 8, 20);
  expect(shown()).toEqual(["a 0 10 1", "a 20 30 2", "b 20 30 8"]);
  send("a", 4, 10);
  expect(shown()).toEqual(["a 0 30 7", "b 20 30 8"]);
  send("b", 16, 60);
  expect(shown()).toEqual(["a 0 30 7!", "b 20 30 8!", "b 60 70 16"]);
});

test("a session that grows and closes before it is shown again leaves no open row", () => {
  const { send, shown } = open();
  send("a", 1, 0);
  expect(shown()).toEqual(["a 0 10 1"]);
  send("a", 2, 5);
  send("b", 4, 50);
  expect(shown()).toEqual(["a 0 15 3!", "b 50 60 4"]);
});
