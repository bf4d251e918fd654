/** What comes behind the watermark is in a relation. */
import { describe, expect, test } from "vitest";
import {
  at,
  decide,
  decideLate,
  journaled,
  latest,
  payment,
  startMs,
  tables,
  world,
} from "../../../test/support/decision-world.ts";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";
import { scratchFolder } from "../../../test/support/scratch-folder.ts";

describe("late rows", () => {
  const late = `${tables}
    CREATE MATERIALIZED VIEW sales AS
      SELECT window_start, window_end, card, GROUPING_ID(card) AS g, SUM(amount) AS total
      FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '10' SECOND))
      GROUP BY GROUPING SETS ((window_start, window_end, card), (window_start, window_end));
    CREATE MATERIALIZED VIEW missed AS SELECT id, card, amount, late_stream, late_watermark, late_by_ms,
      late_window_start, late_window_end, late_at, rn FROM (
        SELECT *, ROW_NUMBER() OVER (ORDER BY id) AS rn FROM sales$late) WHERE rn <= 10;`;

  test("are rows of a relation: the event as its stream has it, what it was late for, by how much", () => {
    const { log, engine } = world(late);
    const hard = 'q"\\ \n\u00e9';
    log.nowMs = startMs + 60_000;
    log.send("payments", [payment(1, 2), payment(2, 30), { ...payment(3, 4), card: hard }, payment(4, 29)]);
    engine.catchUp();
    expect(engine.failures).toEqual([]);
    expect(engine.counters("sales")).toEqual({ rowsTaken: 3, rowsFiltered: 0, rowsLate: 1 });
    expect(engine.rows("missed")).toMatchObject([
      {
        id: 3,
        card: hard,
        amount: "1.00",
        late_stream: "payments",
        // 30 s less the delay of 5 s.
        late_watermark: `${at(25)}Z`,
        late_by_ms: 21_000,
        late_window_start: `${at(0)}Z`,
        late_window_end: `${at(10)}Z`,
        late_at: `${at(60)}Z`,
      },
    ]);
  });

  const hops = "HOP(TABLE payments, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '30' SECOND)";
  const notBefore = `window_start >= TIMESTAMP '${at(0).replace("T", " ")}'`;
  test.each([
    [
      "windows of a sub-query",
      `SELECT window_start, window_end, COUNT(*) AS n
      FROM (SELECT * FROM TABLE(${hops}) WHERE ${notBefore} AND id <> 5) GROUP BY window_start, window_end`,
    ],
    [
      "an array's elements of a sub-query",
      `SELECT window_start, window_end, COUNT(*) AS n FROM (
        SELECT * FROM TABLE(${hops}) CROSS JOIN UNNEST(ARRAY[1, 2]) AS e (x) WHERE ${notBefore} AND id <> 5)
      GROUP BY window_start, window_end`,
    ],
    [
      "ranks in windows",
      `SELECT window_start, window_end, id FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY amount) AS rn
      FROM TABLE(${hops}) WHERE ${notBefore} AND id <> 5) WHERE rn <= 1`,
    ],
  ])("an event is left out once, and where all its windows leave it out: %s", (_, query) => {
    const { folder, log, engine } = world(`${tables} CREATE MATERIALIZED VIEW hopped AS ${query};`);
    // The watermark before the third is 35 s: a window ends later for it, none for the fourth.
    const seconds = [1, 40, 12, 5, 41, -15];
    log.send(
      "payments",
      seconds.map((second, place) => payment(place + 1, second)),
    );
    engine.catchUp();
    expect(engine.failures).toEqual([]);
    expect(journaled(folder, "hopped$late").map(({ row }) => [row.id, row.late_window_end])).toEqual([
      [4, at(30).slice(0, 19)],
    ]);
    // Left out by the condition: the fifth; the last by its times, before it could be late.
    expect(engine.counters("hopped")).toEqual({ rowsTaken: 3, rowsFiltered: 2, rowsLate: 1 });
  });

  test("a stream's own late rows may be written into it", () => {
    const { folder, log, engine } = world(`${tables}${decide}${decideLate}${latest}`);
    log.send("payments", [payment(1, 30), payment(2, 1), payment(3, 31)]);
    engine.catchUp();
    expect(engine.failures).toEqual([]);
    expect(journaled(folder, "decisions").map(({ row }) => [row.id, row.decision])).toEqual([
      [1, "approved"],
      [3, "approved"],
      [2, "review"],
    ]);
    expect(engine.rows("latest")).toHaveLength(3);
  });

  test("what is late among the late rows of a stream goes nowhere else", () => {
    const { folder, log, engine } = world(`${tables}${decide}
      INSERT INTO decisions SELECT id, card, n, 'review', ts FROM (SELECT id, card, ts, COUNT(*)
        OVER (ORDER BY late_at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS n FROM decisions$late);`);
    log.send("payments", [payment(1, 30), payment(2, 1)]);
    engine.catchUp();
    log.nowMs += 10_000;
    log.send("payments", [payment(3, 2)]);
    engine.catchUp();
    expect(engine.failures).toEqual([]);
    expect(journaled(folder, "decisions").map(({ row }) => [row.id, row.decision, row.seen])).toEqual([
      [1, "approved", 1],
      [2, "review", 1],
      [3, "review", 2],
    ]);
  });

  test("a view that joins later has them too", () => {
    const folder = scratchFolder();
    const project = boundProject(late);
    const log = new LogWorld(folder, project.tables, startMs);
    const [sales, missed] = project.views;
    const engine = new EngineWorld(folder, [sales!]);
    log.send("payments", [payment(1, 2), payment(2, 30), payment(3, 4)]);
    engine.catchUp();
    // The first late row is still on its way to the log.
    engine.add(missed!);
    engine.deliver();
    expect(engine.rows("missed")).toMatchObject([{ id: 3 }]);
    for (const rows of engine.written) log.write(rows);
    log.send("payments", [payment(5, 5)]);
    engine.catchUp();
    expect(engine.failures).toEqual([]);
    expect(engine.rows("missed")).toMatchObject([{ id: 3 }, { id: 5 }]);
    expect(engine.written.map(({ stream }) => stream)).toEqual(["sales$late", "sales$late"]);
  });
});
