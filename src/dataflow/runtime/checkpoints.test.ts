/** Engines that begin with a checkpoint, beside ones that read the whole journal. */
import { describe, expect, test } from "vitest";
import {
  counted,
  decide,
  decideLate,
  journaled,
  latest,
  payment,
  startMs,
  tables,
} from "../../../test/support/decision-world.ts";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";
import { MemoryCheckpointFiles } from "../../../test/support/memory-checkpoint-files.ts";
import { scratchFolder } from "../../../test/support/scratch-folder.ts";
import { nodeFileLayer } from "../../log/journal/file-layer.ts";
import { CheckpointStore } from "../../state/checkpoint/checkpoint-store.ts";

const perCard = `CREATE MATERIALIZED VIEW per_card AS SELECT window_start, window_end, card, COUNT(*) AS n
  FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '10' SECOND))
  GROUP BY window_start, window_end, card;`;
const late = `CREATE MATERIALIZED VIEW late_cards WITH ('retention' = '1 h') AS
  SELECT card, COUNT(*) AS n FROM per_card$late GROUP BY card;`;
const sessions = `CREATE MATERIALIZED VIEW visits AS SELECT window_start, window_end, card, SUM(amount) AS s
  FROM TABLE(SESSION(TABLE payments PARTITION BY card, DESCRIPTOR(ts), INTERVAL '4' SECOND))
  GROUP BY window_start, window_end, card;`;
const first = `CREATE MATERIALIZED VIEW firsts WITH ('retention' = '20 s') AS SELECT card, id FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY card ORDER BY ts) AS rn FROM payments) WHERE rn = 1;`;
const blocked = `CREATE MATERIALIZED VIEW met WITH ('retention' = '30 s') AS
  SELECT p.card, COUNT(*) AS n, MAX(d.seen) AS seen FROM payments AS p LEFT JOIN decisions AS d ON p.id = d.id
  GROUP BY p.card;`;
const writing = `${tables}${decide}${decideLate}`;
const others = `${perCard}${late}${sessions}${first}${blocked}`;
const all = `${writing}${counted}${latest}${others}`;
const names = ["by_decision", "latest", "per_card", "late_cards", "visits", "firsts", "met"];

const storeOf = (files: MemoryCheckpointFiles) => new CheckpointStore(files, "/checkpoints", () => 0);

/** A journal of some steps, with what queries wrote. */
function history(sql = all) {
  const folder = scratchFolder();
  const project = boundProject(sql);
  const log = new LogWorld(folder, project.tables, startMs);
  const engine = new EngineWorld(folder, project.views, "compiled", nodeFileLayer, { ...project, log });
  for (let turn = 0; turn < 16; turn++) {
    const card = "abc"[(turn * turn) % 3]!;
    const rows = [payment(turn * 2, turn * 3, card), payment(turn * 2 + 1, turn * 3 - (turn % 5) * 4, "b")];
    log.nowMs = startMs + turn * 1500;
    log.send("payments", rows);
    engine.catchUp();
    if (turn % 3 === 0) log.tick(startMs + turn * 1500 + 200);
  }
  engine.catchUp();
  log.service.close();
  return { folder, engine, project, nowMs: log.nowMs };
}

const stateOf = (engine: EngineWorld, views: readonly string[] = names) => ({
  rows: views.map((view) => engine.rows(view)),
  counters: views.map((view) => engine.counters(view)),
  failures: engine.failures,
});

/** An engine on the journal that has taken so many steps; the log is opened again for it. */
function stopped(folder: string, sql: string, steps: number, checkpoints: CheckpointStore) {
  const project = boundProject(sql);
  const log = new LogWorld(folder, project.tables, startMs);
  const surroundings = { ...project, log, checkpoints };
  const engine = new EngineWorld(folder, project.views, "compiled", nodeFileLayer, surroundings);
  while (engine.engine.stepNumber < steps) engine.engine.work(0, () => 1);
  return { engine, log, startedAt: engine.startedAt, notices: engine.notices };
}

const started = (folder: string, sql: string, files: MemoryCheckpointFiles) =>
  stopped(folder, sql, 0, storeOf(files));

/** What an engine has that reads the whole journal, and writes nothing that is not there. */
function wholeState(folder: string, sql: string, views: readonly string[] = names) {
  const { engine, log, startedAt } = started(folder, sql, new MemoryCheckpointFiles());
  expect(startedAt).toBe(0);
  engine.catchUp();
  log.service.close();
  return stateOf(engine, views);
}

async function checkpointed(folder: string, sql: string, steps: number, files: MemoryCheckpointFiles) {
  const { engine, log, startedAt } = stopped(folder, sql, steps, storeOf(files));
  const figures = await engine.checkpoint();
  log.service.close();
  return { figures, startedAt };
}

test("after a checkpoint at each other step everything is as in an engine that never stopped", async () => {
  const { folder, engine } = history();
  const writtenBefore = journaled(folder, "decisions");
  const expected = stateOf(engine);
  expect(expected.failures).toEqual([]);
  expect(expected.rows.every((rows) => rows.length > 0)).toBe(true);
  const { stepNumber } = engine.engine;
  for (let at = 1; at <= stepNumber; at += 2) {
    const files = new MemoryCheckpointFiles();
    const { figures } = await checkpointed(folder, all, at, files);
    expect(figures.step).toBe(at);
    const after = started(folder, all, files);
    expect([after.startedAt, after.notices]).toEqual([at, []]);
    expect(stateOf(after.engine.catchUp()), `step ${at}`).toEqual(expected);
    after.log.service.close();
  }
  expect(journaled(folder, "decisions")).toEqual(writtenBefore);
});

test("checkpoints of an engine that began with one go on as well", async () => {
  const { folder, engine } = history();
  const files = new MemoryCheckpointFiles();
  for (let at = 3; at < engine.engine.stepNumber; at += 3) {
    const { startedAt } = await checkpointed(folder, all, at, files);
    expect(startedAt).toBe(at - 3);
  }
  expect(stateOf(started(folder, all, files).engine.catchUp())).toEqual(stateOf(engine));
});

describe("changed queries", () => {
  const changedCard = perCard.replace("COUNT(*) AS n", "COUNT(*) + 100 AS n");
  const cases = [
    { name: "one that is new", before: all.replace(sessions, ""), after: all, made: ["visits"] },
    { name: "one that is gone", before: all, after: all.replace(first, ""), made: [] },
    {
      name: "one in another place, with other spaces",
      before: all,
      made: [],
      after: `${writing}${latest.replaceAll(" ", "  ")}${counted}${others}`,
    },
    {
      name: "one that is another, with who reads its late rows",
      before: all,
      after: all.replace(perCard, changedCard),
      made: ["per_card", "late_cards"],
    },
    {
      name: "one that keeps another count of rows",
      before: all,
      after: all.replace("VIEW latest AS", "VIEW latest WITH ('max-rows' = '4') AS"),
      made: ["latest"],
    },
    { name: "another bound of one", before: all, after: all.replace("'20 s'", "'25 s'"), made: ["firsts"] },
  ];
  test.each(cases)("$name", async ({ before, after, made }) => {
    const { folder, engine: of, nowMs } = history(before);
    const at = of.engine.stepNumber - 5;
    const files = new MemoryCheckpointFiles();
    await checkpointed(folder, before, at, files);
    const views = names.filter((name) => after.includes(`VIEW ${name} `));
    const whole = wholeState(folder, after, views);
    const { engine, log, startedAt, notices } = started(folder, after, files);
    expect(startedAt).toBe(at);
    expect(notices).toEqual(made.length === 0 ? [] : [`Made of the journal again: ${made.join(", ")}.`]);
    expect(stateOf(engine.catchUp(), views)).toEqual(whole);
    // It goes on as one that knows all steps.
    log.nowMs = nowMs + 1000;
    log.send("payments", [payment(900, 60), payment(901, 70, "c"), payment(902, 20, "b")]);
    log.tick(log.nowMs + 300);
    const later = stateOf(engine.catchUp(), views);
    expect(later).not.toEqual(whole);
    log.service.close();
    expect(later).toEqual(wholeState(folder, after, views));
  });

  test("a table whose time is told in another way makes its views anew", async () => {
    const before = `${tables}${perCard}${counted}`;
    const after = before.replace("INTERVAL '5' SECOND", "INTERVAL '9' SECOND");
    const { folder, engine } = history(before);
    const files = new MemoryCheckpointFiles();
    await checkpointed(folder, before, engine.engine.stepNumber, files);
    const whole = wholeState(folder, after, ["per_card"]);
    const begun = started(folder, after, files);
    expect(begun.notices).toEqual(["Made of the journal again: per_card."]);
    expect(stateOf(begun.engine.catchUp(), ["per_card"]).rows).toEqual(whole.rows);
  });

  test("another INSERT INTO begins where the one of the checkpoint has ended", async () => {
    const { folder, nowMs } = history();
    const files = new MemoryCheckpointFiles();
    await checkpointed(folder, all, 6, files);
    const rows = journaled(folder, "decisions");
    const changed = all.replace("n > 2", "n > 0");
    const { engine, log, startedAt, notices } = started(folder, changed, files);
    expect(startedAt).toBe(6);
    expect(notices).toEqual([expect.stringMatching(/^Made of the journal again: .*decisions/)]);
    expect(engine.catchUp().failures).toEqual([]);
    expect(journaled(folder, "decisions")).toEqual(rows);
    log.nowMs = nowMs + 1000;
    log.send("payments", [payment(900, 60)]);
    expect(engine.catchUp().failures).toEqual([]);
    expect(journaled(folder, "decisions").slice(rows.length)).toMatchObject([
      { row: { id: 900, decision: "blocked" } },
    ]);
    // What reads the stream has it as the query of today would have written it.
    const kinds = new Set(engine.rows("latest").map(({ decision }) => decision));
    expect([...kinds].sort()).toEqual(["blocked", "review"]);
  });

  test("compiled and interpreted kernels do not take over from each other", async () => {
    const { folder, project } = history(`${tables}${perCard}`);
    const files = new MemoryCheckpointFiles();
    await checkpointed(folder, `${tables}${perCard}`, 6, files);
    const log = new LogWorld(folder, project.tables, startMs);
    const surroundings = { log, checkpoints: storeOf(files) };
    const begun = new EngineWorld(folder, project.views, "interpreted", nodeFileLayer, surroundings);
    expect(begun.notices).toEqual(["Made of the journal again: per_card."]);
  });
});

describe("a checkpoint that does not fit", () => {
  test.each([
    { name: "another step", at: 12 },
    { name: "no step", at: 60 },
  ])("the journal holds $name in its place: it is passed over", async ({ at }) => {
    const { folder } = history();
    const files = new MemoryCheckpointFiles();
    await checkpointed(folder, all, at, files);
    const of = `${tables}${perCard}`;
    const other = history(of);
    expect(other.engine.engine.stepNumber).toBeGreaterThan(12);
    const begun = started(other.folder, of, files);
    expect(begun.startedAt).toBe(0);
    expect(begun.notices).toEqual([
      expect.stringMatching(
        /^The checkpoint .* is passed over: the journal has another step in its place\.$/,
      ),
      "No checkpoint is left: all is made of the journal again.",
    ]);
    expect(begun.engine.catchUp().failures).toEqual([]);
  });

  test("a damaged one gives way to the one before", async () => {
    const { folder, engine } = history();
    const files = new MemoryCheckpointFiles();
    await checkpointed(folder, all, 5, files);
    await checkpointed(folder, all, 9, files);
    const path = `/checkpoints/${"9".padStart(20, "0")}.qwc`;
    files.files.get(path)!.content[70]! ^= 1;
    const begun = started(folder, all, files);
    expect(begun.startedAt).toBe(5);
    expect(begun.notices).toEqual([
      expect.stringMatching(`^The checkpoint ${path} is passed over: .* is damaged.$`),
    ]);
    expect(stateOf(begun.engine.catchUp())).toEqual(stateOf(engine));
  });
});

test("what each query said of the time of a stream that two write is known again", async () => {
  const sql = `CREATE TABLE slow (id INT, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);
    CREATE TABLE fast (id INT, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);
    CREATE TABLE merged (id INT, ts TIMESTAMP(3) NOT NULL, WATERMARK FOR ts AS ts);
    INSERT INTO merged SELECT id, ts FROM slow WHERE id > 0;
    INSERT INTO merged SELECT id, ts FROM fast WHERE id > 0;
    CREATE MATERIALIZED VIEW counts WITH ('emit' = 'final') AS SELECT window_start, window_end, COUNT(*) AS n
    FROM TABLE(TUMBLE(TABLE merged, DESCRIPTOR(ts), INTERVAL '10' SECOND))
    GROUP BY window_start, window_end;`;
  const folder = scratchFolder();
  const files = new MemoryCheckpointFiles();
  const row = (id: number, second: number) => ({ id, ts: payment(id, second).ts });
  const before = stopped(folder, sql, 0, storeOf(files));
  before.log.send("slow", [row(-1, 1)]);
  before.log.send("fast", [row(2, 2), row(-3, 50)]);
  await before.engine.catchUp().checkpoint();
  before.log.service.close();
  const { engine, log, startedAt } = started(folder, sql, files);
  expect(startedAt).toBeGreaterThan(0);
  log.send("slow", [row(-4, 15)]);
  expect(engine.catchUp().rows("counts")).toMatchObject([{ n: 1 }]);
});

/** Rows that queries wrote are on their way when the power goes: the checkpoint must not be ahead of them. */
async function rowsAfterLostWrites(waits: boolean) {
  const folder = scratchFolder();
  const project = boundProject(writing);
  const log = new LogWorld(folder, project.tables, startMs);
  log.send("payments", [payment(1, 0), payment(2, 1), payment(3, 2)]);
  const files = new MemoryCheckpointFiles();
  // No log takes what its queries write.
  const running = new EngineWorld(folder, [], "compiled", nodeFileLayer, {
    inserts: project.inserts,
    checkpoints: storeOf(files),
  });
  running.catchUp();
  expect(running.written.length).toBeGreaterThan(0);
  const never = new Promise<void>(() => {});
  void running.checkpoint(waits ? () => never : undefined);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  log.service.close();
  started(folder, writing, files.crash(1)).engine.catchUp();
  return journaled(folder, "decisions").map(({ row }) => row.id);
}

test("a checkpoint is not published before the rows that its queries wrote are on disk", async () => {
  expect(await rowsAfterLostWrites(true)).toEqual([1, 2, 3]);
  // Published too early it takes them for written, and nobody writes them any more.
  expect(await rowsAfterLostWrites(false)).toEqual([]);
});
