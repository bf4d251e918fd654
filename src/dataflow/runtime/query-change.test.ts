/** Other queries than those that run: made beside them, and swapped in between two steps. */
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
  world,
} from "../../../test/support/decision-world.ts";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";
import { MemoryCheckpointFiles } from "../../../test/support/memory-checkpoint-files.ts";
import { nodeFileLayer } from "../../log/journal/file-layer.ts";
import { CheckpointStore } from "../../state/checkpoint/checkpoint-store.ts";

const perCard = `CREATE MATERIALIZED VIEW per_card AS SELECT window_start, window_end, card, COUNT(*) AS n
  FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '10' SECOND))
  GROUP BY window_start, window_end, card;`;
const before = `${tables}${decide}${decideLate}${counted}${latest}`;
/** Blocks from the second payment of a card on, not from the third. */
const stricter = before.replace("n > 2", "n > 1");

const sent = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, place) => payment(from + place, from + place, "abc"[place % 3]));

/** By id what was decided, as the journal has it. */
const decided = (folder: string) =>
  journaled(folder, "decisions").map(({ row }) => [row.id, row.decision] as const);

/** What another engine has of the whole journal. */
function anew(folder: string, sql: string) {
  const { log, engine } = world(sql, folder);
  engine.catchUp();
  log.service.close();
  return engine;
}

const rowsOf = (engine: EngineWorld) => [...engine.views.keys()].sort().map((view) => engine.rows(view));

describe("while an engine runs", () => {
  test("a view that is added, changed or dropped is as in an engine that had it from the start", () => {
    const { folder, log, engine } = world(before);
    log.send("payments", sent(0, 12));
    engine.catchUp();
    for (const sql of [`${before}${perCard}`, `${before}${perCard.replace("'10'", "'5'")}`, before]) {
      const project = boundProject(sql);
      expect(engine.change(project)).toBeUndefined();
      engine.catchUp();
      log.send("payments", sent(30, 33));
      engine.catchUp();
      const names = project.views.map(({ view }) => view.name);
      expect(engine.engine.queries.views.map(({ view }) => view.name)).toEqual(names);
      const whole = anew(folder, sql);
      expect(names.map((name) => engine.rows(name))).toEqual(names.map((name) => whole.rows(name)));
      expect(whole.failures).toEqual([]);
    }
    expect(engine.failures).toEqual([]);
  });

  test("rows that a query wrote stay, and those of the next begin where it takes its place", () => {
    const { folder, log, engine } = world(before);
    log.send("payments", sent(0, 12));
    engine.catchUp();
    const first = decided(folder);
    expect(first.map(([id]) => id)).toEqual(sent(0, 12).map(({ id }) => id));
    expect(engine.change(boundProject(stricter))).toBeUndefined();
    engine.catchUp();
    expect(decided(folder)).toEqual(first);
    log.send("payments", [payment(100, 12, "new"), payment(101, 13, "new")]);
    // Late for the queries of before and of now, and told once.
    log.send("payments", [payment(102, -300, "new")]);
    engine.catchUp();
    expect(decided(folder)).toEqual([...first, [100, "approved"], [101, "blocked"], [102, "review"]]);
    expect(engine.failures).toEqual([]);
    // Views over it have it as the queries of now make it.
    const whole = anew(folder, stricter);
    expect(whole.failures).toEqual([]);
    expect(rowsOf(engine)).toEqual(rowsOf(whole));
    expect(decided(folder)).toHaveLength(first.length + 3);
    // And back: the journal knows who wrote what.
    expect(engine.change(boundProject(before))).toBeUndefined();
    log.send("payments", [payment(103, 14, "newer"), payment(104, 15, "newer")]);
    engine.catchUp();
    expect(decided(folder).slice(-2)).toEqual([
      [103, "approved"],
      [104, "approved"],
    ]);
    expect(anew(folder, before).failures).toEqual([]);
  });

  test("an INSERT INTO that is added writes all that it makes of the journal", () => {
    const { folder, log, engine } = world(tables);
    log.send("payments", sent(0, 6));
    engine.catchUp();
    expect(engine.change(boundProject(before))).toBeUndefined();
    log.send("payments", sent(6, 9));
    engine.catchUp();
    expect(decided(folder).map(([id]) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(rowsOf(engine)).toEqual(rowsOf(anew(folder, before)));
  });

  test("an INSERT INTO that ends leaves its rows, and its stream is one like others", () => {
    const { folder, log, engine } = world(before);
    log.send("payments", sent(0, 6));
    engine.catchUp();
    const without = `${tables}${latest}`;
    expect(engine.change(boundProject(without))).toBeUndefined();
    log.send("payments", sent(6, 9));
    engine.catchUp();
    expect(decided(folder)).toHaveLength(6);
    expect(engine.rows("latest")).toEqual(anew(folder, without).rows("latest"));
    expect(engine.rows("latest")).toHaveLength(6);
  });

  test("one that fails on what is there leaves everything as it was", () => {
    const { folder, log, engine } = world(before);
    log.send("payments", sent(0, 6));
    engine.catchUp();
    const shown = rowsOf(engine);
    const broken = perCard.replace("COUNT(*)", "SUM(1 / (id - 3))");
    const queries = engine.engine.queries;
    expect(engine.change(boundProject(`${stricter}${broken}`))).toMatch(/^per_card: .*[Dd]ivision/);
    engine.catchUp();
    expect(engine.engine.queries).toBe(queries);
    expect(rowsOf(engine)).toEqual(shown);
    log.send("payments", [payment(50, 7, "x"), payment(51, 8, "x")]);
    engine.catchUp();
    expect(decided(folder).slice(-2)).toEqual([
      [50, "approved"],
      [51, "approved"],
    ]);
    expect(engine.failures).toEqual([]);
    expect(anew(folder, before).failures).toEqual([]);
  });

  test("steps that come while it is made are in both sides once", () => {
    const { folder, log, engine } = world(before);
    log.send("payments", sent(0, 9));
    engine.catchUp();
    const change = engine.engine.change(boundProject(stricter), log.written, () => {});
    log.tell(change.firstBeginnings);
    for (let id = 20; id < 26; id++) {
      change.work(engine.engine.stepNumber, 0, () => 1);
      log.send("payments", [payment(id, id, "new")]);
      engine.catchUp();
    }
    expect(engine.finish(change)).toBeUndefined();
    log.send("payments", [payment(26, 26, "other"), payment(27, 27, "other")]);
    engine.catchUp();
    // The queries of before have decided of all that came before the swap.
    expect(decided(folder).slice(9)).toEqual([
      [20, "approved"],
      [21, "approved"],
      [22, "blocked"],
      [23, "blocked"],
      [24, "blocked"],
      [25, "blocked"],
      [26, "approved"],
      [27, "blocked"],
    ]);
    expect(rowsOf(engine)).toEqual(rowsOf(anew(folder, stricter)));
  });
});

describe("after a restart", () => {
  const restart = (folder: string, sql: string, checkpoints?: CheckpointStore) => {
    const project = boundProject(sql);
    const log = new LogWorld(folder, project.tables, startMs);
    const of = { ...project, log, ...(checkpoints && { checkpoints }) };
    return { log, engine: new EngineWorld(folder, project.views, "compiled", nodeFileLayer, of).catchUp() };
  };

  test.each([false, true])(
    "a query that is another begins behind what is written; checkpoint: %s",
    async (has) => {
      const { folder, log, engine } = world(before);
      const store = () => new CheckpointStore(files, "/checkpoints", () => 0);
      const files = new MemoryCheckpointFiles();
      log.send("payments", sent(0, 6));
      engine.catchUp();
      log.service.close();
      if (has) {
        const kept = restart(folder, `${before}${perCard}`, store());
        await kept.engine.checkpoint();
        kept.log.service.close();
      }
      const first = decided(folder);
      // A crash before anything was decided of it: the queries of now do.
      const offline = new LogWorld(folder, boundProject(before).tables, startMs);
      offline.send("payments", [payment(100, 6, "new"), payment(101, 7, "new")]);
      offline.service.close();
      const changed = restart(folder, `${stricter}${perCard}`, has ? store() : undefined);
      expect(changed.engine.failures).toEqual([]);
      expect(changed.engine.startedAt > 0).toBe(has);
      expect(decided(folder)).toEqual([...first, [100, "approved"], [101, "blocked"]]);
      changed.log.service.close();
      const again = restart(folder, `${stricter}${perCard}`);
      expect(again.engine.failures).toEqual([]);
      expect(decided(folder)).toHaveLength(first.length + 2);
      expect(rowsOf(again.engine)).toEqual(rowsOf(changed.engine));
    },
  );

  test("one that was told of and not swapped in is found by either side", () => {
    for (const sql of [before, stricter]) {
      const { folder, log, engine } = world(before);
      log.send("payments", sent(0, 6));
      engine.catchUp();
      const change = engine.engine.change(boundProject(stricter), log.written, () => {});
      change.work(engine.engine.stepNumber, Number.POSITIVE_INFINITY, () => 0);
      log.tell(engine.engine.beginningsOf(change));
      // Killed here.
      log.service.close();
      const first = decided(folder);
      const after = restart(folder, sql);
      after.log.send("payments", [payment(100, 6, "new"), payment(101, 7, "new")]);
      after.engine.catchUp();
      expect(after.engine.failures).toEqual([]);
      const last = sql === before ? "approved" : "blocked";
      expect(decided(folder)).toEqual([...first, [100, "approved"], [101, last]]);
      after.log.service.close();
    }
  });

  test("what others wrote since the checkpoint is not gone on with", async () => {
    const files = new MemoryCheckpointFiles();
    const store = () => new CheckpointStore(files, "/checkpoints", () => 0);
    const { folder, log, engine } = world(before);
    log.send("payments", sent(0, 6));
    engine.catchUp();
    log.service.close();
    const first = restart(folder, before, store());
    await first.engine.checkpoint();
    expect(first.engine.change(boundProject(stricter))).toBeUndefined();
    first.log.send("payments", [payment(100, 6, "new"), payment(101, 7, "new")]);
    first.engine.catchUp();
    first.log.service.close();
    const written = decided(folder);
    expect(written.at(-1)).toEqual([101, "blocked"]);
    const back = restart(folder, before, store());
    expect(back.engine.notices).toEqual([expect.stringContaining("Made of the journal again: ")]);
    expect(back.engine.failures).toEqual([]);
    expect(decided(folder)).toEqual(written);
    back.log.send("payments", [payment(102, 8, "newer"), payment(103, 9, "newer")]);
    back.engine.catchUp();
    expect(decided(folder).slice(-2)).toEqual([
      [102, "approved"],
      [103, "approved"],
    ]);
  });
});
