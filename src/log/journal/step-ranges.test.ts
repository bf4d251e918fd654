import { describe, expect, test } from "vitest";
import { keep, written, writtenLarge } from "../../../test/log/keeper-driver.ts";
import { folder, idsIn, kept, readAll, rowsOf } from "../../../test/log/log-driver.ts";
import type { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { JournalReader } from "./journal-reader.ts";
import { type RangeRequest, stepRanges } from "./step-ranges.ts";
import { UnindexedRuns } from "./unindexed-runs.ts";

const ordersId = 1 as never;
const clicksId = 3 as never;

const all: RangeRequest = {
  streams: new Set([ordersId]),
  newestFirst: true,
  firstStep: 1,
  lastStep: Number.POSITIVE_INFINITY,
  appendedFromMs: Number.NEGATIVE_INFINITY,
  appendedToMs: Number.POSITIVE_INFINITY,
};

function lastStepOf(files: LossyFileLayer): number {
  return readAll(files).at(-1)!.number;
}

function rangesOf(
  files: LossyFileLayer,
  request: Partial<RangeRequest> = {},
  unindexed = new UnindexedRuns(),
) {
  const whole = { ...all, lastStep: lastStepOf(files), ...request };
  return [...stepRanges({ files, folder, unindexed }, whole)].filter(({ from, to }) => from < to);
}

/** Rows of the orders in the order in which the ranges give them. */
function idsOf(files: LossyFileLayer, request: Partial<RangeRequest> = {}): readonly number[] {
  const unindexed = new UnindexedRuns();
  return rangesOf(files, request, unindexed).flatMap(({ from, to }) => {
    const reader = new JournalReader(files, folder, undefined, unindexed);
    reader.narrow({ streams: all.streams });
    reader.seek(from);
    const ids: number[] = [];
    for (let step = reader.next(); step !== undefined && step.number < to; step = reader.next())
      if (step.rowCount > 0) ids.push(...idsIn(kept(step).rows));
    reader.close();
    return request.newestFirst === false ? ids : ids.reverse();
  });
}

const ordersIn = (files: LossyFileLayer) => idsIn(rowsOf(readAll(files), "orders"));

describe("the ranges of a journal", () => {
  test.each([
    ["as it was written", () => {}],
    ["indexed", (files: LossyFileLayer) => void keep(files, { packAfterMs: 1e12 })],
    ["packed", (files: LossyFileLayer) => void keep(files)],
  ])("hold every row once, the newest or the oldest first: %s", (_what, look) => {
    for (const files of [written(200), writtenLarge()]) {
      look(files);
      const orders = ordersIn(files);
      expect(idsOf(files, { newestFirst: false })).toEqual(orders);
      expect(idsOf(files)).toEqual(orders.toReversed());
    }
  });

  test("begin and end at a step", () => {
    const files = written(100);
    const steps = readAll(files);
    const from = steps.find(({ rows }) => rows[0]?.includes('"id":40,'))!.number;
    const to = steps.find(({ rows }) => rows[0]?.includes('"id":61,'))!.number;
    const wanted = ordersIn(files).filter((id) => id >= 40 && id <= 61);
    expect(idsOf(files, { firstStep: from, lastStep: to })).toEqual(wanted.toReversed());
    expect(idsOf(files, { firstStep: from, lastStep: to, newestFirst: false })).toEqual(wanted);
  });

  test("leave out segments that were written before or behind the times", () => {
    const files = written(200);
    keep(files, { packAfterMs: 1e12 });
    for (const newestFirst of [true, false]) {
      const ids = idsOf(files, { appendedFromMs: 80_000, appendedToMs: 120_000, newestFirst });
      expect(ids).toEqual(expect.arrayContaining([80, 119]));
      expect(ids.length).toBeLessThan(ordersIn(files).length - 40);
    }
  });

  test("leave out what has no row of the stream", () => {
    const files = writtenLarge();
    keep(files, { packAfterMs: 1e12 });
    const whole = rangesOf(files).length;
    expect(rangesOf(files, { streams: new Set([clicksId]) }).length).toBeLessThan(whole / 3);
  });
});

test("the newest rows are read without the rest, of a segment without an index too", () => {
  const files = writtenLarge();
  const lastStep = lastStepOf(files);
  const unindexed = new UnindexedRuns();
  const read = () => {
    const before = files.readBytes;
    const [first] = stepRanges({ files, folder, unindexed }, { ...all, lastStep });
    expect(first!.to - first!.from).toBeLessThan(5);
    const reader = new JournalReader(files, folder, () => lastStep, unindexed);
    reader.seek(first!.from);
    expect(reader.next()?.number).toBe(first!.from);
    reader.close();
    return files.readBytes - before;
  };
  // Of 6 MB: the newest segment once, and then no more than the part that is wanted.
  expect(read()).toBeLessThan(4_500_000);
  expect(read()).toBeLessThan(1_500_000);
});

test("what a segment without an index is known to hold grows with it", () => {
  const unindexed = new UnindexedRuns();
  const files = written(10);
  const before = rangesOf(files, {}, unindexed);
  written(10, 10, files);
  expect(rangesOf(files, {}, unindexed).at(0)!.to).toBeGreaterThan(before.at(0)!.to);
  expect(idsOf(files)).toEqual(ordersIn(files).toReversed());
});
