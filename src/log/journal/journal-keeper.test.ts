/** Sealed segments: packed, indexed, let go. */
import { describe, expect, test } from "vitest";
import { clicks, folder, orderRow, orders, readAll, rowsOf, take } from "../../../test/log/log-driver.ts";
import { diskFault, LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { QuickwaterError } from "../../errors/quickwater-error.ts";
import { defaultLogSettings } from "../log-settings.ts";
import { JournalKeeper, type KeeperOptions } from "./journal-keeper.ts";
import { JournalReader } from "./journal-reader.ts";
import { LogService } from "./log-service.ts";
import { indexPath, listSegments, segmentPath } from "./segments.ts";

/** A step a second, segments of a few KB, orders and clicks and ticks in turn. */
function written(steps: number, from = 0, files = new LossyFileLayer()): LossyFileLayer {
  let now = from * 1000;
  const log = new LogService(files, folder, () => now, { ...defaultLogSettings, segmentBytesMax: 8_000 });
  log.declare([orders, clicks]);
  for (let id = from; id < from + steps; id++) {
    now = id * 1000;
    if (id % 3 === 0) take(log, "clicks", `{"id":${id}}`);
    else take(log, "orders", orderRow(id, `é "${id}" ${"x".repeat(id % 90)}`));
    if (id % 5 === 0) log.tick();
    log.commit();
  }
  log.close();
  return files;
}

const atRest: KeeperOptions = {
  nowMs: 1e9,
  packAfterMs: 0,
  mayGoOn: () => true,
  retentions: [],
  floor: undefined,
};

function keep(files: LossyFileLayer, options: Partial<KeeperOptions> = {}): void {
  new JournalKeeper(files, folder, { ...atRest, ...options }).pass();
}

function errorOf(work: () => unknown): QuickwaterError {
  try {
    work();
  } catch (error) {
    if (error instanceof QuickwaterError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const bytesOf = (files: LossyFileLayer) =>
  listSegments(files, folder).reduce(
    (sum, firstStep) => sum + files.contentOf(segmentPath(folder, firstStep)).length,
    0,
  );

const textsOf = (files: LossyFileLayer) => readAll(files).map((step) => JSON.stringify(step));

/** Streams by their numbers: orders, orders$dead, clicks, clicks$dead. */
const ordersId = 1 as never;
const clicksId = 3 as never;

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

describe("a kill or a fault at any instant", () => {
  /** Ends the pass with the error at its nth call of the disk; answers whether it came so far. */
  function interrupted(files: LossyFileLayer, at: number, options: Partial<KeeperOptions>): boolean {
    let calls = 0;
    files.fault = () => (calls++ === at ? diskFault("EIO") : undefined);
    try {
      keep(files, options);
      return false;
    } catch {
      return true;
    } finally {
      files.fault = () => undefined;
    }
  }

  function copyOf(files: LossyFileLayer): LossyFileLayer {
    return LossyFileLayer.holding(new Map(files.paths().map((path) => [path, files.contentOf(path)])));
  }

  test.each([
    ["packing", {}],
    ["retention", { floor: 1e6, retentions: [{ streamId: ordersId, ms: 50_000 }], nowMs: 100_000 }],
  ] as const)("of %s leaves one whole form of each segment", (_name, options) => {
    const start = written(100);
    const done = copyOf(start);
    keep(done, options);
    const kept = textsOf(done);
    const before = textsOf(start);
    for (let at = 0; ; at++) {
      const files = copyOf(start);
      if (!interrupted(files, at, options)) break;
      // The process goes on, was killed, or the power was lost.
      for (const share of [1, 0, 0.5]) {
        const after = files.crash(() => share);
        const steps = new Set(textsOf(after));
        expect([...steps].join(), `call ${at}`).toBe(before.filter((step) => steps.has(step)).join());
        expect(kept.filter((step) => !steps.has(step)).join(), `call ${at}`).toBe("");
        keep(after, options);
        expect(textsOf(after).join()).toBe(kept.join());
        expect(after.paths()).toEqual(done.paths());
      }
    }
  });

  test("a pass that is told to stop stops between two blocks and leaves nothing behind", () => {
    const files = written(150);
    const before = readAll(files);
    for (let asked = 0; asked < 12; asked++) {
      let left = asked;
      keep(files, { mayGoOn: () => left-- > 0 });
      expect(files.paths().filter((path) => path.endsWith(".new"))).toEqual([]);
      expect(readAll(files)).toEqual(before);
    }
  });

  test("a flipped bit of a packed segment is told with the file and the place of its block", () => {
    const files = written(150);
    keep(files);
    const [path = ""] = files.paths();
    const content = files.contentOf(path);
    for (let at = 0; at < content.length; at += 3) {
      const damaged = Buffer.from(content);
      damaged[at]! ^= 1 << (at % 8);
      const all = new Map(files.paths().map((each) => [each, files.contentOf(each)]));
      const broken = LossyFileLayer.holding(all.set(path, damaged));
      const error = errorOf(() => readAll(broken));
      expect(["run.journal-damaged", "run.journal-foreign"], `byte ${at}`).toContain(error.code);
      expect(error.params.file).toBe(path);
    }
  });

  test("what is damaged is not packed: the error names the place, and the file stays as it is", () => {
    const files = written(150);
    const path = segmentPath(folder, listSegments(files, folder)[1]!);
    const damaged = files.contentOf(path);
    damaged[3_000]! ^= 4;
    const all = new Map(files.paths().map((each) => [each, files.contentOf(each)]));
    const broken = LossyFileLayer.holding(all.set(path, damaged));
    const error = errorOf(() => keep(broken));
    expect([error.code, error.params.file]).toEqual(["run.journal-damaged", path]);
    expect(broken.contentOf(path).equals(damaged)).toBe(true);
  });

  test("a segment that is missing between two is told, by readers and by the keeper", () => {
    for (const isPacked of [false, true]) {
      const files = written(150);
      if (isPacked) keep(files);
      const second = listSegments(files, folder)[1]!;
      files.remove(segmentPath(folder, second));
      const error = errorOf(() => readAll(files));
      const behind = listSegments(files, folder)[1]!;
      expect([error.code, error.params]).toEqual([
        "run.journal-gap",
        { file: segmentPath(folder, second), from: second, to: behind - 1 },
      ]);
    }
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

  /** Segments of many runs: 6 MB of orders, 100 KB a step, and clicks at the beginning and at the end. */
  function large(): LossyFileLayer {
    const files = new LossyFileLayer();
    const settings = { ...defaultLogSettings, segmentBytesMax: 3_000_000 };
    const log = new LogService(files, folder, () => 1, settings);
    log.declare([orders, clicks]);
    for (let step = 0; step < 60; step++) {
      const rows = Array.from({ length: 10 }, (_, row) => orderRow(step * 10 + row, "x".repeat(10_000)));
      take(log, "orders", rows.join("\n"));
      if (step === 3 || step === 58) take(log, "clicks", `{"id":${step}}`);
      log.commit();
    }
    return files;
  }

  function bytesRead(files: LossyFileLayer, work: (reader: JournalReader) => void): number {
    const before = files.readBytes;
    const reader = new JournalReader(files, folder);
    work(reader);
    reader.close();
    return files.readBytes - before;
  }

  test("let a reader of one stream, of a span or from a step pass over what it does not want", () => {
    const files = large();
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

  test("takes whole segments from the front where nothing is to stay, and says where the journal begins", () => {
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
    const more = readAll(written(5, 400, files)).filter(({ kind, streamId }) => kind === 1 && streamId === ordersId);
    const offsets = more.map(({ firstRowOffset }) => firstRowOffset);
    expect(offsets.at(-1)).toBe(rowsOf(before, "orders").length + 3);
    expect(offsets).toEqual(offsets.map((_, place) => offsets[0]! + place));
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

  test("a first segment that is missing is not taken for one that retention took", () => {
    const files = written(300);
    const [first = 0, second = 0] = listSegments(files, folder);
    files.remove(segmentPath(folder, first));
    const error = errorOf(() => written(1, 400, files));
    expect([error.code, error.params.from, error.params.to]).toEqual(["run.journal-gap", 1, second - 1]);
  });
});
