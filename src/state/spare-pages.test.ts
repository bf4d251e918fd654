/** States whose images are held and let go, in any order with images that somebody keeps. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { pageBytes, type StateImage } from "./keyed-state.ts";
import { PagedState } from "./paged-state.ts";
import { layoutSlot } from "./slot-layout.ts";
import { sparePages } from "./spare-pages.ts";

const layout = layoutSlot([{ name: "value", kind: "f64" }]);
const offset = layout.lanes[0]!.offset;
/** Parts of three pages. */
const count = Math.floor((2.5 * pageBytes) / layout.partBytes);

function filled() {
  const state = new PagedState("test", layout, 64 * 1024 * 1024);
  const parts = Array.from({ length: count }, () => state.insertPart());
  return { state, parts };
}

const set = (state: PagedState, address: number, value: number) => {
  state.writable(address).f64[((address & 0xffff) + offset) >> 3] = value;
};
const bytesOf = ({ slots }: StateImage) => slots.pages.map((page) => Buffer.from(page));

test("memory of a held image is written again when it was let go, and not before", () => {
  const { state, parts } = filled();
  const memoryOf = (address: number) => state.pages[address >>> 16]!.u8.buffer;
  const image = sparePages.hold(() => state.freeze());
  const before = bytesOf(image);
  const held = image.slots.pages.map((page) => page.buffer);
  set(state, parts[0]!, 2);
  expect(bytesOf(image)).toEqual(before);
  expect(held).not.toContain(memoryOf(parts[0]!));
  sparePages.letGo();
  // Nobody has it any more: it needs no copy.
  set(state, parts.at(-1)!, 3);
  expect(held).toContain(memoryOf(parts.at(-1)!));
  // What was copied while it was held is memory for the copies of the next.
  sparePages.hold(() => state.freeze());
  set(state, parts[0]!, 4);
  expect(held).toContain(memoryOf(parts[0]!));
  sparePages.letGo();
});

test("a page that is used again is not taken for the one that it was", () => {
  const { state, parts } = filled();
  const seen = new Set<Uint8Array>();
  for (let round = 0; round < 5; round++) {
    for (const page of sparePages.hold(() => state.freeze()).slots.pages) seen.add(page);
    set(state, parts[0]!, round);
    expect(seen.has(state.pages[0]!.u8)).toBe(false);
    sparePages.letGo();
    set(state, parts.at(-1)!, round);
    expect(seen.has(state.pages.at(-1)!.u8)).toBe(false);
  }
});

test.each([
  { name: "behind the one that is held", keepsFirst: false },
  { name: "before it", keepsFirst: true },
])("a page that is in another image too, made $name, is not used again", ({ keepsFirst }) => {
  const { state, parts } = filled();
  const keep = () => state.freeze();
  const hold = () => sparePages.hold(() => state.freeze());
  const first = keepsFirst ? keep() : hold();
  const kept = keepsFirst ? first : keep();
  if (keepsFirst) hold();
  const before = bytesOf(kept);
  const pages = [parts[0]!, parts[count >> 1]!, parts.at(-1)!];
  for (let round = 1; round < 4; round++) {
    for (const address of pages) set(state, address, round);
    sparePages.letGo();
    hold();
    expect(bytesOf(kept)).toEqual(before);
  }
  sparePages.letGo();
});

test("no image ever changes while somebody has it", () => {
  const actions = fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant("set" as const), place: fc.nat(count - 1), of: fc.nat(1) }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("hold", "keep", "letGo", "drop") }) },
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(actions, (all) => {
      const states = [filled(), filled()];
      let held: StateImage[] = [];
      let kept: { readonly image: StateImage; readonly bytes: readonly Buffer[] }[] = [];
      let heldBytes: (readonly Buffer[])[] = [];
      let value = 0;
      for (const each of all) {
        if ("place" in each) set(states[each.of]!.state, states[each.of]!.parts[each.place]!, ++value);
        else if (each.do === "hold" && held.length === 0) {
          held = sparePages.hold(() => states.map(({ state }) => state.freeze()));
          heldBytes = held.map(bytesOf);
        } else if (each.do === "letGo") {
          sparePages.letGo();
          [held, heldBytes] = [[], []];
        } else if (each.do === "keep") {
          const image = states[value % 2]!.state.freeze();
          kept.push({ image, bytes: bytesOf(image) });
        } else if (each.do === "drop") kept = [];
        for (const { image, bytes } of kept) expect(bytesOf(image)).toEqual(bytes);
        expect(held.map(bytesOf)).toEqual(heldBytes);
      }
      sparePages.letGo();
    }),
    { numRuns: 60 },
  );
});

test("memory for copies is as much as was copied lately, and what is beyond goes", () => {
  // Other states of this thread have some left.
  const { state, parts } = filled();
  const pageCount = state.pages.length;
  const takeAll = () => {
    let taken = 0;
    while (sparePages.take() !== undefined) taken++;
    return taken;
  };
  const hold = () => sparePages.hold(() => state.freeze());
  const round = (written: readonly number[]) => {
    for (const address of written) set(state, address, 1);
    sparePages.letGo();
    while (!sparePages.prepare(100));
    hold();
  };
  hold();
  takeAll();
  // Every page is copied, then one alone: memory for the others is let go of within some rounds.
  round(parts);
  for (let quiet = 0; quiet < 12; quiet++) round([parts[0]!]);
  expect(pageCount).toBeGreaterThan(2);
  expect(takeAll()).toBe(1);
  sparePages.letGo();
});

test("a state that is filled for the first time gets memory for some of its copies only", () => {
  sparePages.hold(() => []);
  sparePages.letGo();
  while (sparePages.take() !== undefined);
  const state = new PagedState("test", layout, 64 * 1024 * 1024);
  while (state.pages.length < 700) state.insertPart();
  while (!sparePages.prepare(100));
  let taken = 0;
  while (sparePages.take() !== undefined) taken++;
  expect(taken).toBe(128);
  sparePages.hold(() => []);
  sparePages.letGo();
});
