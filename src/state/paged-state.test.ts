/** The oracle is a Map; keys are numbers whose hashes collide on purpose. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StateFull, type StateImage } from "./keyed-state.ts";
import { indexMask, indexShift, PagedState } from "./paged-state.ts";
import { layoutSlot } from "./slot-layout.ts";

const layout = layoutSlot([
  { name: "mark", kind: "u8" },
  { name: "key", kind: "i32" },
  { name: "text", kind: "bytes" },
  { name: "sum", kind: "i64" },
]);
const [markLane, keyLane, textLane, sumLane] = layout.lanes as [
  (typeof layout.lanes)[number],
  (typeof layout.lanes)[number],
  (typeof layout.lanes)[number],
  (typeof layout.lanes)[number],
];
const newState = (bytesMax = 64 * 1024 * 1024) => new PagedState("orders", layout, bytesMax);

/** Few hashes for many keys, so that searches run into each other and around the end of the index. */
const hashOf = (key: number) => (key % 3 === 0 ? -1 : key % 7);

function find(state: PagedState, key: number) {
  const hash = hashOf(key);
  for (let entry = hash & state.probeMask; ; entry = (entry + 1) & state.probeMask) {
    const address = state.indexPages[entry >>> indexShift]!.i32[entry & indexMask]!;
    if (address === 0) return { address, entry, hash };
    const page = state.pages[address >>> 16]!;
    const at = address & 0xffff;
    if (page.i32[at >> 2] === hash && page.i32[(at + keyLane.offset) >> 2] === key)
      return { address, entry, hash };
  }
}

function put(state: PagedState, key: number, text: string): void {
  const found = find(state, key);
  const address = found.address === 0 ? state.insert(found.hash, found.entry) : found.address;
  const page = state.writable(address);
  const at = address & 0xffff;
  const bytes = Buffer.from(text);
  const textAt = (at + textLane.offset) >> 2;
  page.i32[(at + keyLane.offset) >> 2] = key;
  page.i64[(at + sumLane.offset) >> 3] = BigInt(key) * 1_000_000_007n;
  page.u8[at + markLane.offset] = key & 0xff;
  state.arena.free(page.i32[textAt]!, page.i32[textAt + 1]!);
  page.i32[textAt] = state.arena.store(bytes, 0, bytes.length);
  page.i32[textAt + 1] = bytes.length;
}

function remove(state: PagedState, key: number): void {
  const { address } = find(state, key);
  if (address === 0) return;
  const page = state.pages[address >>> 16]!;
  const textAt = ((address & 0xffff) + textLane.offset) >> 2;
  state.arena.free(page.i32[textAt]!, page.i32[textAt + 1]!);
  state.remove(address);
}

function textAt(state: PagedState, address: number): string {
  const page = state.pages[address >>> 16]!;
  const at = ((address & 0xffff) + textLane.offset) >> 2;
  return Buffer.from(state.arena.view(page.i32[at]!, page.i32[at + 1]!)).toString();
}

/** Everything that the state holds, read through the index and again by walking the slots. */
function content(state: PagedState): Map<number, string> {
  const found = new Map<number, string>();
  for (const address of state.addresses()) {
    const page = state.pages[address >>> 16]!;
    const at = address & 0xffff;
    const key = page.i32[(at + keyLane.offset) >> 2]!;
    expect(find(state, key).address).toBe(address);
    expect(page.i64[(at + sumLane.offset) >> 3]).toBe(BigInt(key) * 1_000_000_007n);
    expect(page.u8[at + markLane.offset]).toBe(key & 0xff);
    found.set(key, textAt(state, address));
  }
  expect(state.slotCount).toBe(found.size);
  return found;
}

const sorted = (map: ReadonlyMap<number, string>) => [...map].sort(([left], [right]) => left - right);
const bytesOf = (image: StateImage) =>
  [image.slots, image.arena, image.index].map(({ pages }) =>
    pages.map((page) => Buffer.from(page).toString("hex")),
  );

type Action =
  | { readonly do: "put"; readonly key: number; readonly length: number }
  | { readonly do: "remove"; readonly key: number }
  | { readonly do: "freeze" }
  | { readonly do: "restore" };
const lengths = fc.oneof(
  fc.nat(40),
  fc.constantFrom(0, 15, 16, 17, 255, 256, 257, 511, 512, 513, 4_000, 40_000, 70_000),
);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("put" as const), key: fc.nat(120), length: lengths }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("remove" as const), key: fc.nat(120) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("freeze" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restore" as const) }) },
);

test("holds what a Map would, through growth, removal, freezing and restoring", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 250, size: "max" }), (actions) => {
      let state = newState();
      let model = new Map<number, string>();
      let frozen: { image: StateImage; bytes: unknown; model: Map<number, string> } | undefined;
      for (const each of actions) {
        if (each.do === "put") {
          const text = String.fromCharCode(97 + (each.key % 26)).repeat(each.length);
          put(state, each.key, text);
          model.set(each.key, text);
        } else if (each.do === "remove") {
          remove(state, each.key);
          model.delete(each.key);
        } else if (each.do === "freeze") {
          const image = state.freeze();
          frozen = { image, bytes: bytesOf(image), model: new Map(model) };
        } else if (frozen !== undefined) {
          expect(bytesOf(frozen.image)).toEqual(frozen.bytes);
          state = newState();
          state.restore(frozen.image);
          model = new Map(frozen.model);
        }
      }
      expect(sorted(content(state))).toEqual(sorted(model));
    }),
    { numRuns: 150 },
  );
});

test("a thousand keys of one hash are told apart, and removing some keeps the others", () => {
  const state = newState();
  for (let key = 0; key < 3_000; key += 3) put(state, key, `t${key}`);
  for (let key = 0; key < 3_000; key += 6) remove(state, key);
  const expected = Array.from({ length: 500 }, (_, index) => [index * 6 + 3, `t${index * 6 + 3}`]);
  expect(sorted(content(state))).toEqual(expected);
});

describe("freeze", () => {
  test("an image never changes, and restores the same slots at the same addresses", () => {
    const state = newState();
    for (let key = 0; key < 5_000; key++) put(state, key * 11, `before ${key}`);
    const image = state.freeze();
    const before = bytesOf(image);
    const walked = [...state.addresses()];
    for (let key = 0; key < 9_000; key++) put(state, key * 11, `after ${key}`);
    for (let key = 0; key < 4_000; key++) remove(state, key * 11);
    expect(bytesOf(image)).toEqual(before);
    const restored = newState();
    restored.restore(image);
    expect([...restored.addresses()]).toEqual(walked);
    for (let key = 0; key < 5_000; key++)
      expect(textAt(restored, find(restored, key * 11).address)).toBe(`before ${key}`);
    put(restored, 1, "new");
    expect(bytesOf(image)).toEqual(before);
  });

  test("a restored state goes on where the frozen one stood: free slots and free bytes too", () => {
    const state = newState();
    for (let key = 0; key < 100; key++) put(state, key, "x".repeat(200));
    for (let key = 0; key < 100; key++) remove(state, key);
    const restored = newState();
    restored.restore(state.freeze());
    expect(restored.bytesUsed).toBe(state.bytesUsed);
    for (let key = 0; key < 100; key++) put(restored, key, "y".repeat(200));
    expect(restored.bytesUsed).toBe(state.bytesUsed);
    expect(content(restored).size).toBe(100);
  });
});

describe("memory", () => {
  test("room that was given back is given again, for short and for long values", () => {
    for (const length of [1, 16, 200, 300, 5_000, 60_000, 200_000]) {
      const state = newState();
      const fill = () => {
        for (let key = 0; key < 20; key++) put(state, key, "v".repeat(length));
      };
      fill();
      const used = state.bytesUsed;
      for (let round = 0; round < 5; round++) {
        for (let key = 0; key < 20; key++) remove(state, key);
        fill();
      }
      expect(state.bytesUsed, `values of ${length} bytes`).toBe(used);
    }
  });

  test("values of any length come back whole", () => {
    const state = newState();
    const lengthsOf = [0, 1, 65_519, 65_520, 65_521, 65_536, 65_537, 1_000_000];
    for (const [key, length] of lengthsOf.entries()) put(state, key, "z".repeat(length));
    for (const [key, length] of lengthsOf.entries()) {
      expect(textAt(state, find(state, key).address).length).toBe(length);
    }
  });

  test("the limit is an error that names the owner, and what was there stays", () => {
    const state = newState(600_000);
    const kept: number[] = [];
    const fillUp = () => {
      for (let key = 0; key < 1_000_000; key++) {
        const { hash, entry, address } = find(state, key * 7 + 1);
        if (address !== 0) continue;
        const made = state.insert(hash + key * 31, entry);
        kept.push(made);
      }
    };
    expect(fillUp).toThrow(StateFull);
    expect(fillUp).toThrow("The state of orders has reached its limit of 600000 bytes");
    expect(state.bytesUsed).toBeLessThanOrEqual(600_000);
    const walked = new Set(state.addresses());
    for (const address of kept) expect(walked.has(address)).toBe(true);
  });
});

test("parts are of zeros, are in no index, and their room is given again to parts alone", () => {
  const parted = layoutSlot([{ name: "sum", kind: "f64" }], [{ name: "key", kind: "i64" }]);
  expect(parted).toMatchObject({ partBytes: 16, slotBytes: 24 });
  const state = new PagedState("orders", parted, 1024 * 1024);
  const write = (address: number) =>
    state.writable(address).f64.fill(7, (address & 0xffff) >> 3, ((address & 0xffff) + 16) >> 3);
  const parts = Array.from({ length: 5_000 }, () => state.insertPart());
  const slot = state.insert(1, 1 & state.probeMask);
  for (const part of parts) write(part);
  expect([...state.addresses()]).toEqual([slot]);
  expect(state.pages[slot >>> 16]!.f64[((slot & 0xffff) >> 3) + 1]).toBe(0);
  const image = state.freeze();
  state.removePart(parts[3]!);
  state.removePart(parts[4_000]!);
  const used = state.bytesUsed;
  // What is frozen is not what goes on: a part that is made again is of zeros there, and not here.
  expect([state.insertPart(), state.insertPart()]).toEqual([parts[4_000], parts[3]]);
  expect(sumOf(state, parts[3]!)).toBe(0);
  expect(state.bytesUsed).toBe(used);
  const restored = new PagedState("orders", parted, 1024 * 1024);
  restored.restore(image);
  expect(sumOf(restored, parts[3]!)).toBe(7);
  const next = restored.insertPart();
  expect([...parts, slot]).not.toContain(next);
  expect(next).toBe(state.insertPart());
});

function sumOf(state: PagedState, address: number): number {
  return state.pages[address >>> 16]!.f64[((address & 0xffff) + 8) >> 3]!;
}

test("a state of a few keys is small, and grows with them", () => {
  const state = newState();
  for (let key = 0; key < 20; key++) put(state, key, "x");
  expect(state.bytesUsed).toBeLessThan(10_000);
  const image = state.freeze();
  const bytes = bytesOf(image);
  for (let key = 20; key < 8_000; key++) put(state, key, "x".repeat(key % 40));
  expect(bytesOf(image)).toEqual(bytes);
  const restored = newState();
  restored.restore(image);
  for (let key = 20; key < 8_000; key++) put(restored, key, "x".repeat(key % 40));
  expect(sorted(content(restored))).toEqual(sorted(content(state)));
  expect([...restored.addresses()]).toEqual([...state.addresses()]);
  expect(restored.bytesUsed).toBe(state.bytesUsed);
});
