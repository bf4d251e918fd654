/**
 * What a view shows does not depend on how rows were cut into bodies, on when open windows were delivered, or
 * on a restart in between: each kind of query through the journal, against a run that took one row a body and
 * delivered once.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";

const tables = `CREATE TABLE a (id INT NOT NULL, k STRING, x DOUBLE, ts TIMESTAMP(3),
    WATERMARK FOR ts AS ts - INTERVAL '2' SECOND);
  CREATE TABLE b (id INT NOT NULL, k STRING, x DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);`;
const windowed = (
  from: string,
  more = "",
) => `SELECT window_start, window_end, k, COUNT(*) AS n, SUM(id) AS s,
  MAX(id) AS m, SUM(x) AS d FROM TABLE(${from}) GROUP BY window_start, window_end, k ${more}`;
const views = {
  tumble: windowed("TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '10' SECOND)"),
  hop: windowed("HOP(TABLE a, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND)"),
  cumulate: windowed(
    "CUMULATE(TABLE a, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND)",
    "HAVING k <> 'b'",
  ),
  attached: `SELECT window_end, COUNT(*) AS n, window_start FROM TABLE(HOP(TABLE a, DESCRIPTOR(ts),
    INTERVAL '5' SECOND, INTERVAL '10' SECOND)) WHERE window_start < ts GROUP BY window_end, window_start`,
  cascade: `SELECT window_start, window_end, SUM(n) AS n FROM TABLE(TUMBLE((
      SELECT window_time AS wt, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '5' SECOND))
      GROUP BY window_start, window_end, window_time),
    DESCRIPTOR(wt), INTERVAL '10' SECOND)) GROUP BY window_start, window_end`,
  union: windowed(
    `TUMBLE((SELECT * FROM a UNION ALL SELECT * FROM b), DESCRIPTOR(ts), INTERVAL '10' SECOND)`,
  ),
  session: windowed("SESSION(TABLE a PARTITION BY k, DESCRIPTOR(ts), INTERVAL '3' SECOND)"),
  "interval join": windowed(`TUMBLE((SELECT a.k, a.ts, b.id, b.x FROM a LEFT JOIN b
    ON a.k = b.k AND b.ts BETWEEN a.ts - INTERVAL '2' SECOND AND a.ts + INTERVAL '6' SECOND),
    DESCRIPTOR(ts), INTERVAL '10' SECOND)`),
  "interval join with itself": windowed(`TUMBLE((SELECT a.k, o.ts, a.id, o.x FROM a FULL JOIN a AS o
    ON a.k = o.k AND a.id < o.id AND o.ts BETWEEN a.ts AND a.ts + INTERVAL '4' SECOND WHERE o.ts IS NOT NULL),
    DESCRIPTOR(ts), INTERVAL '10' SECOND)`),
  "window join": `SELECT l.window_start, l.window_end, l.k, l.n, r.n AS m FROM
    (${windowed("TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '10' SECOND)")}) AS l
    LEFT JOIN (${windowed("TUMBLE(TABLE b, DESCRIPTOR(ts), INTERVAL '10' SECOND)")}) AS r
    ON l.window_start = r.window_start AND l.window_end = r.window_end AND l.k = r.k`,
  "window join with itself": `SELECT l.window_start, l.window_end, l.k, COUNT(*) AS n FROM
    (SELECT * FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '10' SECOND))) AS l
    WHERE NOT EXISTS (SELECT 1 FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '10' SECOND)) AS r
      WHERE l.window_start = r.window_start AND l.window_end = r.window_end AND l.k = r.k AND l.id < r.id)
    GROUP BY l.window_start, l.window_end, l.k`,
};
const base = Date.UTC(2026, 2, 1);

interface Row {
  readonly stream: "a" | "b";
  readonly id: number;
  readonly k: string | null;
  readonly atMs: number;
}

const rows = fc
  .array(
    fc.record({
      stream: fc.constantFrom("a" as const, "a" as const, "b" as const),
      id: fc.nat(99),
      k: fc.constantFrom("a", "b", null),
      atMs: fc.integer({ min: -15_000, max: 15_000 }),
    }),
    { maxLength: 50 },
  )
  .map((all) => all.map((row, place): Row => ({ ...row, atMs: row.atMs + place * 700 })));

/** The rows of the view at the end, final and open, and its books. */
function outcome(
  view: string,
  all: readonly Row[],
  bodyRows: number,
  deliverEvery: number,
  restartAt: number,
) {
  const { tables: made, views: bound } = boundProject(`${tables} CREATE MATERIALIZED VIEW v AS ${view};`);
  const files = new LossyFileLayer();
  const log = new LogWorld("/data", made, base, files);
  let engine = new EngineWorld("/data", bound, "compiled", files);
  let waiting: Row[] = [];
  const flush = () => {
    if (waiting.length === 0) return;
    const body = waiting.map(({ id, k, atMs }) => ({
      id,
      k,
      x: id / 10,
      ts: new Date(base + atMs).toISOString().slice(0, -1),
    }));
    log.send(waiting[0]!.stream, body);
    waiting = [];
  };
  all.forEach((row, place) => {
    if (waiting.length >= bodyRows || (waiting[0] !== undefined && waiting[0].stream !== row.stream)) flush();
    waiting.push(row);
    if (place === restartAt) {
      engine.catchUp();
      const image = engine.engine.freeze();
      engine = new EngineWorld("/data", bound, "compiled", files);
      engine.engine.restore(image);
    }
    if (place % deliverEvery === 0) engine.catchUp();
  });
  flush();
  engine.catchUp();
  expect(engine.failures).toEqual([]);
  return { rows: engine.rows("v").map(({ $revision: _, ...row }) => row), books: engine.counters("v") };
}

describe.each(Object.entries(views))("a view of the kind %s", (_, view) => {
  test("shows the same, however it came to it", () => {
    const cut = fc.record({
      bodyRows: fc.integer({ min: 1, max: 20 }),
      deliverEvery: fc.integer({ min: 1, max: 60 }),
      restartAt: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(rows, cut, (all, { bodyRows, deliverEvery, restartAt }) => {
        const plain = outcome(view, all, 1, 1_000, 1_000);
        expect(outcome(view, all, bodyRows, deliverEvery, restartAt)).toEqual(plain);
      }),
      { numRuns: 60, interruptAfterTimeLimit: 4_000 },
    );
  });
});
