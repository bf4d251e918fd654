/**
 * The thread that reads the journal for whoever asks: one for all, so that nobody waits for one to begin.
 * Jobs take turns of a few milliseconds: one that reads much does not hold up one that reads little.
 */
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../../errors/quickwater-error.ts";
import { DeclaredTables } from "../../log/journal/declared-tables.ts";
import { nodeFileLayer } from "../../log/journal/file-layer.ts";
import { JournalReader } from "../../log/journal/journal-reader.ts";
import { postedError } from "../../log/journal/posted-error.ts";
import { UnindexedRuns } from "../../log/journal/unindexed-runs.ts";
import {
  type FromReading,
  type ReadingJob,
  type ReadingThreadData,
  readingTurns,
  type ToReading,
} from "./reading-jobs.ts";

const turnMsMax = 5;

const port = parentPort;
assert(port !== null, "the thread that reads was started without a parent");
const { folder } = workerData as ReadingThreadData;
const unindexed = new UnindexedRuns();
const places = { files: nodeFileLayer, folder, unindexed };
const openReader = (lastStep: number) => new JournalReader(nodeFileLayer, folder, () => lastStep, unindexed);
let flushedStep = 0;
const declared = new DeclaredTables(places, () => openReader(flushedStep));
const journal = { ...places, declared };

interface Running {
  readonly id: number;
  readonly reader: JournalReader;
  readonly turns: ReturnType<typeof readingTurns>;
}

/** Those that go on, the next one first, and those that wait until their next part is wanted. */
const queue: Running[] = [];
const parked = new Map<number, Running>();
let isScheduled = false;

function begin(id: number, lastStep: number, job: ReadingJob): void {
  flushedStep = Math.max(flushedStep, lastStep);
  const reader = openReader(lastStep);
  const read = { journal, reader, openReader: () => openReader(lastStep), lastStep };
  enqueue({ id, reader, turns: readingTurns(job, read) });
}

function enqueue(running: Running | undefined): void {
  if (running !== undefined) queue.push(running);
  if (isScheduled || queue.length === 0) return;
  isScheduled = true;
  setImmediate(() => {
    isScheduled = false;
    const next = queue.shift();
    if (next !== undefined) takeTurn(next);
    enqueue(undefined);
  });
}

/** What is to be told of it then; undefined where it only goes on later. */
function turnOf({ id, turns }: Running): FromReading | undefined {
  const untilMs = performance.now() + turnMsMax;
  try {
    for (;;) {
      const { done, value } = turns.next();
      if (done === true) return { type: "done", id, answer: value };
      if (value !== undefined) return { type: "part", id, part: value };
      if (performance.now() > untilMs) return undefined;
    }
  } catch (error) {
    return { type: "failed", id, error: postedError(error, "reading") };
  }
}

function takeTurn(running: Running): void {
  const told = turnOf(running);
  if (told === undefined) queue.push(running);
  else if (told.type === "part") parked.set(told.id, running);
  else running.reader.close();
  if (told !== undefined) port!.postMessage(told);
}

function end(id: number): void {
  parked.get(id)?.reader.close();
  parked.delete(id);
}

function next(id: number): void {
  const running = parked.get(id);
  parked.delete(id);
  enqueue(running);
}

port.on("message", (message: ToReading) => {
  switch (message.type) {
    case "begin":
      return begin(message.id, message.lastStep, message.job);
    case "next":
      return next(message.id);
    case "end":
      return end(message.id);
    case "close":
      for (const { reader } of [...queue.splice(0), ...parked.values()]) reader.close();
      parked.clear();
      port.close();
  }
});
