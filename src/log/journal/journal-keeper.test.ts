/** Sealed segments: packed and indexed. */
import { describe, expect, test } from "vitest";
import { bytesOf, clicksId, keep, ordersId, written, writtenLarge } from "../../../test/log/keeper-driver.ts";
import { folder, readAll, rowsOf } from "../../../test/log/log-driver.ts";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { JournalReader } from "./journal-reader.ts";
import { indexPath, listSegments, segmentPath } from "./segments.ts";

describe("packing", () => {
  test("leaves every step as it was, in less room; the newest segment is not touched", () => {
    const files = written(300);
    const before = readAll(files);
    const size = bytesOf(files);
    const newest = segmentPath(folder, listSegments(files, folder).at(-1)!);
    const content = files.contentOf(newest);
    keep(files);
    expect(readAll(files)).toEqual(before);
    expect(files.contentOf(newest).equals(content)).toBe(true);
    expect(bytesOf(files)).toBeLessThan(size / 2);
    for (let from = 1; from <= before.length; from += 7) {
      expect(readAll(files, from)).toEqual(before.slice(from - 1));
    }
  });

  test("is done once, and by whoever finds what came later", () => {
    const files = written(100);
    keep(files);
    const paths = files.paths();
    const contents = paths.map((path) => files.contentOf(path).toString("hex"));
    keep(files);
    expect(files.paths()).toEqual(paths);
    expect(paths.map((path) => files.contentOf(path).toString("hex"))).toEqual(contents);
    const more = readAll(written(100, 100, files));
    keep(files);
    expect(readAll(files)).toEqual(more);
    expect(rowsOf(more, "orders").length + rowsOf(more, "clicks").length).toBe(200);
  });

  test("waits until the segment has come to rest", () => {
    const files = written(100);
    const size = bytesOf(files);
    keep(files, { nowMs: 100_000, packAfterMs: 200_000 });
    expect(bytesOf(files)).toBe(size);
  });

  test("a reader that has a segment open goes on in it; one that comes later reads the new form", () => {
    const files = written(120);
    const before = readAll(files);
    const reader = new JournalReader(files, folder);
    const numbers = [reader.next()!.number, reader.next()!.number];
    keep(files);
    for (let step = reader.next(); step !== undefined; step = reader.next()) numbers.push(step.number);
    expect(numbers).toEqual(before.map(({ number }) => number));
  });

  test("an index goes where its segment grows again, as the one behind it was never begun", () => {
    const files = written(40);
    const last = listSegments(files, folder).at(-1)!;
    files.put(segmentPath(folder, readAll(files).at(-1)!.number + 1), Buffer.alloc(0));
    keep(files, { packAfterMs: 1e12 });
    expect(files.exists(indexPath(folder, last))).toBe(true);
    written(1, 400, files);
    expect(files.exists(indexPath(folder, last))).toBe(false);
  });

  test("a process that was killed while the newest was begun goes on behind a packed one", () => {
    const files = written(100);
    keep(files);
    const steps = readAll(files);
    files.remove(segmentPath(folder, listSegments(files, folder).at(-1)!));
    const left = readAll(files);
    const after = readAll(written(10, 200, files));
    expect(after.slice(0, left.length)).toEqual(steps.slice(0, left.length));
    expect(after.map(({ number }) => number)).toEqual(after.map((_, place) => place + 1));
    const orderOffsets = after.filter(({ streamId, kind }) => streamId === ordersId && kind === 1);
    expect(orderOffsets.map(({ firstRowOffset }) => firstRowOffset)).toEqual([...orderOffsets.keys()]);
  });
});

describe("indexes", () => {
  const spans = [
    undefined,
    { fromMs: Date.UTC(2026, 2, 1) + 100, toMs: Date.UTC(2026, 2, 1) + 140 },
    { fromMs: 0, toMs: 1 },
  ];

  test.each([
    ["as they were written", 1e12],
    ["packed", 0],
  ])("a narrowed reader of segments %s yields what a filter of all steps would", (_name, packAfterMs) => {
    const files = written(400);
    const all = readAll(files);
    keep(files, { packAfterMs });
    for (const streams of [new Set([ordersId]), new Set([clicksId]), new Set([99 as never])]) {
      for (const eventTimes of spans) {
        for (const from of [1, 57, 300]) {
          const reader = new JournalReader(files, folder);
          reader.narrow({ streams, eventTimes });
          reader.seek(from);
          const numbers: number[] = [];
          for (let step = reader.next(); step !== undefined; step = reader.next()) numbers.push(step.number);
          const wanted = all.filter(
            ({ number, streamId, eventTimeMinMs, eventTimeMaxMs }) =>
              number >= from &&
              streams.has(streamId as never) &&
              (eventTimes === undefined ||
                eventTimeMinMs === undefined ||
                (eventTimeMinMs <= eventTimes.toMs && eventTimeMaxMs! >= eventTimes.fromMs)),
          );
          expect(numbers).toEqual(wanted.map(({ number }) => number));
        }
      }
    }
  });

  function bytesRead(files: LossyFileLayer, work: (reader: JournalReader) => void): number {
    const before = files.readBytes;
    const reader = new JournalReader(files, folder);
    work(reader);
    reader.close();
    return files.readBytes - before;
  }

  test("let a reader of one stream, of a span or from a step pass over what it does not want", () => {
    const files = writtenLarge();
    const all = bytesRead(files, (reader) => {
      while (reader.next() !== undefined);
    });
    keep(files, { packAfterMs: 1e12 });
    const readsOf = (streams: ReadonlySet<never>, eventTimes: (typeof spans)[number]) =>
      bytesRead(files, (reader) => {
        reader.narrow({ streams, eventTimes });
        while (reader.next() !== undefined);
      });
    const at = Date.UTC(2026, 2, 1) + 400;
    expect(readsOf(new Set([clicksId]), undefined)).toBeLessThan(all * 0.7);
    expect(readsOf(new Set([ordersId]), { fromMs: at, toMs: at })).toBeLessThan(all * 0.8);
    const late = bytesRead(files, (reader) => {
      reader.seek(30);
      expect(reader.next()?.number).toBe(30);
    });
    expect(late).toBeLessThan(all * 0.25);
  });

  test("are made again where one is missing, damaged, or of another form; nobody is misled meanwhile", () => {
    const files = written(300);
    keep(files);
    const index = indexPath(folder, 1);
    const whole = files.contentOf(index);
    const streams = new Set([clicksId]);
    const narrowed = (from: LossyFileLayer) => {
      const reader = new JournalReader(from, folder);
      reader.narrow({ streams });
      const numbers: number[] = [];
      for (let step = reader.next(); step !== undefined; step = reader.next()) numbers.push(step.number);
      return numbers;
    };
    const wanted = narrowed(files);
    const other = files.contentOf(indexPath(folder, listSegments(files, folder)[1]!));
    for (let at = 0; at <= whole.length; at++) {
      const all = new Map(files.paths().map((each) => [each, files.contentOf(each)]));
      const damaged = Buffer.from(at === whole.length ? other : whole);
      if (at < whole.length) damaged[at]! ^= 1 << (at % 8);
      const broken = LossyFileLayer.holding(all.set(index, damaged));
      expect(narrowed(broken)).toEqual(wanted);
      keep(broken);
      expect(broken.contentOf(index).equals(whole)).toBe(true);
    }
  });
});
