import { describe, expect, test } from "vitest";
import {
  answerOf,
  clicks,
  folder,
  idsIn,
  kept,
  orderRow,
  orders,
  readAll,
  rowsOf,
  settings,
  take,
} from "../../../test/log/log-driver.ts";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { stepKind } from "../event-log.ts";
import { JournalReader } from "./journal-reader.ts";
import { JournalWriter } from "./journal-writer.ts";
import { LogService } from "./log-service.ts";
import { segmentPath } from "./segments.ts";

const noTime = { eventTimeMinMs: undefined, eventTimeMaxMs: undefined };

function openLog(files: LossyFileLayer, now: () => number = () => 1_000, segmentBytesMax = 1e9): LogService {
  return new LogService(files, folder, now, { ...settings, segmentBytesMax });
}

describe("steps", () => {
  test("are numbered from 1 without gaps, declarations first, with the stream's own row offsets", () => {
    const files = new LossyFileLayer();
    const log = openLog(files);
    log.declare([orders, clicks]);
    take(log, "orders", [orderRow(1), orderRow(2)].join("\n"));
    take(log, "clicks", '{"id":7}');
    log.commit();
    log.tick();
    take(log, "orders", `[${orderRow(3)} , ${orderRow(4)}]`, "json");
    log.commit();
    const steps = readAll(files);
    expect(steps.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const declared = steps.slice(0, 4).map(({ kind, text }) => [kind, JSON.parse(text).table.name]);
    expect(declared).toEqual(
      ["orders", "orders$dead", "clicks", "clicks$dead"].map((name) => [stepKind.statement, name]),
    );
    const [first, click, tick, second] = steps.slice(4);
    expect([first?.firstRowOffset, first?.rowCount, second?.firstRowOffset, second?.rowCount]).toEqual([
      0, 2, 2, 2,
    ]);
    expect([click?.firstRowOffset, click?.eventTimeMinMs]).toEqual([0, undefined]);
    expect([first?.eventTimeMinMs, first?.eventTimeMaxMs]).toEqual([
      Date.UTC(2026, 2, 1) + 1,
      Date.UTC(2026, 2, 1) + 2,
    ]);
    expect([tick?.kind, tick?.streamId, tick?.rowCount]).toEqual([stepKind.tick, 0, 0]);
    expect(idsIn(rowsOf(steps, "orders"))).toEqual([1, 2, 3, 4]);
  });

  test("an append time never falls, even where the clock does", () => {
    const files = new LossyFileLayer();
    const clock = [5_000, 4_000, 6_000.7, 1_000, 7_000];
    let at = 0;
    const writer = new JournalWriter(files, folder, () => clock[Math.min(at++, 4)]!);
    for (let step = 0; step < 5; step++) writer.appendTick();
    writer.flush();
    const times = readAll(files).map(({ appendTimeMs }) => appendTimeMs);
    expect(times).toEqual([...times].sort((left, right) => left - right));
    expect(Math.max(...times)).toBe(7_000);
    const later = new JournalWriter(files.crash(), folder, () => 10);
    expect(later.lastAppendTimeMs).toBe(7_000);
  });

  test("a row of an array or of lines is there byte for byte, without its neighbours' commas", () => {
    const files = new LossyFileLayer();
    const log = openLog(files);
    log.declare([orders]);
    const rows = [1, 2, 3, 4, 5].map((id) => orderRow(id, `é "${id}"`));
    take(log, "orders", ` [ ${rows[0]} ,${rows[1]}, 5 ,\n${rows[2]}]`, "json");
    take(log, "orders", `${rows[3]}\r\n\r\n${rows[4]}\n`);
    log.commit();
    const read = rowsOf(readAll(files), "orders").map((row) => row.trim());
    expect(read).toEqual(rows);
  });

  test("kinds, causes and watermarks of a derived stream come back", () => {
    const files = new LossyFileLayer();
    const writer = new JournalWriter(files, folder, () => 1);
    const declaration = writer.declare(clicks);
    const bytes = new TextEncoder().encode('{"id":1}{"id":2}{"id":3}');
    writer.appendRows(declaration.table.name, 0, {
      ...noTime,
      rowCount: 3,
      rowEnds: Int32Array.of(8, 16, 24),
      bytes,
      rowKinds: Uint8Array.of(0, 1, 2),
      causeIndexes: Uint32Array.of(5, 6, 4_000_000_000),
      cause: { step: 1 as never, partition: 3, producerWatermarkMs: -5.5 },
    });
    writer.flush();
    const step = readAll(files)[1]!;
    expect([...step.rowKinds!]).toEqual([0, 1, 2]);
    expect([...step.causeIndexes!]).toEqual([5, 6, 4_000_000_000]);
    expect(step.cause).toEqual({ step: 1, partition: 3, producerWatermarkMs: -5.5 });
    expect(step.rows).toEqual(['{"id":1}', '{"id":2}', '{"id":3}']);
  });

  test("a body of many large rows becomes steps of bounded size, and the answer names the last", () => {
    const files = new LossyFileLayer();
    const log = openLog(files);
    log.declare([orders]);
    const large = Array.from({ length: 300 }, (_, id) => orderRow(id, "x".repeat(20_000)));
    const id = take(log, "orders", large.join("\n"));
    const small = take(log, "orders", orderRow(1_000));
    const replies = log.commit();
    const steps = readAll(files).filter(({ kind }) => kind === stepKind.rows);
    expect(steps.length).toBeGreaterThanOrEqual(5);
    for (const { text, rows, eventTimeMinMs, eventTimeMaxMs } of steps) {
      expect(text.length).toBeLessThan(1.5 * 1024 * 1024);
      const ids = idsIn(rows);
      const [first, last] = [ids[0]!, ids.at(-1)!].map((id) => Date.UTC(2026, 2, 1) + id);
      expect([eventTimeMinMs, eventTimeMaxMs]).toEqual([first, last]);
    }
    expect(idsIn(rowsOf(readAll(files), "orders"))).toEqual([...large.keys(), 1_000]);
    const holding = (wanted: number) => steps.find(({ rows }) => idsIn(rows).includes(wanted))?.number;
    expect(answerOf(replies, id)).toMatchObject({ accepted: 300, lastStep: holding(299) });
    expect(answerOf(replies, small)).toMatchObject({ accepted: 1, lastStep: holding(1_000) });
  });
});

describe("answers", () => {
  test("a group is flushed once for all who wait, and nobody is answered before", () => {
    const files = new LossyFileLayer();
    const log = openLog(files);
    log.declare([orders, clicks]);
    const before = files.flushCount;
    const ids = Array.from({ length: 50 }, (_, id) =>
      take(log, id % 2 === 0 ? "orders" : "clicks", orderRow(id)),
    );
    expect(files.flushCount).toBe(before);
    let answeredAt = 0;
    files.fault = (call) => {
      if (call === "flush") answeredAt = -1;
      return undefined;
    };
    const replies = log.commit();
    expect(files.flushCount).toBe(before + 1);
    expect(answeredAt).toBe(-1);
    expect(replies.map(({ id }) => id).sort((left, right) => left - right)).toEqual(ids);
    expect(
      idsIn([...rowsOf(readAll(files.crash()), "orders"), ...rowsOf(readAll(files.crash()), "clicks")])
        .length,
    ).toBe(50);
  });

  test("a refused row is a dead letter of the same flush, with its bytes, field, reason and place", () => {
    const files = new LossyFileLayer();
    const log = openLog(files, () => Date.UTC(2026, 0, 2));
    log.declare([orders]);
    const bad = '{"id":"x","ts":"2026-03-01T00:00:00"}';
    const before = files.flushCount;
    const mixed = take(log, "orders", [orderRow(1), bad, orderRow(2)].join("\n"));
    const allBad = take(log, "orders", bad);
    const replies = log.commit();
    expect(files.flushCount).toBe(before + 1);
    const steps = readAll(files.crash());
    const ordersStep = steps.find(({ rows }) => rows.length === 2)!.number;
    expect(answerOf(replies, mixed)).toMatchObject({
      accepted: 2,
      lastStep: ordersStep,
      rejected: [{ index: 1 }],
    });
    expect(answerOf(replies, allBad)).toMatchObject({ accepted: 0, lastStep: 0, rejected: [{ index: 0 }] });
    const dead = rowsOf(steps, "orders$dead").map((row) => JSON.parse(row));
    expect(dead[0]).toEqual({
      received_at: "2026-01-02T00:00:00.000Z",
      code: "row.wrong-type",
      field: "id",
      reason: 'The field id must be INT, this is "x".',
      origin: "test",
      position: 1,
      bytes: Buffer.from(bad).toString("base64"),
    });
    expect(dead[1].position).toBe(0);
  });

  test("a row over the limit is kept up to the limit", () => {
    const files = new LossyFileLayer();
    const log = new LogService(files, folder, () => 1, { ...settings, rowBytesMax: 1_000 });
    log.declare([orders]);
    const long = orderRow(1, "x".repeat(50_000));
    take(log, "orders", `${long}\n${orderRow(2)}`);
    log.commit();
    const [dead] = rowsOf(readAll(files), "orders$dead").map((row) => JSON.parse(row));
    expect(dead.reason).toBe("The row has more bytes than the limit of 1000.");
    expect(Buffer.from(dead.bytes, "base64").toString()).toBe(long.slice(0, 1_000));
    expect(idsIn(rowsOf(readAll(files), "orders"))).toEqual([2]);
  });

  test("a broken element of an array is a dead letter with its own bytes", () => {
    const files = new LossyFileLayer();
    const log = openLog(files);
    log.declare([orders]);
    const broken = '{"id":2,"note":"],[", "ts"}';
    const id = take(log, "orders", `[${orderRow(1)} , ${broken}\n,${orderRow(3)}]`, "json");
    expect(answerOf(log.commit(), id)).toMatchObject({ accepted: 2, rejected: [{ index: 1 }] });
    const [dead] = rowsOf(readAll(files), "orders$dead").map((row) => JSON.parse(row));
    expect(dead).toMatchObject({ code: "row.not-json", position: 1 });
    expect(Buffer.from(dead.bytes, "base64").toString()).toBe(broken);
    expect(idsIn(rowsOf(readAll(files), "orders"))).toEqual([1, 3]);
  });

  test("a body that cannot be taken apart, or has no stream, gets its error and leaves nothing", () => {
    const files = new LossyFileLayer();
    const log = openLog(files);
    log.declare([orders]);
    const broken = take(log, "orders", `[${orderRow(1)}, {`, "json");
    const unknown = take(log, "nobody", orderRow(2));
    const dead = take(log, "orders$dead", orderRow(3));
    const replies = log.commit();
    expect(answerOf(replies, broken)).toMatchObject({ code: "request.bad-body" });
    expect(answerOf(replies, unknown)).toMatchObject({ code: "request.unknown-stream" });
    expect(answerOf(replies, dead)).toMatchObject({ code: "request.unknown-stream" });
    expect(readAll(files).filter(({ kind }) => kind === stepKind.rows)).toEqual([]);
  });

  test("rows that wait while their table is declared again are not lost", () => {
    const files = new LossyFileLayer();
    const log = openLog(files);
    log.declare([orders]);
    const id = take(log, "orders", `${orderRow(1)}\n{}`);
    log.declare([orders]);
    expect(answerOf(log.commit(), id)).toMatchObject({ accepted: 1 });
    expect(idsIn(rowsOf(readAll(files.crash()), "orders"))).toEqual([1]);
    expect(rowsOf(readAll(files.crash()), "orders$dead").length).toBe(1);
  });
});

describe("segments", () => {
  test("a full one is followed by one that begins with all declarations and can be read alone", () => {
    const files = new LossyFileLayer();
    const log = openLog(files, () => 1, 8_000);
    log.declare([orders, clicks]);
    for (let id = 0; id < 60; id++) {
      take(log, "orders", orderRow(id, "x".repeat(500)));
      log.commit();
    }
    log.close();
    const paths = files.paths();
    expect(paths.length).toBeGreaterThan(3);
    expect(idsIn(rowsOf(readAll(files), "orders"))).toEqual([...Array(60).keys()]);
    for (const path of paths.slice(1)) {
      const alone = LossyFileLayer.holding(new Map([[path, files.contentOf(path)]]));
      const steps = readAll(alone);
      expect(path).toBe(segmentPath(folder, steps[0]!.number));
      expect(steps.slice(0, 4).map(({ text }) => JSON.parse(text).table.name)).toEqual([
        "orders",
        "orders$dead",
        "clicks",
        "clicks$dead",
      ]);
      const rows = steps.filter(({ kind }) => kind === stepKind.rows);
      for (const step of rows) expect(step.firstRowOffset).toBe(idsIn(step.rows)[0]);
    }
    const again = openLog(
      LossyFileLayer.holding(new Map(paths.map((path) => [path, files.contentOf(path)]))),
      () => 1,
      8_000,
    );
    expect(again.declare([orders, clicks])[0]).toMatchObject({ streamId: 1, schemaVersion: 1 });
  });

  test("a writer killed at any byte of a new segment's beginning loses no stream, number or offset", () => {
    const files = new LossyFileLayer();
    const log = openLog(files, () => 9_000, 4_000);
    log.declare([orders, clicks]);
    let id = 0;
    while (files.paths().length < 3) {
      take(log, "clicks", orderRow(id++, "x".repeat(300)));
      log.commit();
    }
    const last = files.paths().at(-1)!;
    const whole = files.contentOf(last);
    for (let length = 0; length <= whole.length; length += length < 64 ? 1 : 41) {
      const left = new Map(files.paths().map((path) => [path, files.contentOf(path)]));
      left.set(last, whole.subarray(0, length));
      const after = LossyFileLayer.holding(left);
      const again = openLog(after, () => 1, 4_000);
      const declared = again.declare([orders, clicks]);
      expect(
        declared.map(({ streamId }) => streamId),
        `cut to ${length}`,
      ).toEqual([1, 2, 3, 4]);
      take(again, "clicks", '{"id":99999}');
      again.commit();
      const steps = readAll(after);
      expect(steps.map(({ number }) => number)).toEqual(steps.map((_, index) => index + 1));
      expect(steps.every(({ appendTimeMs }) => appendTimeMs === 9_000)).toBe(true);
      const ids = idsIn(rowsOf(steps, "clicks"));
      expect(ids.at(-1)).toBe(99_999);
      expect(steps.filter(({ kind }) => kind === stepKind.rows).at(-1)!.firstRowOffset).toBe(ids.length - 1);
      // And the newest segment can still be read by itself.
      const newest = after.paths().at(-1)!;
      const alone = readAll(LossyFileLayer.holding(new Map([[newest, after.contentOf(newest)]])));
      expect(idsIn(rowsOf(alone, "clicks")).at(-1), `cut to ${length}`).toBe(99_999);
    }
  });
});

describe("a reader", () => {
  function written() {
    const files = new LossyFileLayer();
    const log = openLog(files, () => 1, 6_000);
    log.declare([clicks]);
    for (let id = 0; id < 100; id++) {
      take(log, "clicks", `{"id":${id},"x":"${"y".repeat(200)}"}`);
      log.commit();
    }
    return { files, log };
  }

  test("begins at any step, in any segment", () => {
    const { files, log } = written();
    const all = readAll(files);
    expect(all.length).toBe(log.lastStep);
    for (let from = 1; from <= log.lastStep; from += 7) {
      expect(readAll(files, from)[0]).toEqual(all[from - 1]);
    }
    expect(readAll(files, log.lastStep + 1)).toEqual([]);
  });

  test("sees flushed steps only, and goes on when more are flushed", () => {
    const { files, log } = written();
    let flushed = 5;
    const reader = new JournalReader(files, folder, () => flushed);
    const others = [new JournalReader(files, folder), new JournalReader(files, folder, () => 50)];
    const numbers: number[] = [];
    for (let step = reader.next(); step !== undefined; step = reader.next()) numbers.push(step.number);
    expect(numbers).toEqual([1, 2, 3, 4, 5]);
    flushed = 40;
    expect(reader.next()?.number).toBe(6);
    // Each reader has its own place.
    expect(others.map((other) => other.next()?.number)).toEqual([1, 1]);
    expect(reader.next()?.number).toBe(7);
    reader.seek(39);
    expect([reader.next()?.number, reader.next()?.number, reader.next()]).toEqual([39, 40, undefined]);
    take(log, "clicks", '{"id":1}');
    expect(reader.next()).toBeUndefined();
  });

  test("that was sent ahead of what is flushed begins there, not before", () => {
    const { files } = written();
    let flushed = 5;
    const reader = new JournalReader(files, folder, () => flushed);
    reader.seek(60);
    expect(reader.next()).toBeUndefined();
    flushed = 58;
    expect(reader.next()).toBeUndefined();
    flushed = 61;
    expect([reader.next()?.number, reader.next()?.number, reader.next()]).toEqual([60, 61, undefined]);
  });

  test("of a journal that is not there yet finds it when it is", () => {
    const files = new LossyFileLayer();
    const reader = new JournalReader(files, folder);
    expect(reader.next()).toBeUndefined();
    const writer = new JournalWriter(files, folder, () => 1);
    writer.appendTick();
    writer.flush();
    expect(kept(reader.next()!).kind).toBe(stepKind.tick);
  });

  test("takes a step of many megabytes", () => {
    const files = new LossyFileLayer();
    const writer = new JournalWriter(files, folder, () => 1);
    const declaration = writer.declare(clicks);
    const bytes = new Uint8Array(5_000_000).fill(0x20);
    writer.appendRows(declaration.table.name, 0, {
      ...noTime,
      rowCount: 1,
      rowEnds: Int32Array.of(bytes.length),
      bytes,
    });
    writer.appendTick();
    writer.flush();
    expect(
      readAll(files)
        .map(({ kind, text }) => [kind, text.length])
        .slice(1),
    ).toEqual([
      [stepKind.rows, 5_000_000],
      [stepKind.tick, 0],
    ]);
  });
});
