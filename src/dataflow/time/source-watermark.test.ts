import { describe, expect, test } from "vitest";
import { CombinedWatermark } from "./combined-watermark.ts";
import { SourceWatermark } from "./source-watermark.ts";

const never = Number.NEGATIVE_INFINITY;

describe("a watermark of several inputs", () => {
  test("is the least of those that are not idle, and never falls", () => {
    const combined = new CombinedWatermark(2);
    expect(combined.advance(0, 100, false)).toBe(never);
    expect(combined.advance(1, 50, false)).toBe(50);
    expect(combined.advance(1, 50, true)).toBe(100);
    // Back again and behind: it holds back, but takes nothing back.
    expect(combined.advance(1, 60, false)).toBe(100);
    expect(combined.advance(0, 300, false)).toBe(100);
    expect(combined.advance(1, 200, false)).toBe(200);
  });

  test("follows the clock of idle inputs only when all are idle", () => {
    const combined = new CombinedWatermark(2);
    combined.advance(0, 100, false);
    expect(combined.advance(1, 900, true)).toBe(100);
    expect(combined.isIdle).toBe(false);
    expect(combined.advance(0, 500, true)).toBe(500);
    expect(combined.isIdle).toBe(true);
  });

  test("is not held by an input that is idle and never began", () => {
    const combined = new CombinedWatermark(2);
    combined.advance(0, never, true);
    expect(combined.advance(1, 70, true)).toBe(70);
  });

  test("is never ahead of the input that leads it, idle or not begun", () => {
    const combined = new CombinedWatermark(2, 0);
    expect(combined.advance(1, 900, true)).toBe(never);
    expect(combined.advance(0, never, true)).toBe(never);
    expect(combined.isIdle).toBe(true);
    expect(combined.advance(0, 100, true)).toBe(100);
    expect(combined.heldBackBy((input) => input === 1)).toBe(100);
    expect(combined.advance(1, 50, false)).toBe(100);
    expect(combined.isIdle).toBe(true);
    combined.advance(0, 300, false);
    expect([combined.ms, combined.isIdle]).toEqual([100, false]);
  });

  test("goes on from its image", () => {
    const before = new CombinedWatermark(2);
    before.advance(0, 100, true);
    before.advance(1, 40, false);
    const after = new CombinedWatermark(2);
    after.restore(before.freeze());
    expect(after.ms).toBe(40);
    expect(after.advance(1, 45, true)).toBe(45);
    expect(after.advance(1, 200, true)).toBe(100);
  });
});

describe("a stream of two partitions", () => {
  const judge = (source: SourceWatermark, partition: number, times: readonly number[], atMs = 0) => {
    const into = new Float64Array(times.length);
    source.take(partition, Float64Array.from(times), times.length, into, atMs);
    return [...into];
  };

  test("is judged before each row by the slower of them", () => {
    const source = new SourceWatermark({ delayMs: 10, idleMs: 5_000, partitionCount: 2 });
    expect(judge(source, 0, [100, 300])).toEqual([never, never]);
    expect(judge(source, 1, [50, 40, 200, 400, 400])).toEqual([never, 40, 40, 190, 290]);
    expect(source.ms).toBe(290);
  });

  test("goes on without a partition that is quiet, and the other is not quiet for it", () => {
    const source = new SourceWatermark({ delayMs: 0, idleMs: 1_000, partitionCount: 2 });
    judge(source, 0, [100], 0);
    judge(source, 1, [50], 0);
    for (let clock = 100; clock <= 2_000; clock += 100) {
      judge(source, 0, [100 + clock], clock - 1);
      source.tick(clock);
    }
    expect(source.ms).toBe(2_100);
    expect(source.isIdle).toBe(false);
    expect(judge(source, 1, [60, 70], 2_001)).toEqual([2_100, 2_100]);
    judge(source, 0, [9_000], 2_002);
    expect(source.ms).toBe(2_100);
  });

  test("an idle timeout of nothing holds nobody back, from the first row on", () => {
    const source = new SourceWatermark({ delayMs: 0, idleMs: 0, partitionCount: 1 });
    expect(source.isIdle).toBe(true);
    expect(judge(source, 0, [100, 90])).toEqual([never, 100]);
    expect(source.isIdle).toBe(true);
  });

  test("is never ahead of the input that leads it, idle or not begun", () => {
    const combined = new CombinedWatermark(2, 0);
    expect(combined.advance(1, 900, true)).toBe(never);
    expect(combined.advance(0, never, true)).toBe(never);
    expect(combined.isIdle).toBe(true);
    expect(combined.advance(0, 100, true)).toBe(100);
    expect(combined.heldBackBy((input) => input === 1)).toBe(100);
    expect(combined.advance(1, 50, false)).toBe(100);
    expect(combined.isIdle).toBe(true);
    combined.advance(0, 300, false);
    expect([combined.ms, combined.isIdle]).toEqual([100, false]);
  });

  test("goes on from its image", () => {
    const time = { delayMs: 5, idleMs: 1_000, partitionCount: 2 };
    const before = new SourceWatermark(time);
    judge(before, 0, [100], 10);
    judge(before, 1, [80], 20);
    for (let clock = 250; clock <= 900; clock += 250) before.tick(clock);
    const after = new SourceWatermark(time);
    after.restore(before.freeze());
    expect([after.ms, after.lastRowAtMs, after.isIdle]).toEqual([75, 20, false]);
    for (const each of [before, after]) for (const clock of [1_000, 1_250]) each.tick(clock);
    expect([after.ms, after.isIdle]).toEqual([before.ms, before.isIdle]);
    expect(after.isIdle).toBe(true);
  });
});

test("a backfill holds others back, also of a stream that never does", () => {
  for (const idleMs of [0, 5_000]) {
    const source = new SourceWatermark({ delayMs: 0, idleMs, partitionCount: 1 });
    source.tick(0);
    for (let ms = 250; ms <= 6_000; ms += 250) source.tick(ms);
    expect(source.isIdle).toBe(true);
    source.backfill(true);
    for (let ms = 6_250; ms <= 60_000; ms += 250) source.tick(ms);
    expect([source.isIdle, source.ms]).toEqual([false, never]);
    source.backfill(false);
    expect(source.isIdle).toBe(idleMs === 0);
    for (let ms = 60_250; ms <= 66_000; ms += 250) source.tick(ms);
    expect(source.isIdle).toBe(true);
  }
});

test("it tells each partition's own time, and how long it has been quiet", () => {
  const source = new SourceWatermark({ delayMs: 10, idleMs: 5_000, partitionCount: 2 });
  source.take(0, Float64Array.of(500, 400), 2, new Float64Array(2), 100);
  source.tick(200);
  source.tick(700);
  expect(source.facts).toEqual({
    watermarkMs: undefined,
    delayMs: 10,
    idleTimeoutMs: 5_000,
    inBackfill: false,
    follows: false,
    partitions: [
      { partition: 0, eventTimeMs: 500, watermarkMs: 490, lastRowAtMs: 100, quietMs: 600, isIdle: false },
      {
        partition: 1,
        eventTimeMs: undefined,
        watermarkMs: undefined,
        lastRowAtMs: undefined,
        quietMs: expect.any(Number),
        isIdle: false,
      },
    ],
  });
  expect(new SourceWatermark({ delayMs: 0, idleMs: 0, partitionCount: 1 }).facts.partitions).toMatchObject([
    { isIdle: true },
  ]);
});
