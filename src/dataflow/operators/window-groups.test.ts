import { expect, test } from "vitest";
import type { SqlType } from "../../values/sql-type.ts";
import { shapeAggregates } from "./aggregate-shape.ts";
import { WindowGroups } from "./window-groups.ts";

const text: SqlType = { kind: "VARCHAR", length: 2_147_483_647, nullable: false };
const price: SqlType = { kind: "DECIMAL", precision: 12, scale: 2, nullable: false };
const count: SqlType = { kind: "BIGINT", nullable: false };
const sum: SqlType = { kind: "DECIMAL", precision: 38, scale: 2, nullable: true };

/** Kernels do this with the lanes of a row; here the hash is the number itself, so that none collide. */
function addGroup(groups: WindowGroups, number: number, sliceEnd: number): number {
  const { state, layout } = groups;
  const hash = Math.imul(number, 0x9e3779b1);
  let entry = hash & state.probeMask;
  while (state.indexPages[entry >>> 14]!.i32[entry & 0x3fff] !== 0) entry = (entry + 1) & state.probeMask;
  const address = state.insert(hash, entry);
  groups.joinSlice(address, sliceEnd);
  const page = state.writable(address);
  const at = address & 0xffff;
  const key = Buffer.from(String(number).padStart(24, "k"));
  page.f64[(at + layout.sliceEnd.offset) >> 3] = sliceEnd;
  const lane = (at + layout.keys[0]!.value.offset) >> 2;
  page.i32[lane] = state.arena.store(key, 0, key.length);
  page.i32[lane + 1] = key.length;
  return address;
}

function newGroups(bytesMax: number): WindowGroups {
  const plain = { parameters: [], distinct: false, filter: undefined };
  const calls = [
    { ...plain, function: "COUNT" as const, argument: undefined, type: count },
    { ...plain, function: "SUM" as const, argument: 0, type: sum },
  ];
  const shaped = shapeAggregates(calls, { columns: [{ name: "price", type: price }] }, false);
  return new WindowGroups("GROUP BY TUMBLE", [text], shaped, bytesMax);
}

test("a million keys of 24 bytes with COUNT and SUM of a DECIMAL take at most 100 MB", () => {
  const groups = newGroups(200 * 1024 * 1024);
  for (let number = 0; number < 1_000_000; number++) addGroup(groups, number, 60_000);
  const megabytes = groups.bytesUsed / 1024 / 1024;
  process.stdout.write(`1,000,000 keys of 24 bytes, two aggregates: ${megabytes.toFixed(1)} MB\n`);
  expect(groups.state.slotCount).toBe(1_000_000);
  expect(megabytes).toBeLessThanOrEqual(100);
});

test("slices close in order of their ends, each with its groups in the order in which they were made", () => {
  const groups = newGroups(16 * 1024 * 1024);
  const ends = [180_000, 60_000, 120_000];
  const made = new Map(ends.map((end): [number, number[]] => [end, []]));
  for (let number = 0; number < 30; number++) {
    const end = ends[number % 3]!;
    made.get(end)!.push(addGroup(groups, number, end));
  }
  expect(groups.closable(59_998)).toEqual([]);
  expect(groups.closable(59_999)).toEqual([60_000]);
  expect(groups.closable(Number.POSITIVE_INFINITY)).toEqual([60_000, 120_000, 180_000]);
  for (const end of ends) expect([...groups.groupsOf(end)]).toEqual(made.get(end));
  groups.removeSlice(120_000);
  expect(groups.closable(Number.POSITIVE_INFINITY)).toEqual([60_000, 180_000]);
  expect(groups.state.slotCount).toBe(20);
  expect([...groups.groupsOf(180_000)]).toEqual(made.get(180_000));
});

test("closed slices give all their memory back to the next ones", () => {
  const groups = newGroups(16 * 1024 * 1024);
  const round = (end: number) => {
    for (let number = 0; number < 2_000; number++) addGroup(groups, number, end);
    groups.removeSlice(end);
  };
  round(60_000);
  const used = groups.bytesUsed;
  for (let window = 2; window < 20; window++) round(window * 60_000);
  expect(groups.bytesUsed).toBe(used);
  expect(groups.openSlices).toBe(0);
});
