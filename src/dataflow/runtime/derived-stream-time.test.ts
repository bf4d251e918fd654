/** When a stream that queries write has passed a time. */
import { describe, expect, test } from "vitest";
import {
  at,
  counted,
  decide,
  payment,
  startMs,
  tables,
  world,
} from "../../../test/support/decision-world.ts";

describe("the time of a written stream", () => {
  test("is its query's: the clock does not pass rows that come once a minute", () => {
    const { log, engine } = world(`${tables}
      CREATE TABLE minutes (n BIGINT NOT NULL, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);
      INSERT INTO minutes SELECT COUNT(*), window_time
        FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
        GROUP BY window_start, window_end, window_time;
      CREATE MATERIALIZED VIEW again AS SELECT window_end, SUM(n) AS n, window_start
        FROM TABLE(TUMBLE(TABLE minutes, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
        GROUP BY window_start, window_end;`);
    for (let second = 1; second <= 200; second++) {
      log.tick(startMs + second * 1000);
      // Events are 8 seconds old when they come.
      log.send("payments", [payment(second, second - 8)]);
      engine.catchUp();
    }
    expect(engine.failures).toEqual([]);
    expect(engine.counters("again").rowsLate).toBe(0);
    const windows = engine.finalRows("again").map(({ window_end, n }) => [window_end, n]);
    expect(windows).toEqual([
      [`${at(0)}Z`, 7],
      [`${at(60)}Z`, 60],
      [`${at(120)}Z`, 60],
      [`${at(180)}Z`, 60],
    ]);
  });

  test("is told of a view whose streams have their time computed, as that of others is", () => {
    const columns = "ms BIGINT NOT NULL, ts AS TO_TIMESTAMP_LTZ(ms, 3)";
    const { log, engine } = world(`
      CREATE TABLE clicks (${columns}, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND);
      CREATE TABLE copies (${columns}, WATERMARK FOR ts AS ts - INTERVAL '2' SECOND);
      INSERT INTO copies SELECT ms FROM clicks;
      ${["clicks", "copies"]
        .map(
          (stream) => `CREATE MATERIALIZED VIEW of_${stream} AS SELECT window_start, window_end, COUNT(*) AS n
          FROM TABLE(TUMBLE(TABLE ${stream}, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
          GROUP BY window_start, window_end`,
        )
        .join(";")};`);
    log.send("clicks", [{ ms: startMs + 60_000 }, { ms: startMs + 90_000 }]);
    engine.catchUp();
    const watermarkOf = (view: string) => engine.views.get(view)!.freshness.watermarkMs;
    expect(watermarkOf("of_clicks")).toBe(startMs + 85_000);
    expect(watermarkOf("of_copies")).toBe(startMs + 88_000);
  });

  test.each([0, 12])("holds back who reads both when rows come after %d quiet seconds", (quiet) => {
    const perWindow = (stream: string) => `(SELECT window_start, window_end, COUNT(*) AS n
      FROM TABLE(TUMBLE(TABLE ${stream}, DESCRIPTOR(ts), INTERVAL '10' SECOND))
      GROUP BY window_start, window_end)`;
    const { log, engine } = world(`${tables}
      CREATE TABLE copies (id INT NOT NULL, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);
      INSERT INTO copies SELECT id, ts FROM payments;
      CREATE TABLE again (id INT NOT NULL, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);
      INSERT INTO again SELECT id, ts FROM copies;
      CREATE MATERIALIZED VIEW beside AS SELECT p.window_start, p.window_end, p.n, a.n AS made
        FROM ${perWindow("payments")} AS p LEFT JOIN ${perWindow("again")} AS a
        ON p.window_start = a.window_start AND p.window_end = a.window_end;`);
    for (let second = 1; second <= quiet; second++) log.tick(startMs + second * 1000);
    engine.catchUp();
    // They come together: the last closes the windows of the others.
    log.send("payments", [payment(1, 3), payment(2, 14), payment(3, 60)]);
    engine.catchUp();
    expect(engine.failures).toEqual([]);
    expect(engine.counters("beside").rowsLate).toBe(0);
    expect(engine.finalRows("beside").map(({ window_end, n, made }) => [window_end, n, made])).toEqual([
      [`${at(10)}Z`, 1, 1],
      [`${at(20)}Z`, 1, 1],
    ]);
  });

  const seen = (inserts: string) => `${tables}
    CREATE TABLE seen (
      id INT NOT NULL, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts - INTERVAL '20' SECOND
    ) WITH ('emit' = 'first');
    ${inserts}
    CREATE MATERIALIZED VIEW counted AS SELECT window_start, window_end, COUNT(*) AS n
      FROM TABLE(TUMBLE(TABLE seen, DESCRIPTOR(ts), INTERVAL '10' SECOND))
      GROUP BY window_start, window_end;`;
  const ofB = `INSERT INTO seen SELECT id, ts FROM (
    SELECT id, ts, COUNT(*) OVER (ORDER BY ts) AS n FROM payments WHERE card = 'b');`;
  const closed = { window_end: `${at(10)}Z`, n: 1, $final: true };

  test("is its query's where no row can be behind that, however long the stream's own delay is", () => {
    const { log, engine } = world(seen(ofB));
    log.send("payments", [payment(1, 3, "b"), payment(2, 14)]);
    engine.catchUp();
    expect(engine.rows("counted")).toEqual([expect.objectContaining({ ...closed, $final: false })]);
    log.send("payments", [payment(3, 15)]);
    engine.catchUp();
    expect(engine.rows("counted")).toEqual([expect.objectContaining(closed)]);
    // Behind it nothing comes any more: what is not late for the query is in time here.
    log.send("payments", [payment(4, 9, "b"), payment(5, 11, "b"), payment(6, 60)]);
    engine.catchUp();
    expect(engine.rows("counted")).toMatchObject([closed, { window_end: `${at(20)}Z`, n: 1, $final: true }]);
    expect(engine.counters("counted").rowsLate).toBe(0);
  });

  test.each([
    ["a query lets late rows through", "INSERT INTO seen SELECT id, ts FROM payments WHERE card = 'b';"],
    ["another query writes what was late", `${ofB} INSERT INTO seen SELECT id, ts FROM seen$late;`],
  ])("is less the stream's own delay where %s", (_, inserts) => {
    const { log, engine } = world(seen(inserts));
    // Behind the step the time of payments is 25 s, that of seen 5 s.
    log.send("payments", [payment(1, 3, "b"), payment(2, 30), payment(3, 8, "b")]);
    engine.catchUp();
    expect(engine.failures).toEqual([]);
    expect(engine.counters("counted").rowsLate).toBe(0);
    expect(engine.rows("counted")).toMatchObject([{ ...closed, n: 2, $final: false }]);
    log.send("payments", [payment(4, 50, "b")]);
    engine.catchUp();
    expect(engine.finalRows("counted")).toMatchObject([{ ...closed, n: 2 }]);
  });

  test("goes on with the clock where its query is idle", () => {
    const { log, engine } = world(`${tables.replace(" WITH ('emit' = 'first')", "")}${decide}${counted}`);
    log.send("payments", [payment(1, 0), payment(2, 1)]);
    for (let second = 1; second <= 60; second++) log.tick(startMs + second * 1000);
    engine.catchUp();
    expect(engine.finalRows("by_decision")).toMatchObject([{ window_end: `${at(10)}Z`, n: 2 }]);
  });
});

test.each(["ts TIMESTAMP(3) NOT NULL", "sent TIMESTAMP(3) NOT NULL, ts AS sent"])(
  "'idle-timeout' is how long a stream holds others back: %s",
  (time) => {
    const joined = (timeout: string) => {
      const { log, engine } = world(`${tables}
      CREATE TABLE rates (card STRING NOT NULL, rate INT NOT NULL, ${time},
        WATERMARK FOR ts AS ts, PRIMARY KEY (card) NOT ENFORCED) WITH ('idle-timeout' = '${timeout}');
      CREATE TABLE rated (id INT NOT NULL, rate INT);
      INSERT INTO rated SELECT p.id, r.rate FROM payments AS p
        LEFT JOIN rates FOR SYSTEM_TIME AS OF p.ts AS r ON p.card = r.card;`);
      log.send("rates", [{ card: "a", rate: 2, ts: at(-100), sent: at(-100) }]);
      log.send("payments", [payment(1, 0), payment(2, 60)]);
      engine.catchUp();
      const before = engine.written.length;
      for (let second = 1; second <= 12; second++) log.tick(startMs + second * 1000);
      engine.catchUp();
      return [before, engine.written.length];
    };
    expect([joined("0 s"), joined("5 s"), joined("20 s")]).toEqual([
      [1, 1],
      [0, 1],
      [0, 0],
    ]);
  },
);

test("a stream with an 'idle-timeout' of 0 holds nobody back before its first row either", () => {
  const { log, engine } = world(`${tables}
    CREATE TABLE rates (card STRING NOT NULL, rate INT NOT NULL, ts TIMESTAMP(3) NOT NULL,
      WATERMARK FOR ts AS ts, PRIMARY KEY (card) NOT ENFORCED) WITH ('idle-timeout' = '0 s');
    CREATE TABLE rated (id INT NOT NULL, rate INT);
    INSERT INTO rated SELECT p.id, r.rate FROM payments AS p
      LEFT JOIN rates FOR SYSTEM_TIME AS OF p.ts AS r ON p.card = r.card;`);
  log.send("payments", [payment(1, 0), payment(2, 60)]);
  log.tick(startMs + 1000);
  engine.catchUp();
  expect(engine.written.length).toBe(1);
});
