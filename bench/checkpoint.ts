/**
 * A checkpoint of 500 MB of state while rows go on changing it: how long no row was taken, how much fewer
 * rows were taken until it was done, and what a restart and a second checkpoint cost.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Catalog } from "../src/catalog/catalog.ts";
import { defaultPipelineOptions } from "../src/dataflow/physical/build-pipeline.ts";
import { Checkpointing } from "../src/dataflow/runtime/checkpointing.ts";
import { EngineService } from "../src/dataflow/runtime/engine-service.ts";
import { startEngine } from "../src/dataflow/runtime/start-engine.ts";
import {
  type EventLogReader,
  type Step,
  type StepNumber,
  type StreamId,
  stepKind,
} from "../src/log/event-log.ts";
import { encodePayload } from "../src/log/step-payload.ts";
import { analyzeScript, type BoundView } from "../src/sql/analyze.ts";
import type { CheckpointFigures } from "../src/state/checkpoint/checkpoint.ts";
import { nodeCheckpointFiles } from "../src/state/checkpoint/checkpoint-files.ts";
import { CheckpointStore } from "../src/state/checkpoint/checkpoint-store.ts";
import { padding } from "../src/values/json/scan.ts";
import { median, type Report, thousands } from "./report.ts";

const stateBytesWanted = 500_000_000;
const stepRows = 2_000;
const turnMs = 4;
const options = { ...defaultPipelineOptions, stateBytesMax: 2 * stateBytesWanted };
const rounds = 5;
const beforeMs = 3_000;

const sql = `CREATE TABLE t (k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts);
CREATE MATERIALIZED VIEW v WITH ('emit' = 'final') AS
SELECT window_start, window_end, k, COUNT(*) AS c, SUM(n) AS s
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY window_start, window_end, k;`;

/** Steps without end, whose keys are those that `keyOf` draws. Each has the bytes of the one before. */
class EndlessSteps implements EventLogReader {
  readonly firstStep = 1;
  keyOf: () => number = () => 0;
  readonly #declaration: Uint8Array;
  readonly #bytes: Buffer;
  readonly #rowEnds = new Int32Array(stepRows);
  readonly #rowBytes: number;
  #next = 1;

  constructor({ tables: [table] }: BoundView) {
    const declared = { kind: "stream", streamId: 1 as StreamId, schemaVersion: 1, table: table! } as const;
    this.#declaration = encodePayload({ ...declared, nextRowOffsets: [] });
    const row = `{"k":"k${"0".repeat(23)}","n":17,"ts":"2026-03-01T00:00:00.000"}\n`;
    this.#rowBytes = row.length;
    this.#bytes = Buffer.from(row.repeat(stepRows) + " ".repeat(padding));
    for (let place = 0; place < stepRows; place++) this.#rowEnds[place] = (place + 1) * row.length;
  }

  narrow(): void {}

  seek(step: number): void {
    this.#next = step;
  }

  next(): Step {
    const number = this.#next++ as StepNumber;
    if (number === 1) return { ...stepOf(number, stepKind.statement), bytes: this.#declaration };
    for (let place = 0; place < stepRows; place++) {
      // The last eight digits of the key.
      let key = this.keyOf();
      const end = place * this.#rowBytes + '{"k":"k'.length + 22;
      for (let digit = 0; digit < 8; digit++) {
        this.#bytes[end - digit] = 48 + (key % 10);
        key = Math.floor(key / 10);
      }
    }
    const rows = { rowCount: stepRows, rowEnds: this.#rowEnds, bytes: this.#bytes };
    return { ...stepOf(number, stepKind.rows), streamId: 1 as StreamId, schemaVersion: 1, ...rows };
  }

  close(): void {}
}

function stepOf(number: StepNumber, kind: Step["kind"]): Step {
  const none = { cause: undefined, eventTimeMinMs: undefined, eventTimeMaxMs: undefined };
  const empty = { rowKinds: null, causeIndexes: null, rowEnds: new Int32Array(), bytes: new Uint8Array() };
  const place = { streamId: 0 as StreamId, partition: 0, schemaVersion: 0, firstRowOffset: 0 };
  return { number, kind, appendTimeMs: 1_772_323_200_000, rowCount: 0, ...place, ...none, ...empty };
}

interface Run {
  readonly figures: CheckpointFigures;
  /** The longest that no row was taken, before it and from the freeze to the end. */
  readonly gapBeforeMs: number;
  readonly gapMs: number;
  /** Rows taken while it was written, as a share of what was taken in the same time before. */
  readonly share: number;
}

export async function benchCheckpoint(): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "quickwater-checkpoint-"));
  try {
    return await measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string): Promise<Report> {
  const view = bind();
  const nowMs = () => performance.now();
  const steps = new EndlessSteps(view);
  const events = { onFailure: fail, onRows: () => {}, onNotice: () => {} };
  const makeEngine = () => new EngineService(() => steps, options, events);
  const storeOf = () => new CheckpointStore(nodeCheckpointFiles, folder, nowMs);
  const queries = { views: [view], inserts: [] };
  const of = { queries, openReader: () => steps, makeEngine, events: { ...events, onNotice: fail } };
  const store = storeOf();
  const { engine } = startEngine({ ...of, checkpoints: store });
  const keyCount = fill(engine, steps);
  const written: CheckpointFigures[] = [];
  const checkpointing = new Checkpointing({
    engine,
    store,
    journalId: () => "00".repeat(16),
    everyMs: 0,
    nowMs,
    clockMs: () => Date.now(),
    whenWritten: async () => {},
    onWritten: (figures) => written.push(figures),
    onFailure: (error) => fail("checkpoint", error),
  });
  const run = async (keys: number): Promise<Run> => {
    steps.keyOf = () => Math.floor(Math.random() * keys);
    const endMs = nowMs() + beforeMs;
    const before = await take(engine, () => nowMs() < endMs);
    const count = written.length;
    const during = await take(engine, () => {
      if (written.length > count) return false;
      checkpointing.turn();
      return true;
    });
    const figures = written.at(-1)!;
    const gapMs = Math.max(during.gapMs, figures.stoppedMs);
    return { figures, gapBeforeMs: before.gapMs, gapMs, share: during.rate / before.rate };
  };
  const all: Run[] = [];
  for (let round = 0; round < rounds; round++) all.push(await run(keyCount));
  // The first of the two still has what the runs before have changed.
  await run(Math.floor(keyCount / 100));
  const few = await run(Math.floor(keyCount / 100));
  const begun = nowMs();
  const { engine: again } = startEngine({ ...of, checkpoints: storeOf() });
  const restartMs = nowMs() - begun;
  if (again.stepNumber !== few.figures.step) throw new Error("the restart did not go on from the checkpoint");
  return report(all, few, restartMs, keyCount);
}

/** Takes steps as the engine thread does, with a turn for what is written in between. */
async function take(engine: EngineService, goesOn: () => boolean) {
  const begunMs = performance.now();
  const begunStep = engine.stepNumber;
  let gapMs = 0;
  let lastMs = begunMs;
  while (goesOn()) {
    engine.work(performance.now() + turnMs, () => {
      const now = performance.now();
      gapMs = Math.max(gapMs, now - lastMs);
      lastMs = now;
      return now;
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const seconds = (performance.now() - begunMs) / 1000;
  return { gapMs, rate: ((engine.stepNumber - begunStep) * stepRows) / seconds };
}

function fill(engine: EngineService, steps: EndlessSteps): number {
  let key = 0;
  steps.keyOf = () => key++;
  for (let bytes = 0; bytes < stateBytesWanted; bytes = bytesOf(engine))
    engine.work(performance.now() + 500, () => performance.now());
  return key;
}

function bytesOf(engine: EngineService): number {
  let bytes = 0;
  for (const [, { operators }] of engine.freeze().views) {
    for (const { states } of operators) {
      for (const { slots, index, arena } of states) {
        for (const { pages } of [slots, index, arena]) for (const page of pages) bytes += page.length;
      }
    }
  }
  return bytes;
}

function bind(): BoundView {
  const { bound, errors } = analyzeScript(sql, new Catalog());
  if (errors[0] !== undefined) throw errors[0];
  const view = bound.find((each) => each.kind === "CreateMaterializedView");
  if (view === undefined) throw new Error("there is no view");
  return view;
}

function fail(what: string, error?: unknown): never {
  throw new Error(what, { cause: error });
}

function report(all: readonly Run[], few: Run, restartMs: number, keyCount: number): Report {
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  const line = (name: string, { figures, gapMs, gapBeforeMs, share }: Run) => [
    name,
    megabytes(figures.stateBytes),
    megabytes(figures.writtenBytes),
    `${(figures.durationMs / 1000).toFixed(2)} s`,
    ms(figures.stoppedMs),
    `${ms(gapMs)} (${ms(gapBeforeMs)} before)`,
    `${Math.round(share * 100)} %`,
  ];
  // The first finds nothing on disk; of the later ones the state changes everywhere too.
  const stop = median(all.map(({ gapMs, gapBeforeMs }) => Math.max(0, gapMs - gapBeforeMs)));
  const dip = 1 - median(all.map(({ share }) => share));
  const verdict = (isReached: boolean) => (isReached ? "reached" : "missed");
  return {
    title: "A checkpoint of 500 MB of state",
    command: "npm run bench -- checkpoint",
    method: [
      `${thousands(keyCount)} keys of 24 bytes in one window, COUNT and SUM of each, on one core. Rows of`,
      "random keys go on changing all of it while it is written, the worst case: each page is copied once.",
      `Rows taken meanwhile are compared with those of ${beforeMs / 1000} s before. ${rounds} checkpoints`,
      "follow each other, then one while a hundredth of the keys change, then a restart from it.",
    ].join(" "),
    columns: [
      "",
      "state",
      "written",
      "until it is safe",
      "freeze",
      "longest gap between steps",
      "throughput",
    ],
    rows: [
      ...all.map((run, place) => line(`random keys, ${place + 1}`, run)),
      line("a hundredth of the keys", few),
    ],
    findings: [
      `The longest gap is ${ms(stop)} longer than without; ${verdict(stop <= 10)} (asked for: 10 ms).`,
      `Throughput dips by ${Math.round(dip * 100)} %; ${verdict(dip <= 0.2)} (asked for: 20 % at most).`,
      `A restart reads it in ${(restartMs / 1000).toFixed(2)} s.`,
    ],
  };
}
