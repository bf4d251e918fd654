import { expect, test } from "vitest";
import { allocateBatch } from "../../values/column-access.ts";
import { type ColumnBatch, noCause } from "../../values/column-batch.ts";
import { UnionOperator } from "./union.ts";

function open(streams: readonly string[]) {
  const seen: number[][] = [];
  const advanced: [number, boolean][] = [];
  const union = new UnionOperator(streams, {
    accept: ({ watermarksMs, rowCount }: ColumnBatch) => seen.push([...watermarksMs!.subarray(0, rowCount)]),
    advance: (watermarkMs, idle) => advanced.push([watermarkMs, idle]),
  });
  const rows = (input: number, watermarks: readonly number[]) => {
    const batch = { ...allocateBatch({ columns: [] }, 0), rowCount: watermarks.length };
    union.inputs[input]!.accept({ ...batch, watermarksMs: Float64Array.from(watermarks) });
    return seen.at(-1);
  };
  const advance = (input: number, watermarkMs: number, idle = false) => {
    union.inputs[input]!.advance(watermarkMs, idle, noCause);
    return advanced.at(-1);
  };
  return { union, rows, advance };
}

test("a row is judged by the slower stream, before it and behind it", () => {
  const { rows, advance } = open(["a", "b"]);
  expect(advance(0, 100)).toEqual([Number.NEGATIVE_INFINITY, false]);
  expect(advance(1, 20)).toEqual([20, false]);
  expect(rows(0, [100, 110])).toEqual([20, 20]);
  expect(rows(1, [20, 90, 130])).toEqual([20, 90, 100]);
  expect(advance(1, 130)).toEqual([100, false]);
});

test("a stream that is idle holds nobody back, and what was passed stays passed", () => {
  const { rows, advance } = open(["a", "b"]);
  advance(0, 100);
  advance(1, 20);
  expect(advance(1, 20, true)).toEqual([100, false]);
  expect(rows(1, [20])).toEqual([100]);
  expect(rows(0, [150])).toEqual([150]);
  expect(advance(0, 150, true)?.[1]).toBe(true);
});

test("inputs of one stream do not hold each other back within a round", () => {
  const { rows, advance } = open(["a", "a"]);
  advance(0, 10);
  advance(1, 10);
  expect(rows(0, [10, 40])).toEqual([10, 40]);
  expect(rows(1, [10, 40])).toEqual([10, 40]);
  expect(advance(0, 50)).toEqual([10, false]);
  expect(advance(1, 50)).toEqual([50, false]);
});

test("goes on from its image", () => {
  const before = open(["a", "b"]);
  before.advance(0, 100);
  before.advance(1, 20);
  const after = open(["a", "b"]);
  after.union.restore(before.union.freeze());
  expect(after.rows(0, [100])).toEqual([20]);
});
