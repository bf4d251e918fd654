/** Checkpoints of one state that changes, in a folder in memory. */
import { describe, expect, test } from "vitest";
import { MemoryCheckpointFiles } from "../../../test/support/memory-checkpoint-files.ts";
import { type PartImage, pageBytes } from "../keyed-state.ts";
import { PagedState } from "../paged-state.ts";
import { layoutSlot } from "../slot-layout.ts";
import { CheckpointStore, type FoundCheckpoint } from "./checkpoint-store.ts";
import { refuseForeignCheckpoints } from "./read-checkpoint.ts";

const journalId = "0123456789abcdef0123456789abcdef";
const folder = "/data/checkpoints";
const layout = layoutSlot([
  { name: "key", kind: "i32" },
  { name: "value", kind: "f64" },
  { name: "text", kind: "bytes" },
]);
const [keyLane, valueLane, textLane] = layout.lanes as [
  (typeof layout.lanes)[0],
  (typeof layout.lanes)[0],
  (typeof layout.lanes)[0],
];
const newState = () => new PagedState("test", layout, 512 * 1024 * 1024);

/** Keys are inserted once, and found again by the address that they had. */
function insert(state: PagedState, key: number, text: string): number {
  const hash = Math.imul(key, 0x9e3779b1);
  let entry = hash & state.probeMask;
  while (state.indexPages[entry >>> 14]!.i32[entry & 0x3fff] !== 0) entry = (entry + 1) & state.probeMask;
  const address = state.insert(hash, entry);
  const bytes = Buffer.from(text);
  const page = state.writable(address);
  const at = address & 0xffff;
  page.i32[(at + keyLane.offset) >> 2] = key;
  page.i32[(at + textLane.offset) >> 2] = state.arena.store(bytes, 0, bytes.length);
  page.i32[((at + textLane.offset) >> 2) + 1] = bytes.length;
  return address;
}

function setValue(state: PagedState, address: number, value: number): void {
  state.writable(address).f64[((address & 0xffff) + valueLane.offset) >> 3] = value;
}

function contentOf(state: PagedState): readonly string[] {
  return [...state.addresses()]
    .map((address) => {
      const page = state.pages[address >>> 16]!;
      const at = address & 0xffff;
      const textAt = (at + textLane.offset) >> 2;
      const text = Buffer.from(state.arena.view(page.i32[textAt]!, page.i32[textAt + 1]!));
      return `${page.i32[(at + keyLane.offset) >> 2]} ${page.f64[(at + valueLane.offset) >> 3]} ${text}`;
    })
    .sort();
}

const partOf = (state: PagedState): PartImage => ({
  numbers: [Number.NEGATIVE_INFINITY, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY],
  states: [state.freeze()],
});

const writing = { frozenAtMs: 0, stoppedMs: 0, whenSafe: async () => {}, isWanted: () => true };
const storeOf = (files: MemoryCheckpointFiles) => new CheckpointStore(files, folder, () => 0);

function write(store: CheckpointStore, step: number, state: PagedState, given = writing) {
  const place = { journalId, step, createdAtMs: 1000 + step };
  return store.write({ about: { step }, parts: [partOf(state)] }, place, given);
}

function newest(files: MemoryCheckpointFiles, store = storeOf(files)) {
  const passed: string[] = [];
  const found = store.newest(
    () => undefined,
    (file, problem) => passed.push(`${file.slice(-24, -4)}: ${problem}`),
  );
  return { found, passed, store };
}

function restored({ content }: FoundCheckpoint): PagedState {
  const state = newState();
  state.restore(content.parts[0]!.states[0]!);
  return state;
}

const withKeys = (count: number) => {
  const state = newState();
  const addresses = Array.from({ length: count }, (_, key) => insert(state, key, `text ${key}`));
  return { state, addresses };
};

test("what was written comes back: pages, numbers of every kind, what is said of them", async () => {
  const files = new MemoryCheckpointFiles();
  const { state, addresses } = withKeys(20_000);
  for (const [key, address] of addresses.entries()) setValue(state, address, key / 3);
  const figures = await write(storeOf(files), 7, state);
  expect(figures).toMatchObject({ step: 7, createdAtMs: 1007, stateBytes: state.bytesUsed });
  const before = contentOf(state);
  for (const address of addresses) setValue(state, address, -1);
  // Also where the power goes at once.
  const { found, passed } = newest(files.crash(0));
  expect(passed).toEqual([]);
  expect(found!.place).toEqual({ journalId, step: 7, createdAtMs: 1007 });
  expect(found!.content.about).toEqual({ step: 7 });
  expect(found!.content.parts[0]!.numbers).toEqual([
    Number.NEGATIVE_INFINITY,
    -0,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ]);
  expect(contentOf(restored(found!))).toEqual(before);
});

describe("changed pages only", () => {
  test("a page that nobody wrote since is not written again, also after a restart", async () => {
    const files = new MemoryCheckpointFiles();
    const store = storeOf(files);
    const { state, addresses } = withKeys(50_000);
    const first = await write(store, 1, state);
    expect(first!.writtenBytes).toBe(state.bytesUsed);
    setValue(state, addresses[0]!, 1);
    setValue(state, addresses.at(-1)!, 2);
    const second = await write(store, 2, state);
    expect(second!.writtenBytes).toBe(2 * pageBytes);
    const { found, store: again } = newest(files);
    const after = restored(found!);
    setValue(after, addresses[1]!, 3);
    const third = await write(again, 3, after);
    expect(third!.writtenBytes).toBe(pageBytes);
    expect(contentOf(restored(newest(files).found!))).toEqual(contentOf(after));
  });

  test("what all files hold stays near the state, and they stay few, however long it goes on", async () => {
    const files = new MemoryCheckpointFiles();
    let store = storeOf(files);
    let { state, addresses } = withKeys(50_000);
    let random = 1;
    for (let step = 1; step <= 60; step++) {
      for (let change = 0; change < 4; change++) {
        random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
        setValue(state, addresses[random % addresses.length]!, step);
      }
      await write(store, step, state);
      const held = [...files.files.values()].reduce((sum, { content }) => sum + content.length, 0);
      expect(held).toBeLessThan(3.2 * state.bytesUsed);
      expect(files.names().length).toBeLessThanOrEqual(10);
      if (step % 7 !== 0) continue;
      const { found, passed, store: again } = newest(files);
      expect(passed).toEqual([]);
      const before = contentOf(state);
      store = again;
      state = restored(found!);
      expect(contentOf(state)).toEqual(before);
    }
  });
});

test("the last two are kept, each whole by itself where all has changed", async () => {
  const files = new MemoryCheckpointFiles();
  const store = storeOf(files);
  const contents: (readonly string[])[] = [];
  for (let step = 1; step <= 4; step++) {
    const { state, addresses } = withKeys(30);
    for (const address of addresses) setValue(state, address, step);
    await write(store, step, state);
    contents.push(contentOf(state));
  }
  expect(files.names()).toEqual(["00000000000000000003.qwc", "00000000000000000004.qwc"]);
  expect(contentOf(restored(newest(files).found!))).toEqual(contents[3]);
  files.remove(`${folder}/00000000000000000004.qwc`);
  expect(contentOf(restored(newest(files).found!))).toEqual(contents[2]);
});

describe("a checkpoint that is not whole", () => {
  test("cut anywhere or with any byte changed is passed over for the one before", async () => {
    const files = new MemoryCheckpointFiles();
    const store = storeOf(files);
    const { state, addresses } = withKeys(300);
    await write(store, 1, state);
    const before = contentOf(state);
    setValue(state, addresses[3]!, 9);
    await write(store, 2, state);
    const path = `${folder}/${"2".padStart(20, "0")}.qwc`;
    const { content } = files.files.get(path)!;
    const places = [0, 8, 11, 16, 33, 47, 59, 60, 64, 100, 5_000, content.length - 1];
    for (let at = 0; at < content.length; at += 997) places.push(at);
    for (let at = content.length - 700; at < content.length; at += 13) places.push(at);
    for (const at of places) {
      for (const made of [Buffer.from(content), content.subarray(0, at)]) {
        if (made.length > at) made[at]! ^= 0x20;
        const damaged = files.crash(1);
        damaged.files.get(path)!.content = made;
        const { found, passed } = newest(damaged);
        expect(passed, `byte ${at}`).toHaveLength(1);
        expect(found!.place.step).toBe(1);
        expect(contentOf(restored(found!))).toEqual(before);
      }
    }
  });

  test("without a file of pages that it shares is passed over, and there may be none left", async () => {
    const files = new MemoryCheckpointFiles();
    const store = storeOf(files);
    const { state, addresses } = withKeys(40);
    await write(store, 1, state);
    setValue(state, addresses[3]!, 9);
    await write(store, 2, state);
    files.remove(`${folder}/${"1".padStart(20, "0")}.qwc`);
    const { found, passed } = newest(files);
    expect(found).toBeUndefined();
    expect(passed).toEqual([
      "00000000000000000002: 00000000000000000001.qwc, which holds pages of it, is missing",
    ]);
  });

  test("a crash while it is written leaves the earlier ones; leftovers go with the next", async () => {
    for (const call of ["create", "append", "flush", "rename"] as const) {
      const files = new MemoryCheckpointFiles();
      const store = storeOf(files);
      const { state, addresses } = withKeys(40);
      await write(store, 1, state);
      const before = contentOf(state);
      setValue(state, addresses[3]!, 9);
      let crashed: MemoryCheckpointFiles | undefined;
      files.fault = (of) => {
        if (of !== call) return undefined;
        crashed = files.crash(0.5);
        return new Error("the power is gone");
      };
      await expect(write(store, 2, state)).rejects.toThrow("the power is gone");
      const { found, passed, store: again } = newest(crashed!);
      expect(passed).toEqual([]);
      expect(contentOf(restored(found!))).toEqual(before);
      await write(again, 3, restored(found!));
      expect(crashed!.names()).toEqual(["00000000000000000001.qwc", "00000000000000000003.qwc"]);
      // The process may also go on: the disk was full for a while.
      files.fault = () => undefined;
      await write(store, 4, state);
      expect(contentOf(restored(newest(files).found!))).toEqual(contentOf(state));
    }
  });

  test("is published when what it rests on is safe, and not at all once nobody wants it", async () => {
    const files = new MemoryCheckpointFiles();
    const store = storeOf(files);
    const { state } = withKeys(40);
    let safe: () => void = () => {};
    const whenSafe = () =>
      new Promise<void>((resolve) => {
        safe = resolve;
      });
    const written = write(store, 1, state, { ...writing, whenSafe });
    await new Promise((resolve) => setImmediate(resolve));
    expect(newest(files).found).toBeUndefined();
    safe();
    await written;
    expect(newest(files).found!.place.step).toBe(1);
    expect(await write(store, 2, state, { ...writing, isWanted: () => false })).toBeUndefined();
    expect(files.names()).toEqual(["00000000000000000001.qwc"]);
  });
});

describe("a folder of another journal or of a newer version", () => {
  const refusal = (files: MemoryCheckpointFiles, of: string | undefined) => {
    try {
      refuseForeignCheckpoints(files, folder, of);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const sentence = (problem: string) =>
    `The checkpoint ${folder}/00000000000000000001.qwc cannot be taken: ${problem}.`;

  test("is refused in a sentence; damage is not", async () => {
    const files = new MemoryCheckpointFiles();
    await write(storeOf(files), 1, withKeys(3).state);
    expect(refusal(files, journalId)).toBeUndefined();
    expect(refusal(files, journalId.replaceAll("0", "f"))).toBe(sentence("it was made of another journal"));
    expect(refusal(files, undefined)).toBe(sentence("the journal that it was made of is not there"));
    const { content } = files.files.get(`${folder}/00000000000000000001.qwc`)!;
    content[8] = 2;
    expect(refusal(files, journalId)).toBeUndefined();
    const { crc32 } = await import("node:zlib");
    content.writeUInt32LE(crc32(content.subarray(0, 60)), 60);
    expect(refusal(files, journalId)).toBe(sentence("its format is version 2, this program reads 1"));
  });
});
