/** When checkpoints are written, on a clock that the test moves. */
import { expect, test } from "vitest";
import { claimWritten, decide, payment, startMs, tables } from "../../../test/support/decision-world.ts";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";
import { MemoryCheckpointFiles } from "../../../test/support/memory-checkpoint-files.ts";
import { scratchFolder } from "../../../test/support/scratch-folder.ts";
import { nodeFileLayer } from "../../log/journal/file-layer.ts";
import { CheckpointStore } from "../../state/checkpoint/checkpoint-store.ts";
import { Checkpointing } from "./checkpointing.ts";

function world(sql = `${tables}${decide}`, folder = scratchFolder()) {
  const project = boundProject(sql);
  const log = new LogWorld(folder, project.tables, startMs);
  const { engine } = new EngineWorld(folder, project.views, "compiled", nodeFileLayer, { ...project, log });
  const files = new MemoryCheckpointFiles();
  const state = { nowMs: 0, written: [] as number[], failures: [] as unknown[], isSafe: Promise.resolve() };
  const checkpointing = new Checkpointing({
    engine,
    store: new CheckpointStore(files, "/checkpoints", () => state.nowMs),
    journalId: () => "ab".repeat(16),
    everyMs: 1000,
    nowMs: () => state.nowMs,
    clockMs: () => 5,
    whenWritten: () => state.isSafe,
    onWritten: ({ step, durationMs }) => void state.written.push(step, durationMs),
    onFailure: (error) => void state.failures.push(error),
  });
  const turnAt = async (nowMs: number) => {
    state.nowMs = nowMs;
    while (engine.work(Number.POSITIVE_INFINITY, () => 0));
    // Memory for copies is made ready over several turns.
    for (let turn = 0; turn < 20; turn++) checkpointing.turn();
    for (let wait = 0; wait < 20; wait++) await new Promise((resolve) => setImmediate(resolve));
  };
  return { folder, log, engine, files, state, checkpointing, turnAt };
}

test("one is written when it is due and steps have come, and never two at once", async () => {
  const { log, engine, state, turnAt } = world();
  log.send("payments", [payment(1, 0)]);
  await turnAt(999);
  expect(state.written).toEqual([]);
  await turnAt(1000);
  expect(state.written).toEqual([engine.stepNumber, 0]);
  const first = engine.stepNumber;
  // Few have come, so that six times as long is waited.
  await turnAt(1500);
  log.send("payments", [payment(2, 1)]);
  await turnAt(6999);
  expect(state.written).toEqual([first, 0]);
  let safe: () => void = () => {};
  state.isSafe = new Promise((resolve) => {
    safe = resolve;
  });
  await turnAt(7000);
  const second = engine.stepNumber;
  log.send("payments", [payment(3, 2)]);
  await turnAt(19_000);
  safe();
  await turnAt(19_001);
  expect(state.written).toEqual([first, 0, second, 12_001]);
  await turnAt(25_001);
  expect(state.written.slice(4)).toEqual([engine.stepNumber, 0]);
  const last = engine.stepNumber;
  await turnAt(99_000);
  expect(state.written.slice(4)).toEqual([last, 0]);
});

test("where many rows have come, it is not waited longer", async () => {
  const { log, engine, state, turnAt } = world("CREATE TABLE ticks (n INT);");
  log.send("ticks", [{ n: 0 }]);
  await turnAt(1000);
  const first = engine.stepNumber;
  const many = Array.from({ length: 30_000 }, (_, n) => ({ n }));
  log.send("ticks", many.slice(1));
  await turnAt(2000);
  expect(state.written).toEqual([first, 0]);
  log.send("ticks", [{ n: 0 }]);
  await turnAt(2001);
  expect(state.written).toEqual([first, 0, engine.stepNumber, 0]);
});

test("one that fails is told and tried again", async () => {
  const { log, engine, files, state, turnAt } = world();
  log.send("payments", [payment(1, 0)]);
  const full = Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
  files.fault = (call) => (call === "append" ? full : undefined);
  await turnAt(1000);
  expect(state.failures).toEqual([full]);
  expect(files.names()).toEqual([]);
  files.fault = () => undefined;
  await turnAt(1999);
  expect(state.written).toEqual([]);
  log.send("payments", [payment(2, 0)]);
  await turnAt(2000);
  expect(state.written).toEqual([engine.stepNumber, 0]);
});

test("one that failed is tried again though no step has come since", async () => {
  const { log, engine, files, state, turnAt } = world();
  log.send("payments", [payment(1, 0)]);
  files.fault = (call) => (call === "rename" ? new Error("not now") : undefined);
  await turnAt(1000);
  files.fault = () => undefined;
  await turnAt(2000);
  expect([state.failures.length, state.written]).toEqual([1, [engine.stepNumber, 0]]);
});

test("none is written once a stream that a query writes has stopped", async () => {
  const before = world();
  before.log.send("payments", [payment(1, 0), payment(2, 1), payment(3, 2)]);
  await before.turnAt(0);
  const other = `${tables}${decide.replace("n > 2", "n > 0")}`;
  claimWritten(before.log, other);
  before.log.service.close();
  const { engine, state, turnAt } = world(other, before.folder);
  await turnAt(1000);
  expect(engine.isWhole).toBe(false);
  await turnAt(99_000);
  expect(state.written).toEqual([]);
});

test("one that is being written is given up when the engine closes", async () => {
  const { log, files, state, checkpointing, turnAt } = world();
  log.send("payments", [payment(1, 0)]);
  let safe: () => void = () => {};
  state.isSafe = new Promise((resolve) => {
    safe = resolve;
  });
  await turnAt(1000);
  expect(files.names()).toHaveLength(1);
  checkpointing.close();
  safe();
  await turnAt(1001);
  expect([state.written, state.failures, files.names()]).toEqual([[], [], []]);
});
