/**
 * The engine thread: wakes when the log has flushed, takes the new steps, tells main what changed.
 */
import { parentPort, workerData } from "node:worker_threads";
import { assert, QuickwaterError } from "../../errors/quickwater-error.ts";
import { nodeFileLayer } from "../../log/journal/file-layer.ts";
import { FlushedPosition } from "../../log/journal/flushed-position.ts";
import { journalIdOf } from "../../log/journal/journal-id.ts";
import { JournalReader } from "../../log/journal/journal-reader.ts";
import { nodeCheckpointFiles } from "../../state/checkpoint/checkpoint-files.ts";
import { CheckpointStore } from "../../state/checkpoint/checkpoint-store.ts";
import { StateFull } from "../../state/keyed-state.ts";
import type { Making } from "../../views/view.ts";
import { OperatorFailure } from "../operators/operator.ts";
import {
  type ChangeFailure,
  Changing,
  type MakingProgress,
  ProgressOfReading,
  progressMs,
} from "./changing.ts";
import { Checkpointing } from "./checkpointing.ts";
import { ShownBooks } from "./engine-books.ts";
import type {
  EngineAnswer,
  EngineProgress,
  EngineQuestion,
  EngineThreadData,
  FromEngine,
  ToEngine,
} from "./engine-messages.ts";
import { type EngineEvents, EngineService } from "./engine-service.ts";
import type { Beginning } from "./ledger-book.ts";
import { startEngine } from "./start-engine.ts";
import { UnwrittenRows } from "./unwritten-rows.ts";
import { ViewDeliveries } from "./view-deliveries.ts";

/** How long steps are taken before messages and deliveries have their turn. */
const turnMs = 4;

const port = parentPort;
assert(port !== null, "the engine thread was started without a parent");
const data = workerData as EngineThreadData;
const { folder, flushed, options, queries, written, checkpoints } = data;
const position = new FlushedPosition(flushed);
const post = (message: FromEngine) => port.postMessage(message);
const notice = (text: string) => post({ type: "notice", notice: text });
const nowMs = () => performance.now();
const openReader = () => new JournalReader(nodeFileLayer, folder, () => position.step);
const unwritten = new UnwrittenRows();
const books = new ShownBooks(data.books, (layout) => post({ type: "books", layout }));
const events: EngineEvents = {
  onFailure: (view, error) => post({ type: "view-failed", view, reason: reasonOf(error) }),
  onRows: (rows) => {
    unwritten.add(rows.rows.bytes.length);
    post({ type: "rows", rows });
  },
  onNotice: notice,
};
const makeEngine = () => new EngineService(openReader, options, events, written);
const store = checkpoints && new CheckpointStore(nodeCheckpointFiles, checkpoints.folder, nowMs);
let service: EngineService;
let deliveries: ViewDeliveries;
let checkpointing: Checkpointing | undefined;
let changing: Changing;
/** Those that were asked for and have not begun. */
const changes: Extract<ToEngine, { type: "change" }>[] = [];
/** Who waits for a view to have taken a step. */
let waits: { readonly id: number; readonly view: string; readonly step: number }[] = [];
/** Who waits for the journal to be told. */
const telling = new Map<number, () => void>();
let nextTelling = 1;
const progress = {
  reading: undefined as Making | undefined,
  making: undefined as MakingProgress | undefined,
};
/** What was flushed when the engine began: taken and told, main's answers are as of the present. */
const target = position.step;
let caughtUp = false;
/** Steps wait to be taken. */
let isBehind = false;
let closing = false;
let timer: NodeJS.Timeout | undefined;

function deliver(): void {
  clearTimeout(timer);
  for (const { view, step } of waits) if (service.stepNumber >= step) deliveries.hurry(view);
  const waitMs = deliveries.deliver(isBehind);
  timer = waitMs === undefined ? undefined : setTimeout(deliver, Math.max(1, waitMs));
  tellTaken();
  tellCaughtUp();
}

function tellCaughtUp(): void {
  if (caughtUp || service.stepNumber < target || changing.isBusy) return;
  if (!deliveries.isToldSince(target)) return;
  caughtUp = true;
  tellProgress({ reading: undefined });
  post({ type: "caught-up", stepNumber: service.stepNumber });
}

function tellProgress(what: Partial<EngineProgress>): void {
  Object.assign(progress, what);
  post({ type: "progress", progress });
}

function tell(beginnings: readonly Beginning[]): Promise<void> {
  const id = nextTelling++;
  return new Promise((resolve) => {
    telling.set(id, resolve);
    post({ type: "tell", id, beginnings });
  });
}

/** One that fails leaves everything as it was. */
function beginChange({ id, queries: wanted, written: holds }: Extract<ToEngine, { type: "change" }>): void {
  const failures: ChangeFailure[] = [];
  const onFailure = (name: string, error: unknown) => void failures.push({ name, reason: reasonOf(error) });
  const change = service.change(wanted, holds, onFailure);
  const onEnd = (failure: ChangeFailure | undefined) => {
    // Its rows and its books go first: they are there when it is.
    for (const { view } of change.changes.made.views) deliveries.hurry(view.name);
    deliver();
    service.showBooks(books);
    post({ type: "changed", id, failure });
  };
  void tell(change.firstBeginnings);
  changing.begin(change, () => failures[0], onEnd);
}

function fail(error: unknown): void {
  closing = true;
  if (error instanceof QuickwaterError) post({ type: "failed", code: error.code, params: error.params });
  else {
    post({ type: "failed", code: "run.thread-died", params: { thread: "engine", reason: reasonOf(error) } });
  }
}

function reasonOf(error: unknown): string {
  const isKnown =
    error instanceof QuickwaterError || error instanceof OperatorFailure || error instanceof StateFull;
  if (isKnown) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function answer(id: number, question: EngineQuestion): void {
  if (question.kind === "taken") {
    waits.push({ id, ...question });
    deliver();
    return;
  }
  post({ type: "answer", id, answer: answerTo(question) });
}

/** What goes wrong with it is the question's failure alone. */
function answerTo(question: Exclude<EngineQuestion, { kind: "taken" }>): EngineAnswer {
  try {
    if (question.kind === "facts") return { value: service.factsOf(question.name) };
    return { value: service.correction(question.view, question.spans) };
  } catch (error) {
    return { failure: reasonOf(error) };
  }
}

/** Views that somebody waits for, and what was told of them is as of the step: their batches went before. */
function tellTaken(): void {
  const { stepNumber } = service;
  waits = waits.filter(({ id, view, step }) => {
    if (stepNumber < step || !deliveries.isToldSince(step, view)) return true;
    post({ type: "answer", id, answer: { value: stepNumber } });
    return false;
  });
}

function checkpointingOf(into: CheckpointStore, everyMs: number): Checkpointing {
  return new Checkpointing({
    engine: service,
    store: into,
    journalId: () => journalIdOf(nodeFileLayer, folder)!,
    everyMs,
    nowMs,
    clockMs: () => Date.now(),
    whenWritten: () => unwritten.whenWritten(),
    onWritten: (figures) => post({ type: "checkpoint", figures }),
    onFailure: (error) => notice(`A checkpoint could not be written and is tried again: ${reasonOf(error)}`),
  });
}

port.on("message", (message: ToEngine) => {
  try {
    if (message.type === "taken") {
      deliveries.taken(message.views);
      deliver();
    } else if (message.type === "written") {
      unwritten.remove(message.bytes);
    } else if (message.type === "ask") {
      answer(message.id, message.question);
    } else if (message.type === "change") {
      changes.push(message);
      position.wakeAll();
    } else if (message.type === "told") {
      telling.get(message.id)?.();
      telling.delete(message.id);
    } else {
      closing = true;
      position.wakeAll();
      unwritten.giveUp();
      checkpointing?.close();
      changing.close();
      for (const resolve of telling.values()) resolve();
      port.close();
    }
  } catch (error) {
    fail(error);
  }
});

async function run(): Promise<void> {
  const reading = new ProgressOfReading(nowMs);
  let toldMs = nowMs();
  while (!closing) {
    if (unwritten.isFull) {
      await unwritten.whenLess();
      continue;
    }
    const flushCount = position.flushCount;
    isBehind = service.work(nowMs() + turnMs, nowMs);
    if (!changing.isBusy && changes.length > 0) beginChange(changes.shift()!);
    await changing.turn(turnMs);
    service.showBooks(books);
    deliver();
    checkpointing?.turn();
    if (!caughtUp && nowMs() > toldMs + progressMs) {
      toldMs = nowMs();
      tellProgress({ reading: reading.at(service.stepNumber, target) });
    }
    if (isBehind || changing.isBusy || changes.length > 0)
      await new Promise((resolve) => setImmediate(resolve));
    else await position.changed(flushCount);
  }
  service.close();
  clearTimeout(timer);
}

try {
  const started = startEngine({ queries, makeEngine, events, openReader, checkpoints: store });
  service = started.engine;
  deliveries = new ViewDeliveries(service, (batches) => post({ type: "changes", batches }), nowMs);
  service.showBooks(books);
  changing = new Changing({
    engine: service,
    nowMs,
    tell,
    onProgress: (making) => tellProgress({ making }),
  });
  if (service.stepNumber > 0) post({ type: "restored", stepNumber: service.stepNumber });
  if (started.earlier.length > 0) post({ type: "changes", batches: started.earlier });
  if (started.change !== undefined)
    changing.begin(
      started.change,
      () => undefined,
      () => {},
    );
  if (store !== undefined) checkpointing = checkpointingOf(store, checkpoints!.everyMs);
  if (started.beginnings.length > 0) await tell(started.beginnings);
  await run();
} catch (error) {
  fail(error);
}
