/** What the engine writes itself: derived rows, and what has its place between rows. */
import { describe, expect, test } from "vitest";
import {
  answerOf,
  clicks,
  folder,
  orderRow,
  orders,
  readAll,
  settings,
  take,
} from "../../../test/log/log-driver.ts";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { stepKind } from "../event-log.ts";
import { JournalWriter } from "./journal-writer.ts";
import { LogService } from "./log-service.ts";

const noTime = { eventTimeMinMs: undefined, eventTimeMaxMs: undefined };

describe("entries", () => {
  test("what the engine writes stands side by side behind what came before, in one flush", () => {
    const files = new LossyFileLayer();
    const log = new LogService(files, folder, () => 1, settings);
    log.declare([orders, clicks]);
    const taken = take(log, "orders", orderRow(1));
    const derived = {
      ...noTime,
      rowCount: 2,
      rowEnds: Int32Array.of(8, 16),
      bytes: new TextEncoder().encode('{"id":8}{"id":9}'),
      causeIndexes: Uint32Array.of(0, 1),
      cause: { step: 5 as never, partition: 0, producerWatermarkMs: 7 },
    };
    const before = files.flushCount;
    log.write(900, [
      { payload: { kind: "backfill-begin", streamId: 3 as never, id: "b", sinceMs: 1 } },
      { stream: "clicks", partition: 2, rows: derived },
      { payload: { kind: "correction", view: "v", windows: [{ startMs: 0, endMs: 5, key: ['"a"'] }] } },
    ]);
    take(log, "clicks", '{"id":10}');
    const replies = log.commit();
    expect(files.flushCount).toBe(before + 1);
    expect(answerOf(replies, taken)).toMatchObject({ lastStep: 5 });
    expect(answerOf(replies, 900)).toEqual([6, 7, 8]);
    const steps = readAll(files.crash()).slice(5);
    const { backfillBegin, rows, correction } = stepKind;
    expect(steps.map(({ kind }) => kind)).toEqual([backfillBegin, rows, correction, rows]);
    expect(steps.map(({ streamId, partition }) => [streamId, partition])).toEqual([
      [3, 0],
      [3, 2],
      [0, 0],
      [3, 0],
    ]);
    expect(JSON.parse(steps[2]!.text)).toMatchObject({ view: "v", windows: [{ key: ['"a"'] }] });
  });

  test("rows of each partition are numbered on their own, in the next segment too", () => {
    const files = new LossyFileLayer();
    const rows = { ...noTime, rowCount: 1, rowEnds: Int32Array.of(8), bytes: Buffer.from('{"id":1}') };
    let writer = new JournalWriter(files, folder, () => 1);
    writer.declare(clicks);
    for (const partition of [0, 2, 2, 0, 2]) writer.appendRows("clicks", partition, rows);
    writer.close();
    writer = new JournalWriter(files, folder, () => 1, 100);
    for (const partition of [0, 1, 2]) writer.appendRows("clicks", partition, rows);
    writer.close();
    const offsets = readAll(files)
      .filter(({ kind }) => kind === stepKind.rows)
      .map(({ partition, firstRowOffset }) => [partition, firstRowOffset]);
    expect(offsets).toEqual([
      [0, 0],
      [2, 0],
      [2, 1],
      [0, 1],
      [2, 2],
      [0, 2],
      [1, 0],
      [2, 3],
    ]);
  });
});
