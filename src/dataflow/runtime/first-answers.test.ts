/** First answers of outer joins of an interval: what a written stream takes, what a view shows. */
import { describe, expect, test } from "vitest";
import { at, journaled, world } from "../../../test/support/decision-world.ts";

describe("first answers of an outer join of an interval", () => {
  const declared = `CREATE TABLE payments (
      id INT NOT NULL, card STRING NOT NULL, ts TIMESTAMP(3) NOT NULL,
      WATERMARK FOR ts AS ts - INTERVAL '5' SECOND);
    CREATE TABLE logins (
      id INT NOT NULL, card STRING NOT NULL, ts TIMESTAMP(3) NOT NULL,
      WATERMARK FOR ts AS ts - INTERVAL '5' SECOND);
    CREATE TABLE checked (payment INT, login INT) WITH ('emit' = 'first');`;
  const joined = (
    type: string,
  ) => `SELECT p.id AS payment, l.id AS login FROM payments AS p ${type} JOIN logins AS l
      ON p.card = l.card AND l.ts BETWEEN p.ts - INTERVAL '60' SECOND AND p.ts + INTERVAL '60' SECOND`;
  const event = (id: number, second: number, card = "a") => ({ id, card, ts: at(second) });
  const answers = {
    LEFT: ["1 null", "2 1", "3 1", "3 2", "4 null"],
    RIGHT: ["1 1", "1 2", "null 3"],
    FULL: ["1 null", "1 1", "2 1", "1 2", "2 2", "3 1", "3 2", "null 3", "4 null"],
    INNER: ["1 1", "2 1", "1 2", "2 2", "3 1", "3 2"],
  };

  test.each(["LEFT", "RIGHT", "FULL", "INNER"] as const)(
    "%s: each row of a side that is kept is answered once, of what is known then",
    (type) => {
      const { folder, log, engine } = world(`${declared} INSERT INTO checked ${joined(type)};`);
      const send = (stream: string, row: object) => {
        log.send(stream, [row]);
        engine.catchUp();
      };
      send("payments", event(1, 0));
      send("logins", event(1, 10));
      if (type !== "RIGHT") send("payments", event(2, 20));
      send("logins", event(2, 30));
      if (type !== "RIGHT") send("payments", event(3, 40));
      send("logins", event(3, 50, "b"));
      send("payments", event(4, 500, "c"));
      send("logins", event(4, 600, "d"));
      expect(engine.failures).toEqual([]);
      const written = journaled(folder, "checked").map(({ row }) => `${row.payment} ${row.login}`);
      const ends = type === "RIGHT" || type === "FULL" ? ["null 4"] : [];
      expect(written).toEqual([...answers[type], ...ends]);
    },
  );

  test("a view shows a row without a partner at once, and no more when one comes", () => {
    const minutes = (table: string) => `(
      SELECT card, window_start AS since, window_end AS until, window_time AS wt
      FROM TABLE(TUMBLE(TABLE ${table}, DESCRIPTOR(ts), INTERVAL '10' SECOND))
      GROUP BY card, window_start, window_end, window_time)`;
    const { log, engine } = world(`${declared} CREATE MATERIALIZED VIEW v AS
      SELECT p.card, p.since, p.until, l.card AS lc, l.since AS ls, l.until AS lu
      FROM ${minutes("payments")} AS p LEFT JOIN ${minutes("logins")} AS l
      ON p.card = l.card AND l.wt BETWEEN p.wt - INTERVAL '30' SECOND AND p.wt + INTERVAL '30' SECOND;`);
    const shown = () =>
      engine
        .rows("v")
        .map(({ card, until, lu, $final }) => `${card} ${until} ${lu} ${$final}`)
        .sort();
    const [ten, twenty] = [`${at(10)}Z`, `${at(20)}Z`];
    log.send("payments", [event(1, 0), event(2, 0, "b"), event(3, 20, "x")]);
    log.send("logins", [event(1, 0, "z"), event(2, 10), event(3, 19, "x")]);
    engine.catchUp();
    expect(shown()).toEqual([`a ${ten} null false`, `b ${ten} null false`]);
    log.send("logins", [event(4, 40, "z")]);
    engine.catchUp();
    expect(shown()).toEqual([`a ${ten} ${twenty} true`, `b ${ten} null false`]);
    log.send("payments", [event(4, 90, "y")]);
    log.send("logins", [event(5, 90, "y")]);
    engine.catchUp();
    expect(shown()).toContain(`a ${ten} ${twenty} true`);
    expect(shown()).toContain(`b ${ten} null true`);
  });
});

describe("first answers of OVER, rows in order and out of it", () => {
  const declared = `CREATE TABLE payments (
      id INT NOT NULL, card STRING NOT NULL, ts TIMESTAMP(3) NOT NULL,
      WATERMARK FOR ts AS ts - INTERVAL '60' SECOND);
    CREATE TABLE checked (id INT, n BIGINT, since INT, newest INT, s INT) WITH ('emit' = 'first');`;
  // Seconds of the payments as they come; the same second twice is a matter of who came first.
  const seconds = [5, 6, 7, 8, 9, 10, 11, 7, 12, 13, 13, 9, 14, 15, 40, 41, 38, 42, 43, 6, 44, 45];

  test.each([
    { frame: "ROWS BETWEEN 3 PRECEDING AND CURRENT ROW", rows: 4, spanSeconds: Number.POSITIVE_INFINITY },
    { frame: "RANGE BETWEEN INTERVAL '4' SECOND PRECEDING AND CURRENT ROW", rows: 99, spanSeconds: 4 },
  ])("$frame: what was known when the row came", ({ frame, rows, spanSeconds }) => {
    const { folder, log, engine } = world(`${declared} INSERT INTO checked
      SELECT id, COUNT(*) OVER w, FIRST_VALUE(id) OVER w, LAST_VALUE(id) OVER w, SUM(id) OVER w
      FROM payments WINDOW w AS (PARTITION BY card ORDER BY ts ${frame});`);
    const expected: string[] = [];
    const known: { readonly id: number; readonly second: number }[] = [];
    for (const [index, second] of seconds.entries()) {
      const id = index + 1;
      log.send("payments", [{ id, card: "a", ts: at(second) }]);
      engine.catchUp();
      known.push({ id, second });
      const before = known
        .filter((each) => each.second <= second)
        .toSorted((one, other) => one.second - other.second || one.id - other.id)
        .filter((each) => each.second >= second - spanSeconds)
        .slice(-rows);
      const sum = before.reduce((all, each) => all + each.id, 0);
      expected.push(`${id} ${before.length} ${before[0]!.id} ${id} ${sum}`);
    }
    expect(engine.failures).toEqual([]);
    const written = journaled(folder, "checked").map(
      ({ row }) => `${row.id} ${row.n} ${row.since} ${row.newest} ${row.s}`,
    );
    expect(written).toEqual(expected);
  });
});
