/** INSERT INTO a stream, and late rows: who reads them sees them with the step that caused them. */
import { describe, expect, test } from "vitest";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";
import { scratchFolder } from "../../../test/support/scratch-folder.ts";
import { type FileLayer, nodeFileLayer } from "../../log/journal/file-layer.ts";
import { JournalReader } from "../../log/journal/journal-reader.ts";

const startMs = Date.UTC(2026, 2, 1);
const at = (second: number) => new Date(startMs + second * 1000).toISOString().slice(0, -1);

const tables = `CREATE TABLE payments (
  id INT NOT NULL, card STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
);
CREATE TABLE decisions (
  id INT NOT NULL, card STRING NOT NULL, seen BIGINT NOT NULL, decision STRING NOT NULL,
  ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('emit' = 'first');`;
const decide = `INSERT INTO decisions
  SELECT id, card, n, CASE WHEN n > 2 THEN 'blocked' ELSE 'approved' END, ts FROM (
    SELECT id, card, ts, COUNT(*) OVER (PARTITION BY card ORDER BY ts
      RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) AS n FROM payments);`;
const decideLate = `INSERT INTO decisions
  SELECT id, card, CAST(0 AS BIGINT), 'review', ts FROM decisions$late;`;
const counted = `CREATE MATERIALIZED VIEW by_decision AS
  SELECT window_start, window_end, decision, COUNT(*) AS n
  FROM TABLE(TUMBLE(TABLE decisions, DESCRIPTOR(ts), INTERVAL '10' SECOND))
  GROUP BY window_start, window_end, decision;`;
const latest = `CREATE MATERIALIZED VIEW latest AS SELECT rn, id, decision, seen FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY id) AS rn FROM decisions) WHERE rn <= 10;`;

const payment = (id: number, second: number, card = "a") => ({ id, card, amount: 1, ts: at(second) });

function world(sql: string, folder = scratchFolder()) {
  const project = boundProject(sql);
  const log = new LogWorld(folder, project.tables, startMs);
  const engine = new EngineWorld(folder, project.views, "compiled", nodeFileLayer, { ...project, log });
  return { folder, log, engine };
}

/** The rows of a stream as the journal has them, with the step that caused them. */
function journaled(folder: string, stream: string, files: FileLayer = nodeFileLayer) {
  const reader = new JournalReader(files, folder);
  const found: {
    readonly cause: number | undefined;
    readonly index: number | undefined;
    readonly kind: number;
    readonly row: Record<string, unknown>;
  }[] = [];
  const names = new Map<number, string>();
  for (let step = reader.next(); step !== undefined; step = reader.next()) {
    if (step.kind === 3) {
      const { streamId, table } = JSON.parse(new TextDecoder().decode(step.bytes));
      names.set(streamId, table.name);
    } else if (names.get(step.streamId) === stream) {
      for (let row = 0; row < step.rowCount; row++) {
        const bytes = step.bytes.subarray(row === 0 ? 0 : step.rowEnds[row - 1], step.rowEnds[row]);
        const cause = step.cause?.step;
        const text = new TextDecoder().decode(bytes);
        const kind = step.rowKinds?.[row] ?? 0;
        found.push({ cause, index: step.causeIndexes?.[row], kind, row: JSON.parse(text) });
      }
    }
  }
  reader.close();
  return found;
}

describe("INSERT INTO a stream", () => {
  test("with 'emit' = 'first' each row is answered with its step, before the watermark", () => {
    const { folder, log, engine } = world(`${tables}${decide}${counted}${latest}`);
    log.send("payments", [payment(1, 0), payment(2, 1), payment(3, 2, "b")]);
    engine.catchUp();
    log.send("payments", [payment(4, 3)]);
    engine.catchUp();
    expect(engine.failures).toEqual([]);
    expect(engine.rows("latest")).toMatchObject([
      { id: 1, decision: "approved", seen: 1 },
      { id: 2, decision: "approved", seen: 2 },
      { id: 3, decision: "approved", seen: 1 },
      { id: 4, decision: "blocked", seen: 3 },
    ]);
    const steps = journaled(folder, "decisions");
    expect(steps.map(({ index, row }) => [index, row.id, row.decision])).toEqual([
      [0, 1, "approved"],
      [1, 2, "approved"],
      [2, 3, "approved"],
      [0, 4, "blocked"],
    ]);
    expect(new Set(steps.map(({ cause }) => cause)).size).toBe(2);
  });

  test("without it rows come when they are final, and the stream's time goes on with its query's", () => {
    const { log, engine } = world(`${tables.replace(" WITH ('emit' = 'first')", "")}${decide}${counted}`);
    log.send("payments", [payment(1, 0), payment(2, 8)]);
    engine.catchUp();
    // The watermark of payments stands at 3 s: the first is final, and decisions' own stands at -5 s.
    expect(engine.rows("by_decision")).toMatchObject([{ decision: "approved", n: 1, $final: false }]);
    log.send("payments", [payment(3, 30)]);
    engine.catchUp();
    // payments at 25 s, decisions at 20 s: the first window is closed there though its last row is of 8 s.
    expect(engine.finalRows("by_decision")).toMatchObject([
      { window_end: `${at(10)}Z`, decision: "approved", n: 2 },
    ]);
  });

  test("a keyed stream takes rows that change, and its readers see the latest of each key", () => {
    const { folder, log, engine } = world(`${tables}
      CREATE TABLE cards (
        card STRING NOT NULL, n INT NOT NULL, gone BOOLEAN, PRIMARY KEY (card) NOT ENFORCED);
      CREATE TABLE doubled (card STRING NOT NULL, n INT NOT NULL, PRIMARY KEY (card) NOT ENFORCED);
      INSERT INTO doubled SELECT card, n * 2 FROM cards WHERE gone IS NULL;
      CREATE MATERIALIZED VIEW all_doubled AS SELECT card, n FROM doubled;`);
    log.send("cards", [
      { card: "a", n: 1 },
      { card: "b", n: 2 },
      { card: "a", n: 3 },
      { card: "b", n: 2, gone: true },
    ]);
    engine.catchUp();
    expect(engine.failures).toEqual([]);
    expect(engine.rows("all_doubled")).toMatchObject([{ card: "a", n: 6 }]);
    expect(journaled(folder, "doubled").map(({ row, kind }) => [kind, row.card, row.n])).toEqual([
      [0, "a", 2],
      [0, "b", 4],
      [0, "a", 6],
      [3, "b", 4],
    ]);
  });

  test("streams feed streams within one step, in whatever order they are written down", () => {
    const { log, engine } = world(`CREATE TABLE a (n INT NOT NULL);
      CREATE TABLE b (n INT NOT NULL);
      CREATE TABLE c (n INT NOT NULL);
      INSERT INTO c SELECT n + 1 FROM b WHERE n < 100;
      INSERT INTO b SELECT n * 10 FROM a WHERE n > 0;
      CREATE MATERIALIZED VIEW largest AS SELECT n, rn FROM (
        SELECT *, ROW_NUMBER() OVER (ORDER BY n DESC) AS rn FROM c) WHERE rn <= 3;`);
    log.send("a", [{ n: 0 }, { n: 3 }, { n: 50 }]);
    engine.catchUp();
    expect(engine.failures).toEqual([]);
    expect(engine.rows("largest")).toMatchObject([{ n: 31 }]);
  });
});

describe("late rows", () => {
  const late = `${tables}
    CREATE MATERIALIZED VIEW sales AS SELECT window_start, window_end, SUM(amount) AS total
      FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '10' SECOND))
      GROUP BY window_start, window_end;
    CREATE MATERIALIZED VIEW missed AS SELECT id, amount, late_stream, late_watermark, late_by_ms,
      late_window_start, late_window_end, late_at, rn FROM (
        SELECT *, ROW_NUMBER() OVER (ORDER BY id) AS rn FROM sales$late) WHERE rn <= 10;`;

  test("are rows of a relation: the event as its stream has it, what it was late for, by how much", () => {
    const { log, engine } = world(late);
    log.nowMs = startMs + 60_000;
    log.send("payments", [
      payment(1, 2),
      payment(2, 30),
      { ...payment(3, 4), card: 'q"\\\\u00e9' },
      payment(4, 29),
    ]);
    engine.catchUp();
    expect(engine.failures).toEqual([]);
    expect(engine.counters("sales").rowsLate).toBe(1);
    expect(engine.rows("missed")).toMatchObject([
      {
        id: 3,
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

  test("a view that joins later has them too", () => {
    const folder = scratchFolder();
    const project = boundProject(late);
    const log = new LogWorld(folder, project.tables, startMs);
    const [sales, missed] = project.views;
    const engine = new EngineWorld(folder, [sales!], "compiled", nodeFileLayer, { log });
    log.send("payments", [payment(1, 2), payment(2, 30), payment(3, 4)]);
    engine.catchUp();
    engine.add(missed!);
    engine.deliver();
    expect(engine.rows("missed")).toMatchObject([{ id: 3 }]);
    log.send("payments", [payment(5, 5)]);
    engine.catchUp();
    expect(engine.failures).toEqual([]);
    expect(engine.rows("missed")).toMatchObject([{ id: 3 }, { id: 5 }]);
    expect(journaled(folder, "sales$late")).toHaveLength(2);
  });
});

describe("after a restart", () => {
  const sql = `${tables}${decide}${decideLate}${counted}${latest}`;

  test("rows that are in the journal are compared and not written twice, and the others are written", () => {
    const { folder, log, engine } = world(sql);
    log.send("payments", [payment(1, 0), payment(2, 1)]);
    engine.catchUp();
    log.send("payments", [payment(3, 40), payment(4, 2)]);
    log.service.close();
    const before = journaled(folder, "decisions");
    expect(before).toHaveLength(2);
    const again = world(sql, folder);
    again.engine.catchUp();
    expect(again.engine.failures).toEqual([]);
    expect(journaled(folder, "decisions").map(({ row }) => row.id)).toEqual([1, 2, 3, 4]);
    again.engine.catchUp();
    const third = world(sql, folder);
    third.engine.catchUp();
    expect(third.engine.failures).toEqual([]);
    expect(third.engine.written).toEqual([]);
    expect(third.engine.rows("latest")).toEqual(again.engine.rows("latest"));
  });

  test.each([
    ["other values", decide.replace("n > 2", "n > 1"), "their values are others"],
    ["none", "", "decisions"],
    [
      "more rows",
      `${decide}INSERT INTO decisions SELECT id, card, CAST(9 AS BIGINT), 'x', ts FROM payments;`,
      "it makes",
    ],
  ])("a query that makes %s is stopped with what reads it", (_, other, reason) => {
    const { folder, log, engine } = world(`${tables}${decide}${latest}`);
    log.send("payments", [payment(1, 0), payment(2, 1)]);
    engine.catchUp();
    log.service.close();
    const again = world(`${tables}${other}${latest}`, folder);
    again.engine.catchUp();
    if (other === "") {
      // Nobody writes it any more: it is a stream like others, with the rows that it has.
      expect(again.engine.failures).toEqual([]);
      expect(again.engine.rows("latest")).toHaveLength(2);
      return;
    }
    expect(again.engine.failures[0]).toContain(reason);
    expect(again.engine.failures[1]).toContain("latest");
  });

  test("an image holds what is not in the journal yet", () => {
    const project = boundProject(sql);
    const { folder, log, engine } = world(sql);
    log.send("payments", [payment(1, 0), payment(2, 1)]);
    while (engine.engine.work(0, () => 1));
    const image = engine.engine.freeze();
    const restored = new EngineWorld(folder, project.views, "compiled", nodeFileLayer, { ...project, log });
    restored.engine.restore(image);
    restored.catchUp();
    log.send("payments", [payment(3, 40), payment(4, 2)]);
    restored.catchUp();
    expect(restored.failures).toEqual([]);
    expect(journaled(folder, "decisions").map(({ row }) => row.id)).toEqual([1, 2, 3, 4]);
  });
});

test("what a crash took of the rows that queries wrote is written again, once", () => {
  const sql = `${tables}${decide}${decideLate}`;
  const project = boundProject(sql);
  const sent = Array.from({ length: 30 }, (_, id) => payment(id, (id * 7) % 40, id % 3 === 0 ? "a" : "b"));
  const rowsAfter = (crashes: (place: number) => boolean) => {
    let files = new LossyFileLayer();
    const folder = "/journal";
    const open = () => {
      const log = new LogWorld(folder, project.tables, startMs, files);
      return { log, engine: new EngineWorld(folder, [], "compiled", files, { ...project, log }) };
    };
    let running = open();
    let writes = 0;
    for (const row of sent) {
      running.log.send("payments", [row]);
      let isGone = false;
      // The power goes while rows that a query wrote are on their way.
      files.fault = (call) => {
        if (call !== "flush" || isGone || !crashes(writes++)) return undefined;
        isGone = true;
        return new Error("the power is gone");
      };
      running.engine.catchUp();
      files.fault = () => undefined;
      if (!isGone) continue;
      files = files.crash(() => 0.5);
      running = open();
      running.engine.catchUp();
      expect(running.engine.failures).toEqual([]);
    }
    running.engine.catchUp();
    return journaled(folder, "decisions", files).map(({ row }) => row);
  };
  const whole = rowsAfter(() => false);
  expect(whole).toHaveLength(30);
  expect(rowsAfter((place) => place % 4 === 1)).toEqual(whole);
  expect(rowsAfter((place) => place % 2 === 0)).toEqual(whole);
});
