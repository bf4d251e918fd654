/** `GET /v1/why/{view}`: each cause is staged on a real server, and the answer says it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Server, startServer } from "../../src/server.ts";
import type { WhyAnswer, WhyStage } from "../../src/serving/answers.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { testServer } from "../support/test-server.ts";

const stream = (name: string, options = "") =>
  `CREATE TABLE ${name} (id INT NOT NULL, k STRING NOT NULL, amount INT NOT NULL, ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)${options};`;

/** No clock moves its watermark while a test runs. */
const hour = " WITH ('idle-timeout' = '1 h')";

const minutes = (from: string, where = "") =>
  `SELECT window_start, window_end, k, COUNT(*) AS n
  FROM TABLE(TUMBLE(TABLE ${from}, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) ${where}
  GROUP BY window_start, window_end, k;`;

const sql = `
${stream("nothing")}
CREATE MATERIALIZED VIEW of_nothing AS ${minutes("nothing")}
${stream("broken")}
CREATE MATERIALIZED VIEW of_broken AS ${minutes("broken")}
${stream("orders", " WITH ('idle-timeout' = '1 h', 'dedup-key' = 'id')")}
CREATE MATERIALIZED VIEW sales AS ${minutes("orders")}
CREATE MATERIALIZED VIEW big_ones AS ${minutes("orders", "WHERE amount > 1000 AND k <> 'none'")}
CREATE MATERIALIZED VIEW late_ones AS ${minutes("orders", "WHERE k = 'late'")}
CREATE MATERIALIZED VIEW ratios WITH ('retention' = '1 d') AS
SELECT k, SUM(100 / amount) AS share FROM orders GROUP BY k;
${stream("silent", hour)}
CREATE VIEW both_streams AS SELECT * FROM orders UNION ALL SELECT * FROM silent;
CREATE MATERIALIZED VIEW together WITH ('emit' = 'final') AS ${minutes("both_streams")}
${stream("fresh", hour)}
CREATE MATERIALIZED VIEW fresh_minutes WITH ('emit' = 'final') AS ${minutes("fresh")}
CREATE MATERIALIZED VIEW fresh_shown AS ${minutes("fresh")}
${stream("payments")}
CREATE MATERIALIZED VIEW paid WITH ('retention' = '1 d') AS
SELECT o.k, COUNT(*) AS n FROM orders AS o JOIN payments AS p ON o.k = p.k GROUP BY o.k;
CREATE TABLE unpaid (id INT NOT NULL, amount INT NOT NULL);
INSERT INTO unpaid SELECT o.id, n.amount FROM orders AS o JOIN nothing AS n
ON o.k = n.k AND n.ts BETWEEN o.ts AND o.ts + INTERVAL '1' SECOND;
CREATE TABLE rates (k STRING NOT NULL, rate INT NOT NULL, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts,
  PRIMARY KEY (k) NOT ENFORCED) WITH ('idle-timeout' = '1 h');
CREATE TABLE rated (id INT NOT NULL, rated INT, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);
INSERT INTO rated SELECT o.id, o.amount * r.rate, o.ts FROM orders AS o
JOIN rates FOR SYSTEM_TIME AS OF o.ts AS r ON o.k = r.k;
CREATE MATERIALIZED VIEW of_rated WITH ('retention' = '1 d') AS
SELECT rated, COUNT(*) AS n FROM rated GROUP BY rated;
`;

const at = (second: number) => new Date(Date.UTC(2026, 2, 1) + second * 1000).toISOString().slice(0, -1);
const row = (id: number, second: number, k = "a", amount = 1) => ({ id, k, amount, ts: at(second) });

async function why(server: Server, view: string): Promise<WhyAnswer> {
  const answer = await fetch(`${server.url}/v1/why/${view}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as WhyAnswer;
}

function postLines({ url }: Server, stream: string, body: string): Promise<Response> {
  const headers = { "content-type": "application/x-ndjson" };
  return fetch(`${url}/v1/streams/${stream}/events`, { method: "POST", headers, body });
}

function stageOf({ stages }: WhyAnswer, word: string): WhyStage {
  const stage = stages.find((each) => each.stage === word);
  expect(stage, `${word} among ${stages.map((each) => each.stage).join(", ")}`).toBeDefined();
  return stage!;
}

const inputOf = ({ inputs }: WhyAnswer, stream: string) => inputs.find((input) => input.stream === stream)!;

/** A second row of a stream is late, another moves its watermark into a window of its own. */
async function sendAll(server: Server): Promise<void> {
  const { engine } = server;
  await postLines(server, "broken", '{"id": 1}\n{"id": 2, "k": "a", "amount": 1, "ts": "yesterday"}\n');
  await engine.send("orders", [row(1, 10), row(2, 30, "b", 5)]);
  await engine.send("payments", [row(1, 10, "A"), row(2, 30, "B")]);
  await engine.send("rates", { k: "a", rate: 2, ts: at(-100) });
  await engine.send("orders", [row(3, 200), row(4, 20, "late")]);
  await engine.send("orders", row(5, 210, "a", 0));
  await engine.send("orders", row(5, 210, "a", 0));
}

describe("B5: what a view shows nothing for", () => {
  let server: Server;
  let data: string;

  beforeAll(async () => {
    const logTo = { level: "silent", write: () => {} };
    data = mkdtempSync(join(tmpdir(), "quickwater why-"));
    const folder = { data, dashboard: "/nonexistent", version: "0.0.0" };
    server = await startServer({ host: "127.0.0.1", port: 0, sql, ...folder, logTo, onFailure: () => {} });
    await server.engine.ready;
    await sendAll(server);
    const watermarkMs = Date.parse(`${at(208)}Z`);
    while (server.engine.view("sales")?.freshness.watermarkMs !== watermarkMs) await setTimeout(5);
  });

  afterAll(async () => {
    await server.close();
    rmSync(data, { recursive: true });
  });

  test("no event has come", async () => {
    const answer = await why(server, "of_nothing");
    expect(answer).toMatchObject({ cause: "no-events", kind: "view", shows: { rows: 0, emit: "changes" } });
    expect(answer.summary).toContain(
      "No event has come to nothing yet. Send some: POST /v1/streams/nothing/events",
    );
    expect(inputOf(answer, "nothing")).toMatchObject({
      from: "events",
      rowsLogged: 0,
      lastRowAt: null,
      watermark: null,
      delayMs: 2_000,
      idleTimeoutMs: 5_000,
      dead: { rows: 0, last: null },
      lastEvent: null,
    });
  });

  test("events come, and all of them are dead", async () => {
    const answer = await why(server, "of_broken");
    expect(answer.cause).toBe("dead");
    expect(answer.summary).toMatch(
      /^Both rows that came to broken could not be taken\. The last one, at .*, field ts: .*"yesterday"/,
    );
    expect(answer.summary).toContain("quickwater dead broken");
    const { dead, rowsLogged } = inputOf(answer, "broken");
    expect(rowsLogged).toBe(0);
    expect(dead).toMatchObject({ rows: 2, last: { code: "row.bad-time", field: "ts" } });
  });

  test("a condition leaves all of them out, and which part of it the newest one", async () => {
    const answer = await why(server, "big_ones");
    expect(answer.cause).toBe("filtered");
    expect(answer.summary).toMatch(
      /^All 5 rows .* left out by the condition \(amount > 1000\) AND \(k <> 'none'\)\. /,
    );
    expect(answer.summary).toMatch(
      /The newest event of orders does not fulfil amount > 1000 \(GET \S*orders\/events\/\d+-0 /,
    );
    expect(stageOf(answer, "WHERE")).toMatchObject({
      number: 2,
      inputs: [1],
      rowsIn: 5,
      rowsOut: 0,
      filtered: { rows: 5, predicate: "(amount > 1000) AND (k <> 'none')" },
    });
    expect(stageOf(answer, "GROUP BY")).toMatchObject({ rowsIn: 0, rowsOut: 0, held: { rows: 0 } });
  });

  test("all that passed its condition came late", async () => {
    const answer = await why(server, "late_ones");
    expect(answer.cause).toBe("late");
    expect(answer.summary).toMatch(
      /^The one row that came to GROUP BY \(stage 3\) was late: .* 2026-03-01T00:03:28\.000Z now\. /,
    );
    expect(answer.summary).toContain("It lets rows come 2 s behind the newest one");
    const { late } = stageOf(answer, "GROUP BY");
    expect(late).toEqual({ rows: 1, lastAt: expect.stringMatching(/^20/) });
  });

  test("a silent stream holds the watermark back, for as long as its 'idle-timeout' says", async () => {
    const answer = await why(server, "together");
    expect(answer.cause).toBe("held-back");
    expect(answer.summary).toMatch(
      /^4 groups wait in GROUP BY \(stage \d\) for the watermark, and silent has had no row yet\. /,
    );
    expect(answer.summary).toMatch(/wait 59 min.*: then it counts as idle \('idle-timeout' is 1 h\)/);
    const [orders, silent] = ["orders", "silent"].map((stream) => inputOf(answer, stream).partitions);
    expect(orders).toMatchObject([{ partition: 0, holdsBack: false, watermark: "2026-03-01T00:03:28.000Z" }]);
    expect(silent).toMatchObject([{ partition: 0, holdsBack: true, watermark: null, isIdle: false }]);
    expect(stageOf(answer, "UNION ALL")).toMatchObject({ inputs: [1, 2], rowsIn: 5, watermark: null });
  });

  test("the window that is open is not shown, and when it closes", async () => {
    await server.engine.send("fresh", [row(1, 5), row(2, 6), row(3, 7, "b")]);
    await expect.poll(() => why(server, "fresh_minutes")).toMatchObject({ cause: "not-final" });
    const answer = await why(server, "fresh_minutes");
    expect(answer.summary).toMatch(
      /^2 groups wait in GROUP BY \(stage 2\) and 'emit' = 'final' shows closed windows only\. /,
    );
    expect(answer.summary).toContain(
      "The window that ends at 2026-03-01T00:01:00.000Z closes when the watermark reaches " +
        "2026-03-01T00:00:59.999Z; it is 2026-03-01T00:00:05.000Z now.",
    );
    const moves =
      /An event of fresh at 2026-03-01T00:01:01\.999Z or later moves it there; if none comes, the clock/;
    expect(answer.summary).toMatch(moves);
    expect(answer.summary).toMatch(/the clock does in (1 h|59 min.*) \('idle-timeout' is 1 h\)\.$/);
    expect(stageOf(answer, "GROUP BY").held).toMatchObject({ rows: 2, until: "2026-03-01T00:00:59.999Z" });
    // An open window that is shown is no reason to wait.
    expect(await why(server, "fresh_shown")).toMatchObject({
      cause: "well",
      shows: { rows: 2, openRows: 2 },
    });
  });

  test("a join has met nobody, and which keys only one side has", async () => {
    const answer = await why(server, "paid");
    expect(answer.cause).toBe("no-match");
    expect(answer.summary).toContain("JOIN (stage 3) has found no two rows that belong together.");
    const { unmatched, rowsIn } = stageOf(answer, "JOIN");
    expect(rowsIn).toBe(7);
    expect(unmatched).toMatchObject({ left: 5, right: 2 });
    expect([...unmatched!.leftKeys].sort()).toEqual(["'a'", "'b'", "'late'"]);
    expect([...unmatched!.rightKeys].sort()).toEqual(["'A'", "'B'"]);
    for (const key of unmatched!.rightKeys) expect(answer.summary).toContain(key);
  });

  test("the other side of a join has no rows", async () => {
    const answer = await why(server, "unpaid");
    expect(answer).toMatchObject({ cause: "no-match", kind: "stream", shows: null });
    expect(answer.summary).toContain("its right side has no rows. GET /v1/streams/nothing/events");
  });

  test("rows wait for the versions of a temporal join", async () => {
    const answer = await why(server, "rated");
    expect(answer).toMatchObject({ cause: "version-behind", kind: "stream" });
    expect(answer.summary).toMatch(
      /^5 rows wait in JOIN FOR SYSTEM_TIME AS OF \(stage 3\) .*, and rates is at 2026-02-28T23:58:20\.000Z /,
    );
    const join = stageOf(answer, "JOIN FOR SYSTEM_TIME AS OF");
    expect(join.held).toMatchObject({ rows: 5, until: "2026-03-01T00:00:10.000Z" });
    // Who reads what is written there is sent on.
    const reader = await why(server, "of_rated");
    expect(reader.cause).toBe("no-events");
    expect(reader.summary).toContain("GET /v1/why/rated tells what they wait for");
  });

  test("a row has stopped it", async () => {
    const answer = await why(server, "ratios");
    expect(answer).toMatchObject({ cause: "stopped", stages: [] });
    expect(answer.summary).toMatch(/^ratios was stopped: Division by zero/);
    expect(inputOf(answer, "orders")).toMatchObject({ rowsLogged: 5, duplicates: 1 });
  });

  test("what was written to make it stands beside it", async () => {
    const view = `CREATE MATERIALIZED VIEW sales AS ${minutes("orders")}`;
    expect((await why(server, "sales")).sql).toBe(view.replace(/;$/, ""));
    expect((await why(server, "unpaid")).sql).toBe(
      "INSERT INTO unpaid SELECT o.id, n.amount FROM orders AS o JOIN nothing AS n\n" +
        "ON o.k = n.k AND n.ts BETWEEN o.ts AND o.ts + INTERVAL '1' SECOND",
    );
  });

  test("a name that there is not is answered with the one that was meant", async () => {
    const answer = await fetch(`${server.url}/v1/why/sale`);
    expect(answer.status).toBe(404);
    expect(((await answer.json()) as { detail: string }).detail).toContain("Did you mean sales?");
  });

  test("where all is well it says since when, and what is not in it", async () => {
    const answer = await why(server, "sales");
    expect(answer.cause).toBe("well");
    expect(answer.shows).toMatchObject({ rows: 3, finalRows: 2, openRows: 1, failure: null, making: null });
    expect(answer.summary).toMatch(
      /^sales shows 3 rows, 1 of them not final yet, the last change \d+ s ago\. The .* 2026-03-01T00:04/,
    );
    expect(answer.summary).toContain("1 row came late and is not in it");
    expect(stageOf(answer, "GROUP BY")).toMatchObject({
      rowsIn: 5,
      rowsOut: 2,
      late: { rows: 1 },
      held: { rows: 1 },
    });
    expect(stageOf(answer, "FROM")).toMatchObject({
      stream: "orders",
      rowsIn: 5,
      rowsOut: 5,
      filtered: null,
      late: null,
    });
  });
});

test("of a stream all that writes it is told, as it was written", async () => {
  const inserts = [
    "INSERT INTO big SELECT id FROM orders\n  WHERE amount > 10",
    "INSERT INTO big SELECT 1 FROM fees",
  ];
  const server = await testServer({
    sql: `${stream("orders")}${stream("fees")}CREATE TABLE big (id INT NOT NULL);
    EXECUTE STATEMENT SET BEGIN ${inserts[0]}; -- the rest
    ${inserts[1]}; END;`,
  });
  expect((await why(server, "big")).sql).toBe(inserts.join(";\n\n"));
});

test("a view that is made of the journal says how far that is", async () => {
  const sales = (amount: number) =>
    `${stream("orders")}CREATE MATERIALIZED VIEW sales AS ${minutes("orders", `WHERE amount > ${amount}`)}`;
  const server = await testServer({ sql: sales(0) });
  for (let part = 0; part < 5; part++) {
    const rows = Array.from({ length: 20_000 }, (_, place) => row(place, part * 200 + place / 100));
    await postLines(server, "orders", rows.map((each) => JSON.stringify(each)).join("\n"));
  }
  expect((await why(server, "sales")).cause).not.toBe("making");
  let answer: WhyAnswer | undefined;
  for (let amount = -1; answer?.cause !== "making" && amount > -50; amount--) {
    let isMade = false;
    const changed = server.engine.replace(sales(amount)).then(() => {
      isMade = true;
    });
    while (!isMade && answer?.cause !== "making") answer = await why(server, "sales");
    await changed;
  }
  expect(answer).toMatchObject({
    cause: "making",
    summary: expect.stringMatching(/^sales is being made of the events that are there \(\d+ %/),
    shows: { making: { done: expect.any(Number) } },
  });
  await expect.poll(async () => (await why(server, "sales")).cause).toBe("well");
});

test("what stages have counted is as it was after a restart from a checkpoint", async () => {
  const changes = {
    data: scratchFolder(),
    checkpointMs: 20,
    sql: `${stream("orders", hour)}${stream("payments", hour)}
    CREATE MATERIALIZED VIEW sales AS ${minutes("orders", "WHERE amount > 1")}
    CREATE TABLE paid (id INT NOT NULL);
    INSERT INTO paid SELECT o.id FROM orders AS o JOIN payments AS p
    ON o.k = p.k AND p.ts BETWEEN o.ts AND o.ts + INTERVAL '1' SECOND;`,
  };
  const first = await testServer(changes);
  await first.engine.send("orders", [row(1, 10, "a", 5), row(2, 11), row(3, 300, "b", 5)]);
  await first.engine.send("payments", [row(1, 10), row(2, 400)]);
  await expect.poll(async () => stageOf(await why(first, "paid"), "INTERVAL JOIN").unmatched?.left).toBe(1);
  const told = async (server: Server) => {
    const answers = await Promise.all(["sales", "paid"].map((view) => why(server, view)));
    // The clock moves the watermark on.
    return answers.map(({ stages }) => stages.map(({ watermark: _, ...counted }) => counted));
  };
  const before = await told(first);
  const { step } = await why(first, "sales");
  await expect.poll(() => first.engine.checkpoint?.step ?? 0).toBeGreaterThan(step);
  await first.close();
  const again = await testServer(changes);
  expect(again.engine.restoredStep).toBeGreaterThan(step);
  expect(await told(again)).toEqual(before);
});

test("what each stage keeps, and which watermark lets the next of it go", async () => {
  const windowed = (name: string) => `TABLE(TUMBLE(TABLE ${name}, DESCRIPTOR(ts), INTERVAL '1' MINUTE))`;
  const grouped = "GROUP BY window_start, window_end, k;";
  const server = await testServer({
    sql: `${stream("orders", hour)}${stream("payments", " WITH ('idle-timeout' = '0 s')")}
    CREATE MATERIALIZED VIEW hops AS SELECT window_start, window_end, k, COUNT(*) AS n FROM
      TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECOND, INTERVAL '1' MINUTE)) ${grouped}
    CREATE MATERIALIZED VIEW visits AS SELECT window_start, window_end, k, COUNT(*) AS n FROM
      TABLE(SESSION(TABLE orders PARTITION BY k, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) ${grouped}
    CREATE MATERIALIZED VIEW largest AS SELECT * FROM (SELECT window_start, window_end, k, id,
      ROW_NUMBER() OVER (PARTITION BY window_start, window_end, k ORDER BY amount DESC) AS place
      FROM ${windowed("orders")}) WHERE place <= 1;
    CREATE MATERIALIZED VIEW firsts WITH ('retention' = '1 d') AS SELECT k, id FROM (SELECT *,
      ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts ASC) AS place FROM orders) WHERE place = 1;
    CREATE TABLE sums (id INT NOT NULL, total INT);
    INSERT INTO sums SELECT id, SUM(amount) OVER (PARTITION BY k ORDER BY ts ROWS 5 PRECEDING) FROM orders;
    CREATE TABLE paid (id INT NOT NULL);
    INSERT INTO paid SELECT o.id FROM (SELECT * FROM ${windowed("orders")}) AS o
      JOIN (SELECT * FROM ${windowed("payments")}) AS p
      ON o.k = p.k AND o.window_start = p.window_start AND o.window_end = p.window_end;`,
  });
  await server.engine.send("orders", [row(1, 10), row(2, 20, "a", 5), row(3, 70), row(4, 71, "b")]);
  // The watermark is at 69 s then.
  for (const [name, word, rows, untilSecond] of [
    ["hops", "GROUP BY", 2, 89.999],
    ["visits", "GROUP BY", 2, 129.999],
    ["largest", "WINDOW TOP-N", 2, 119.999],
    ["firsts", "FIRST ROW", 1, 71],
    ["sums", "OVER", 2, 70],
    ["paid", "WINDOW JOIN", 2, 119.999],
  ] as const) {
    const until = new Date(Date.UTC(2026, 2, 1) + untilSecond * 1000).toISOString();
    await expect.poll(async () => (await why(server, name)).step).toBeGreaterThan(0);
    await expect
      .poll(async () => stageOf(await why(server, name), word).held, { message: name })
      .toMatchObject({ rows, until });
  }
  const { unmatched } = stageOf(await why(server, "paid"), "WINDOW JOIN");
  expect(unmatched).toMatchObject({ left: 2, right: 0, leftKeys: expect.any(Array), rightKeys: [] });
  expect(unmatched!.leftKeys.length).toBe(2);
});
