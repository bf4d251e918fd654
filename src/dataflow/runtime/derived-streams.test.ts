/** INSERT INTO a stream: who reads it has its rows with the step that caused them, also after a restart. */
import { describe, expect, test } from "vitest";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import {
  at,
  claimWritten,
  counted,
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
import { nodeFileLayer } from "../../log/journal/file-layer.ts";

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
    // payments and decisions at 25 s: the first window is closed there though its last row is of 8 s.
    expect(engine.finalRows("by_decision")).toMatchObject([
      { window_end: `${at(10)}Z`, decision: "approved", n: 2 },
    ]);
  });

  test("texts come through as they are", () => {
    const { folder, log, engine } = world(`${tables}${decide}
      CREATE MATERIALIZED VIEW cards AS SELECT rn, card FROM (
        SELECT card, ROW_NUMBER() OVER (ORDER BY id) AS rn FROM decisions) WHERE rn <= 10;`);
    const card = 'q"\\ \n\u00e9';
    log.send("payments", [payment(1, 0, card), payment(2, 1, card)]);
    engine.catchUp();
    expect(engine.failures).toEqual([]);
    expect(engine.rows("cards").map((row) => row.card)).toEqual([card, card]);
    expect(journaled(folder, "decisions").map(({ row }) => row.card)).toEqual([card, card]);
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
  ])("a query that makes %s than it wrote is stopped with what reads it", (_, other, reason) => {
    const { folder, log, engine } = world(`${tables}${decide}${latest}`);
    log.send("payments", [payment(1, 0), payment(2, 1)]);
    engine.catchUp();
    claimWritten(log, `${tables}${other}${latest}`);
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

  test("an image holds what was made and not read back", () => {
    const project = boundProject(sql);
    const { folder, log, engine } = world(sql);
    log.send("payments", [payment(1, 0), payment(2, 1)]);
    while (engine.written.length === 0) engine.engine.work(0, () => 1);
    const image = engine.engine.freeze();
    const restoredAt = (rows: LogWorld) => {
      const of = { ...project, log: rows };
      const restored = new EngineWorld(folder, project.views, "compiled", nodeFileLayer, of);
      restored.engine.restore(image);
      return restored.catchUp();
    };
    expect(restoredAt(log).failures).toEqual([]);
    engine.catchUp();
    log.send("payments", [payment(3, 40), payment(4, 2)]);
    engine.catchUp();
    const before = journaled(folder, "decisions").map(({ row }) => row.id);
    expect(before).toEqual([1, 2, 3, 4]);
    // The image is older than what the journal holds by now.
    log.service.close();
    const later = restoredAt(new LogWorld(folder, project.tables, startMs));
    expect(later.failures).toEqual([]);
    expect(later.written).toEqual([]);
    expect(later.rows("latest")).toEqual(engine.rows("latest"));
  });
});

test("interpreted and compiled, at once and step by step, over restarts: the same bytes are written", () => {
  const sql = `${tables}${decide}${decideLate}`;
  const project = boundProject(sql);
  const sent = Array.from({ length: 60 }, (_, id) => payment(id, (id * 13) % 50, id % 4 === 0 ? "a" : "b"));
  const written = (mode: "compiled" | "interpreted", batches: number, restarts: boolean) => {
    const folder = scratchFolder();
    let log = new LogWorld(folder, project.tables, startMs);
    const open = () => new EngineWorld(folder, project.views, mode, nodeFileLayer, { ...project, log });
    let engine = open();
    for (let from = 0; from < sent.length; from += batches) {
      // A step a row, whatever is taken at once.
      for (const row of sent.slice(from, from + batches)) log.send("payments", [row]);
      engine.catchUp();
      expect(engine.failures).toEqual([]);
      if (!restarts) continue;
      log.service.close();
      log = new LogWorld(folder, project.tables, startMs);
      engine = open();
    }
    engine.catchUp();
    return ["decisions", "decisions$late"].map((stream) =>
      journaled(folder, stream).map(({ index, kind, row }) => ({ index, kind, row: JSON.stringify(row) })),
    );
  };
  const expected = written("compiled", 1, false);
  expect(expected.map(({ length }) => length > 0)).toEqual([true, true]);
  expect(written("compiled", 60, false)).toEqual(expected);
  expect(written("interpreted", 7, false)).toEqual(expected);
  expect(written("compiled", 7, true)).toEqual(expected);
  expect(written("interpreted", 20, true)).toEqual(expected);
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

describe("OVER over OVER, each taking the first answers of the one before", () => {
  const decided = (name: string) => `CREATE TABLE ${name} (
    id INT NOT NULL, card STRING NOT NULL, ten BIGINT NOT NULL, near BIGINT NOT NULL, before_it TIMESTAMP(3),
    ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
  ) WITH ('emit' = 'first');`;
  const ten = (from: string) => `SELECT id, card, ts, COUNT(*) OVER w AS ten FROM ${from}
    WINDOW w AS (PARTITION BY card ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)`;
  const near = (
    from: string,
  ) => `SELECT id, card, ts, ten, COUNT(*) OVER w + SUM(ten) OVER w AS near FROM ${from}
    WINDOW w AS (PARTITION BY card ORDER BY ts RANGE BETWEEN INTERVAL '10' SECOND PRECEDING AND CURRENT ROW)`;
  const last = (from: string) => `SELECT id, card, ten, near, FIRST_VALUE(ts) OVER w, ts FROM ${from}
    WINDOW w AS (PARTITION BY id - id / 2 * 2 ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)`;
  const within = `${tables.slice(0, tables.indexOf("CREATE TABLE decisions"))}${decided("chained")}
    INSERT INTO chained ${last(`(${near(`(${ten("payments")})`)}) WHERE near > 2`)};`;
  const step = (name: string, columns: string) => `CREATE TABLE ${name} (
    id INT NOT NULL, card STRING NOT NULL, ts TIMESTAMP(3) NOT NULL, ${columns},
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('emit' = 'first');`;
  const apart = `${tables.slice(0, tables.indexOf("CREATE TABLE decisions"))}${decided("chained")}
    ${step("first_step", "ten BIGINT NOT NULL")}
    ${step("second_step", "ten BIGINT NOT NULL, near BIGINT NOT NULL")}
    INSERT INTO first_step ${ten("payments")};
    INSERT INTO second_step ${near("first_step")};
    INSERT INTO chained ${last("(SELECT * FROM second_step WHERE near > 2)")};`;
  const sent = Array.from({ length: 80 }, (_, id) =>
    payment(id, ((id * 7) % 40) + id / 4, "ab"[(id * id) % 2]),
  );

  const chained = (sql: string, mode: "compiled" | "interpreted", batches: number, restarts: boolean) => {
    const project = boundProject(sql);
    const folder = scratchFolder();
    let log = new LogWorld(folder, project.tables, startMs);
    const open = () => new EngineWorld(folder, project.views, mode, nodeFileLayer, { ...project, log });
    let engine = open();
    for (let from = 0; from < sent.length; from += batches) {
      for (const row of sent.slice(from, from + batches)) log.send("payments", [row]);
      engine.catchUp();
      expect(engine.failures).toEqual([]);
      if (!restarts) continue;
      log.service.close();
      log = new LogWorld(folder, project.tables, startMs);
      engine = open();
    }
    engine.catchUp();
    return journaled(folder, "chained").map(({ row }) => row);
  };

  test("gives what a chain of streams gives, however it is run", () => {
    const expected = chained(apart, "compiled", 1, false);
    expect(expected.length).toBeGreaterThan(20);
    expect(new Set(expected.map(({ ten: count }) => count))).toEqual(new Set([2, 3]));
    expect(chained(within, "compiled", 1, false)).toEqual(expected);
    expect(chained(within, "compiled", 80, false)).toEqual(expected);
    expect(chained(within, "interpreted", 7, false)).toEqual(expected);
    expect(chained(within, "compiled", 9, true)).toEqual(expected);
  });

  test("answers with the step, and waits for no watermark", () => {
    const { folder, log, engine } = world(within);
    for (const id of [0, 1, 2]) log.send("payments", [payment(id, id, "a")]);
    engine.catchUp();
    const rows = journaled(folder, "chained");
    expect(rows.map(({ row }) => [row.id, row.ten, row.near])).toEqual([
      [1, 2, 5],
      [2, 3, 9],
    ]);
  });
});
