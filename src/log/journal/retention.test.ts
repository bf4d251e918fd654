/** What a stream's retention takes, and what it leaves. */
import { describe, expect, test } from "vitest";
import { clicksId, errorOf, keep, ordersId, written } from "../../../test/log/keeper-driver.ts";
import {
  answerOf,
  clicks,
  folder,
  orders,
  readAll,
  rowsOf,
  settings,
  take,
} from "../../../test/log/log-driver.ts";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { journalIdOf } from "./journal-id.ts";
import { JournalReader } from "./journal-reader.ts";
import { LogService } from "./log-service.ts";
import { indexPath, listSegments, segmentPath } from "./segments.ts";

describe("retention", () => {
  const ofOrders = [{ streamId: ordersId, ms: 60_000 }];

  test("by time takes rows of its stream that are older, and no others; order and numbers stay", () => {
    const files = written(300);
    const before = readAll(files);
    keep(files, { floor: 1e6, retentions: ofOrders, nowMs: 300_000 });
    const after = readAll(files);
    expect(rowsOf(after, "clicks")).toEqual(rowsOf(before, "clicks"));
    const numbers = new Set(after.map(({ number }) => number));
    expect(after).toEqual(before.filter(({ number }) => numbers.has(number)));
    const gone = before.filter(({ number }) => !numbers.has(number));
    expect(gone.length).toBeGreaterThan(100);
    for (const { kind, streamId, appendTimeMs } of gone) {
      expect([kind, streamId]).toEqual([1, ordersId]);
      expect(appendTimeMs).toBeLessThan(240_000);
    }
    expect(new JournalReader(files, folder).firstStep).toBe(1);
  });

  test("takes whole segments from the front where nothing stays, and says where the journal begins", () => {
    const files = written(300);
    const before = readAll(files);
    const both = [...ofOrders, { streamId: clicksId, ms: 60_000 }];
    keep(files, { floor: 1e6, retentions: both, nowMs: 300_000 });
    const reader = new JournalReader(files, folder);
    expect(reader.firstStep).toBeGreaterThan(100);
    expect(reader.next()?.number).toBe(reader.firstStep);
    const after = readAll(files);
    for (const stream of ["orders", "clicks"]) {
      const rows = rowsOf(before, stream);
      const left = rowsOf(after, stream);
      expect(left).toEqual(rows.slice(-left.length));
      expect(left.length).toBeGreaterThan(15);
    }
    // The numbers of rows go on where they were.
    const more = readAll(written(5, 400, files)).filter(
      ({ kind, streamId }) => kind === 1 && streamId === ordersId,
    );
    const offsets = more.map(({ firstRowOffset }) => firstRowOffset);
    expect(offsets.at(-1)).toBe(rowsOf(before, "orders").length + 3);
    expect(offsets).toEqual(offsets.map((_, place) => offsets[0]! + place));
  });

  test("leaves the keys of requests that only the journal knows", () => {
    const bothGo = [...ofOrders, { streamId: clicksId, ms: 60_000 }];
    const files = new LossyFileLayer();
    let now = 1e8;
    const open = () => {
      const log = new LogService(files, folder, () => now, { ...settings, segmentBytesMax: 8_000 });
      log.declare([orders, clicks]);
      return log;
    };
    const send = (log: LogService, key?: string) => {
      const id = take(log, "clicks", '{"id":1}', "ndjson", key);
      return answerOf(log.commit(), id);
    };
    const log = open();
    expect(send(log, "once")).toMatchObject({ accepted: 1 });
    for (; now < 1e8 + 300_000; now += 1_000) send(log);
    log.close();
    keep(files, { floor: 1e6, retentions: bothGo, nowMs: now });
    const again = open();
    expect(send(again, "once")).toMatchObject({ accepted: 0, duplicates: 1 });
    again.close();
    // The start has put them into a run: now the front may go.
    keep(files, { floor: 1e6, retentions: bothGo, nowMs: now });
    expect(new JournalReader(files, folder).firstStep).toBeGreaterThan(100);
    expect(send(open(), "once")).toMatchObject({ accepted: 0, duplicates: 1 });
  });

  test("by size keeps at least so many bytes of the stream", () => {
    const files = written(300);
    const rows = rowsOf(readAll(files), "orders");
    keep(files, { floor: 1e6, retentions: [{ streamId: ordersId, bytes: 15_000 }] });
    const left = rowsOf(readAll(files), "orders");
    expect(left).toEqual(rows.slice(-left.length));
    expect(left.length).toBeLessThan(rows.length);
    expect(left.join("").length + left.length * 120).toBeGreaterThan(15_000);
  });

  test("takes of a stream what came first, however little of it a segment has", () => {
    for (let nowMs = 60_000; nowMs < 420_000; nowMs += 30_000) {
      const files = written(300);
      // Clicks are the smaller part of each segment.
      keep(files, { floor: 1e6, retentions: [{ streamId: clicksId, ms: 60_000 }], nowMs, packAfterMs: 1e12 });
      const clicks = (of: LossyFileLayer) =>
        readAll(of).flatMap(({ kind, streamId, number }) =>
          kind === 1 && streamId === clicksId ? [number] : [],
        );
      const left = clicks(files);
      expect(left).toEqual(clicks(written(300)).slice(-left.length));
      if (nowMs === 300_000) expect(left.length).toBeLessThan(60);
    }
  });

  test("leaves rows that later ones are compared with, whatever their age and size", () => {
    for (const limit of [{ ms: 60_000 }, { bytes: 1 }]) {
      const files = written(300);
      const before = readAll(files);
      const retentions = [{ streamId: ordersId, ...limit, comparedMs: 200_000 }];
      keep(files, { floor: 1e6, retentions, nowMs: 300_000 });
      const after = readAll(files);
      const young = before.filter(({ appendTimeMs }) => appendTimeMs >= 100_000);
      expect(after.filter(({ appendTimeMs }) => appendTimeMs >= 100_000)).toEqual(young);
      expect(after.length).toBeLessThan(before.length);
    }
  });

  test.each([1, 50, 200, 250])("takes nothing from the floor on, which is step %s", (floor) => {
    const files = written(300);
    const before = readAll(files);
    keep(files, { floor, retentions: [...ofOrders, { streamId: clicksId, ms: 1 }], nowMs: 1e12 });
    const after = readAll(files);
    expect(after.filter(({ number }) => number >= floor)).toEqual(before.slice(floor - 1));
    if (floor > 100) expect(after.length).toBeLessThan(before.length);
  });

  test("takes nothing while nobody has given a floor", () => {
    const files = written(300);
    const before = readAll(files);
    keep(files, { retentions: ofOrders });
    expect(readAll(files)).toEqual(before);
  });

  test("goes on beside a reader: what it had not read yet is passed over", () => {
    const files = written(300);
    const before = readAll(files);
    const reader = new JournalReader(files, folder);
    const numbers = [reader.next()!.number];
    const retentions = [...ofOrders, { streamId: clicksId, ms: 1 }];
    keep(files, { floor: 200, retentions, nowMs: 1e12 });
    const [, secondSegment = 0] = listSegments(written(300), folder);
    const [front = 0] = listSegments(files, folder);
    expect(front).toBeGreaterThan(secondSegment);
    for (let step = reader.next(); step !== undefined; step = reader.next()) numbers.push(step.number);
    const stays = [...readAll(files)].map(({ number }) => number);
    const first = before.map(({ number }) => number).filter((number) => number < secondSegment);
    expect(numbers).toEqual([...first, ...stays]);
  });

  test("goes on between the look for the first segment and its opening", () => {
    const files = written(300);
    const id = journalIdOf(files, folder);
    const open = files.open.bind(files);
    const takenOnce = [...listSegments(files, folder).slice(0, 2)];
    files.open = (path, mode) => {
      const next = takenOnce.shift();
      if (next !== undefined) files.remove(segmentPath(folder, next));
      return open(path, mode);
    };
    expect(journalIdOf(files, folder)).toBe(id);
    expect(takenOnce).toEqual([]);
  });

  test("a first segment that is missing is not taken for one that retention took", () => {
    const files = written(300);
    const [first = 0, second = 0] = listSegments(files, folder);
    files.remove(segmentPath(folder, first));
    const error = errorOf(() => written(1, 400, files));
    expect([error.code, error.params.from, error.params.to]).toEqual(["run.journal-gap", 1, second - 1]);
  });

  test("rows go on with their numbers where the writer was killed while it began the newest segment", () => {
    const whole = written(300);
    const rows = rowsOf(readAll(whole), "orders").length;
    keep(whole, { floor: 1e6, retentions: [...ofOrders, { streamId: clicksId, ms: 1 }], nowMs: 1e12 });
    const newest = segmentPath(folder, listSegments(whole, folder).at(-1)!);
    const content = whole.contentOf(newest);
    const sealedRows = rows - rowsIn(whole, listSegments(whole, folder).at(-1)!);
    // Of its declarations none was written, or the first alone.
    for (const length of [0, 64, 64 + content.readUInt32LE(68)]) {
      const all = new Map(whole.paths().map((path) => [path, whole.contentOf(path)]));
      const files = LossyFileLayer.holding(all.set(newest, content.subarray(0, length)));
      const [first] = readAll(written(2, 400, files)).filter(
        ({ kind, streamId, appendTimeMs }) => kind === 1 && streamId === ordersId && appendTimeMs >= 400_000,
      );
      expect(first?.firstRowOffset, `cut to ${length}`).toBe(sealedRows);
    }
  });

  test("an index of the form before is not believed", () => {
    const files = written(300);
    keep(files, { packAfterMs: 1e12 });
    const index = indexPath(folder, 1);
    const before = files.contentOf(index);
    keep(files, { floor: 1e6, retentions: ofOrders, nowMs: 300_000 });
    const wanted = readAll(files).filter(({ streamId }) => streamId === clicksId);
    const all = new Map(files.paths().map((path) => [path, files.contentOf(path)]));
    const stale = LossyFileLayer.holding(all.set(index, before));
    const reader = new JournalReader(stale, folder);
    reader.narrow({ streams: new Set([clicksId]) });
    const numbers: number[] = [];
    for (let step = reader.next(); step !== undefined; step = reader.next()) numbers.push(step.number);
    expect(numbers).toEqual(wanted.map(({ number }) => number));
    keep(stale);
    expect(stale.contentOf(index).equals(before)).toBe(false);
  });
});

function rowsIn(files: LossyFileLayer, firstStep: number): number {
  const steps = readAll(files, firstStep).filter(({ kind, streamId }) => kind === 1 && streamId === ordersId);
  return steps.reduce((sum, { rowCount }) => sum + rowCount, 0);
}
