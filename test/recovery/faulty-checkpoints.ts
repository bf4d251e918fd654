/** Checkpoints of pages that change, on a disk that fails: the newest that was published whole is taken. */
import { expect } from "vitest";
import { CheckpointStore } from "../../src/state/checkpoint/checkpoint-store.ts";
import { type PageSetImage, type PartImage, pageBytes } from "../../src/state/keyed-state.ts";
import type { Fault } from "../log/lossy-file-layer.ts";
import type { MemoryCheckpointFiles } from "../support/memory-checkpoint-files.ts";

const folder = "/data/checkpoints";
const journalId = "0123456789abcdef0123456789abcdef";
const checkpoints = 4;
const pagesOfEach = 3;

type CheckpointCall = Parameters<MemoryCheckpointFiles["fault"]>[0];

export const callsOfCheckpoints: Readonly<Record<CheckpointCall, Parameters<Fault>[0]>> = {
  create: "create",
  append: "write",
  flush: "flush",
  rename: "rename",
  read: "read",
};

/** Of each checkpoint one page is new, the others are those of the one before. */
const pages = Array.from({ length: checkpoints + pagesOfEach }, (_, number) =>
  new Uint8Array(pageBytes).fill(number + 1),
);

function partOf(step: number): PartImage {
  const set = (own: readonly Uint8Array[]): PageSetImage => ({ pages: own, cursor: [step] });
  const slots = set(pages.slice(step, step + pagesOfEach));
  const state = { slotBytes: 8, layout: "test", slotCount: step, slots, index: set([]), arena: set([]) };
  return { numbers: [step], states: [state] };
}

const storeOf = (files: MemoryCheckpointFiles) => new CheckpointStore(files, folder, () => 0);

/** Answers the steps of those that were written. */
export async function writeCheckpoints(files: MemoryCheckpointFiles): Promise<readonly number[]> {
  const writing = { frozenAtMs: 0, stoppedMs: 0, whenSafe: async () => {}, isWanted: () => true };
  const written: number[] = [];
  let store = storeOf(files);
  for (let step = 1; step <= checkpoints; step++) {
    const place = { journalId, step, createdAtMs: step };
    try {
      await store.write({ about: { step }, parts: [partOf(step)] }, place, writing);
      written.push(step);
    } catch (error) {
      expect(String(error)).toContain("injected");
    }
    // A restart reads the newest, and goes on from it.
    if (step !== 2) continue;
    store = storeOf(files);
    store.newest(
      () => undefined,
      (file) => expect(file).toContain(folder),
    );
  }
  return written;
}

/** What is taken is whole, and what was not taken is named; nothing is taken where nothing is left. */
export function expectNewest(files: MemoryCheckpointFiles, written: readonly number[]): void {
  const passed: string[] = [];
  const found = storeOf(files).newest(
    () => undefined,
    (file) => void passed.push(file),
  );
  for (const file of passed) expect(file).toContain(folder);
  if (found === undefined) {
    expect(written).toEqual([]);
    return;
  }
  const { step } = found.place;
  expect(found.content.about).toEqual({ step });
  const [state] = found.content.parts[0]!.states;
  expect(state!.slots.pages.map((page) => [page.length, page[0], page.at(-1)])).toEqual(
    pages.slice(step, step + pagesOfEach).map((page) => [pageBytes, page[0], page[0]]),
  );
  if (written.length > 0) expect(step).toBeGreaterThanOrEqual(written.at(-1)!);
}
