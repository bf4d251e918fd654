/** The index against a plain map, with tables that are full soon, over hours and restarts. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { hashKey, keyHash } from "./key-hash.ts";
import { KeyIndex } from "./key-index.ts";
import { RecentKeys } from "./recent-keys.ts";
import { RunWriter } from "./run-writer.ts";

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 2, 1);
const stream = { streamId: 7, column: "id", spanMs: 3 * hourMs };
const folder = "/data/journal/keys";

function hash(key: number): void {
  const bytes = new TextEncoder().encode(`key ${key}`);
  hashKey(bytes, 0, bytes.length);
}

/** The rows that a journal would have: each a step. */
interface Journal {
  readonly steps: { readonly key: number; readonly ms: number }[];
}

function opened(
  files: LossyFileLayer,
  journal: Journal,
  recentMax: number,
  spanMs = stream.spanMs,
): KeyIndex {
  const index = new KeyIndex(files, folder, { ...stream, spanMs }, recentMax);
  for (let step = index.coveredStep + 1; step <= journal.steps.length; step++) {
    const { key, ms } = journal.steps[step - 1]!;
    hash(key);
    index.add(ms, step - 1);
  }
  index.flushed();
  return index;
}

describe("keys", () => {
  const moves = fc.array(
    fc.record({
      keys: fc.array(fc.nat(60), { maxLength: 30 }),
      passMs: fc.oneof(fc.nat(1000), fc.nat(hourMs / 4), fc.nat(hourMs), fc.nat(5 * hourMs)),
      then: fc.constantFrom("tidy", "nothing", "restart", "crash"),
    }),
    { maxLength: 30 },
  );

  /** Within the shorter one a key may be in a run twice. */
  const spans = fc.constantFrom(3 * hourMs, hourMs / 6);

  test("are taken once within the span, as a plain map says", () => {
    fc.assert(
      fc.property(moves, fc.integer({ min: 2, max: 12 }), spans, (given, recentMax, spanMs) => {
        let files = new LossyFileLayer();
        const journal: Journal = { steps: [] };
        let index = opened(files, journal, recentMax, spanMs);
        const lastMs = new Map<number, number>();
        let ms = startMs;
        for (const { keys, passMs, then } of given) {
          ms += passMs - (passMs % 100);
          for (const key of keys) {
            hash(key);
            const isNew = ms - (lastMs.get(key) ?? Number.NEGATIVE_INFINITY) > spanMs;
            expect(index.takes(ms, journal.steps.length)).toBe(isNew);
            if (!isNew) continue;
            lastMs.set(key, ms);
            journal.steps.push({ key, ms });
          }
          index.flushed();
          if (then === "tidy") for (let time = 0; time < 3; time++) index.tidy(ms, journal.steps.length);
          if (then === "crash") files = files.crash(() => 0.7);
          if (then === "restart" || then === "crash") index = opened(files, journal, recentMax, spanMs);
        }
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  test("that came twice within an hour count from the last time, when both are in one run", () => {
    const minuteMs = 60_000;
    const index = new KeyIndex(new LossyFileLayer(), folder, { ...stream, spanMs: 10 * minuteMs }, 2);
    const given = [
      [1, 30],
      [2, 53],
      [1, 54],
      [3, 55],
      [4, 61],
    ] as const;
    for (const [step, [key, minute]] of given.entries()) {
      hash(key);
      expect(index.takes(startMs + minute * minuteMs, step)).toBe(true);
      index.flushed();
      index.tidy(startMs + minute * minuteMs, step);
    }
    expect(index.runs.map(({ header }) => header.count)).toEqual([4]);
    hash(1);
    expect(index.takes(startMs + 63 * minuteMs, 6)).toBe(false);
    expect(index.takes(startMs + 65 * minuteMs, 6)).toBe(true);
  });

  test("of an hour become one run when it is over, and those of the past leave", () => {
    const files = new LossyFileLayer();
    const index = new KeyIndex(files, folder, stream, 10);
    let step = 0;
    for (let hour = 0; hour < 6; hour++) {
      for (let key = 0; key < 95; key++) {
        hash(1000 * hour + key);
        index.takes(startMs + hour * hourMs + key * 1000, step++);
        index.flushed();
        index.tidy(startMs + hour * hourMs + key * 1000, step);
      }
    }
    for (let time = 0; time < 10; time++) index.tidy(startMs + 5 * hourMs + 96_000, step);
    const counts = index.runs.map(({ header }) => header.count);
    // Of the hours 3 and 4; those of hour 2 are older than the span, those of hour 5 are still parts.
    expect(counts.slice(0, 3)).toEqual([95, 95, 10]);
    expect(files.list(folder)).toHaveLength(index.runs.length);
    hash(5 * 1000);
    expect(index.takes(startMs + 5 * hourMs + 96_000, step)).toBe(false);
    hash(3 * 1000 + 94);
    expect(index.takes(startMs + 5 * hourMs + 96_000, step)).toBe(false);
  });

  test("take twelve bits of memory and fourteen bytes of disk, and one in seventy asks the disk", () => {
    const files = new LossyFileLayer();
    const count = 60_000;
    const recent = new RecentKeys(startMs, 0);
    for (let key = 0; key < count; key++) {
      hash(key);
      recent.add(startMs + key);
    }
    expect(recent.count).toBe(count);
    const header = {
      streamId: 7,
      keyColumn: 1,
      fromStep: 1,
      toStep: 2,
      baseMs: startMs,
      lastMs: startMs,
      count,
    };
    const writer = new RunWriter(files, folder, `${folder}/1.keys`, header);
    const entries = recent.sorted();
    for (let at = 0; at < entries.length; at += 3)
      writer.add(entries[at]!, entries[at + 1]!, entries[at + 2]!);
    const run = writer.finish();
    expect((run.memoryBytes * 8) / count).toBeLessThan(12);
    expect(run.diskBytes / count).toBeLessThan(14);
    expect(files.contentOf(`${folder}/1.keys`).length).toBe(run.diskBytes);
    for (let key = 0; key < count; key += 997) {
      hash(key);
      expect(run.find()).toBe(startMs + key - (key % 100));
    }
    let read = 0;
    const page = run.page.bind(run);
    run.page = (at) => {
      read++;
      return page(at);
    };
    for (let key = count; key < 2 * count; key++) {
      hash(key);
      expect(run.find()).toBe(-1);
    }
    expect(read).toBeLessThan(count / 70);
    expect(read).toBeGreaterThan(0);
  });

  test("have different hashes, of every length", () => {
    const seen = new Set<string>();
    const bytes = new Uint8Array(40);
    for (let length = 0; length <= 40; length++) {
      for (let value = 0; value < 256; value++) {
        if (length > 0) bytes[length - 1] = value;
        hashKey(bytes, 0, length);
        seen.add(`${keyHash.first} ${keyHash.second} ${keyHash.third}`);
      }
      if (length > 0) bytes[length - 1] = 0;
    }
    expect(seen.size).toBe(40 * 256 + 1);
  });
});
