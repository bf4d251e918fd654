/** Faults that are put into a real server, each of which the kill harness has to find. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import type { Step } from "../../../src/log/event-log.ts";
import { stepKind } from "../../../src/log/event-log.ts";
import { segmentHeaderBytes } from "../../../src/log/journal/step-format.ts";

const lateMs = 200;

const plants = {
  "no flush": noFlush,
  "reply before flush": replyBeforeFlush,
  "checkpoint ahead of its step": checkpointAhead,
  "dedup forgotten on restart": dedupForgotten,
} as const;

export type PlantName = keyof typeof plants;
export const plantNames = Object.keys(plants) as readonly PlantName[];

export async function plantFault(name: PlantName, thread: string): Promise<void> {
  await plants[name](thread);
}

/** What a segment begins with is flushed: without that there would be no journal to look into. */
function noFlush(thread: string): void {
  if (thread !== "log") return;
  const { fdatasyncSync, fstatSync } = fs;
  Object.assign(fs, {
    fdatasyncSync: (file: number) => {
      if (fstatSync(file).size === segmentHeaderBytes) fdatasyncSync(file);
    },
  });
  syncBuiltinESMExports();
}

/** Each group is flushed a while after it was answered. */
function replyBeforeFlush(thread: string): void {
  if (thread !== "log") return;
  const { fdatasyncSync, closeSync } = fs;
  const late = new Set<number>();
  const flushLate = (file: number) => {
    if (late.delete(file)) fdatasyncSync(file);
  };
  Object.assign(fs, {
    fdatasyncSync: (file: number) => {
      // One flush is of all that was written before it: a second one would come too soon for what follows.
      if (late.has(file)) return;
      late.add(file);
      setTimeout(flushLate, lateMs, file);
    },
    closeSync: (file: number) => {
      flushLate(file);
      closeSync(file);
    },
  });
  syncBuiltinESMExports();
}

/** The image is said to be of the step before the last rows that are in it. */
async function checkpointAhead(thread: string): Promise<void> {
  if (thread !== "engine") return;
  const { EngineService } = await import("../../../src/dataflow/runtime/engine-service.ts");
  const { JournalReader } = await import("../../../src/log/journal/journal-reader.ts");
  const { markOf } = await import("../../../src/dataflow/runtime/take-step.ts");
  let last: readonly number[] | undefined;
  let told: readonly number[] | undefined;
  const next = JournalReader.prototype.next;
  JournalReader.prototype.next = function (this: typeof JournalReader.prototype): Step | undefined {
    const step = next.call(this);
    if (step === undefined) return undefined;
    if (step.kind === stepKind.rows) told = last;
    last = markOf(step);
    return step;
  };
  const freeze = EngineService.prototype.freeze;
  EngineService.prototype.freeze = function (this: typeof EngineService.prototype) {
    const image = freeze.call(this);
    if (told === undefined || image.stepNumber <= told[0]!) return image;
    return { ...image, stepNumber: told[0]!, mark: told };
  };
}

async function dedupForgotten(thread: string): Promise<void> {
  if (thread !== "log") return;
  const { Duplicates } = await import("../../../src/log/dedup/duplicates.ts");
  Duplicates.prototype.readTail = () => {};
}
