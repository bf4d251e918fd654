/** docs/internals/journal.md is true: a reader that was written from it reads what the writer wrote. */
import { expect, test } from "vitest";
import { nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import { JournalKeeper } from "../../src/log/journal/journal-keeper.ts";
import { JournalWriter } from "../../src/log/journal/journal-writer.ts";
import { LogService } from "../../src/log/journal/log-service.ts";
import type { StreamRetention } from "../../src/log/journal/retention.ts";
import type { StepPayload } from "../../src/log/step-payload.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { readIndependently, readIndexesIndependently } from "./independent-reader.ts";
import { clicks, orderRow, orders, readAll, settings, take } from "./log-driver.ts";

test("a reader written from the page reads every segment, stream, row and dead letter", () => {
  const folder = scratchFolder();
  const small = { ...settings, segmentBytesMax: 5_000 };
  const log = new LogService(nodeFileLayer, folder, () => 1_772_323_200_000, small);
  log.declare([orders, clicks]);
  const sent: string[] = [];
  for (let id = 0; id < 60; id++) {
    const rows = [orderRow(id, `é"${"x".repeat(id * 5)}`), orderRow(id + 1_000)];
    sent.push(...rows);
    take(log, "orders", rows.join("\n"));
    if (id % 7 === 0) take(log, "clicks", '{"id":"no"}');
    if (id % 5 === 0) log.tick();
    log.commit();
  }
  log.close();
  const steps = readIndependently(folder);
  expect(steps.map(({ number }) => number)).toEqual(
    readAll(nodeFileLayer, 1, folder).map(({ number }) => number),
  );
  const names = new Map(
    steps.flatMap(({ payload }) =>
      payload?.kind === "stream" ? [[payload.streamId!, payload.table!.name]] : [],
    ),
  );
  const rowsOf = (name: string) =>
    steps.filter(({ kind, streamId }) => kind === 1 && names.get(streamId) === name);
  expect(rowsOf("orders").flatMap(({ rows }) => rows.map((row) => row.trim()))).toEqual(sent);
  expect(rowsOf("orders").map(({ firstRowOffset }) => firstRowOffset)).toEqual(
    [...Array(60).keys()].map((n) => n * 2),
  );
  const dead = rowsOf("clicks$dead").flatMap(({ rows }) => rows.map((row) => JSON.parse(row)));
  expect(dead.length).toBe(9);
  for (const { bytes } of dead) expect(Buffer.from(bytes, "base64").toString()).toBe('{"id":"no"}');
  const start = Date.UTC(2026, 2, 1);
  for (const { eventTimeMinMs, eventTimeMaxMs, rows } of rowsOf("orders")) {
    const ids = rows.map((row) => JSON.parse(row).id as number);
    expect([eventTimeMinMs, eventTimeMaxMs]).toEqual([start + ids[0]!, start + ids[1]!]);
  }
  for (const { flushedStep, number } of steps) expect(flushedStep).toBeLessThan(number);
  expect(
    steps.filter(({ kind }) => kind === 2).every(({ rows, streamId }) => rows.length + streamId === 0),
  ).toBe(true);
});

test("row kinds, cause indexes and the cause of a derived stream lie where the page says", () => {
  const folder = scratchFolder();
  const writer = new JournalWriter(nodeFileLayer, folder, () => 1);
  const declaration = writer.declare(clicks);
  writer.appendTick();
  writer.appendRows(declaration.table.name, 0, {
    rowCount: 3,
    rowEnds: Int32Array.of(8, 16, 24),
    bytes: new TextEncoder().encode('{"id":1}{"id":2}{"id":3}'),
    eventTimeMinMs: undefined,
    eventTimeMaxMs: undefined,
    rowKinds: Uint8Array.of(0, 1, 2),
    causeIndexes: Uint32Array.of(7, 8, 9),
    cause: { step: 2 as never, partition: 1, producerWatermarkMs: 5 },
  });
  writer.close();
  expect(readIndependently(folder).at(-1)).toMatchObject({
    rowKinds: [0, 1, 2],
    causeIndexes: [7, 8, 9],
    causeStep: 2,
    eventTimeMinMs: Number.NaN,
    rows: ['{"id":1}', '{"id":2}', '{"id":3}'],
  });
});

test("what is no row has its kind, its stream and its payload where the page says", () => {
  const folder = scratchFolder();
  const log = new LogService(nodeFileLayer, folder, () => 1, settings);
  log.declare([clicks]);
  const payloads: readonly StepPayload[] = [
    { kind: "backfill-begin", streamId: 1 as never, id: "b", sinceMs: 1 },
    { kind: "backfill-end", streamId: 1 as never, id: "b", sinceMs: 1 },
    { kind: "correction", view: "v", windows: [{ startMs: 0, endMs: 5, key: [] }] },
  ];
  log.write(
    1,
    payloads.map((payload) => ({ payload })),
  );
  log.commit();
  log.close();
  const steps = readIndependently(folder).slice(2);
  expect(steps.map(({ kind, streamId }) => [kind, streamId])).toEqual([
    [5, 1],
    [6, 1],
    [7, 0],
  ]);
  expect(steps.map(({ payload }) => payload)).toEqual(payloads);
});

test("a declaration says who makes the stream and which backfill is open, in each segment again", () => {
  const folder = scratchFolder();
  const log = new LogService(nodeFileLayer, folder, () => 1, { ...settings, segmentBytesMax: 2_000 });
  log.declare([clicks]);
  const madeBy = { queries: "a sum", behind: { step: 7, index: 2 }, firstRowOffset: 3 };
  log.write(1, [
    { stream: "clicks", madeBy },
    { payload: { kind: "backfill-begin", streamId: 1 as never, id: "b", sinceMs: 5 } },
  ]);
  for (let id = 0; id < 40; id++) {
    take(log, "clicks", `{"id":${id}}`);
    log.commit();
  }
  log.close();
  const said = readIndependently(folder)
    .filter(({ kind, streamId }) => kind === 3 && streamId === 1)
    .map(({ payload }) => payload as { readonly madeBy?: object; readonly backfill?: object });
  expect(said[0]).not.toHaveProperty("madeBy");
  expect(said[1]).toMatchObject({ madeBy });
  expect(said.length).toBeGreaterThan(3);
  for (const again of said.slice(2))
    expect(again).toMatchObject({ madeBy, backfill: { id: "b", sinceMs: 5 } });
});

test("segments that were packed, and those that retention has written anew, are read by the page too", () => {
  const folder = scratchFolder();
  let now = 0;
  const large = { ...settings, segmentBytesMax: 300_000 };
  const log = new LogService(nodeFileLayer, folder, () => now, large);
  log.declare([orders, clicks]);
  for (let id = 0; id < 200; id++) {
    now = id * 1000;
    take(log, "orders", orderRow(id, "x".repeat(5_000)));
    if (id % 7 === 0) take(log, "clicks", `{"id":${id}}`);
    if (id % 5 === 0) log.tick();
    log.commit();
  }
  log.close();
  const before = readIndependently(folder);
  const keep = (retentions: readonly StreamRetention[]) => {
    const options = { nowMs: now, packAfterMs: 0, mayGoOn: () => true, retentions, floor: 1e9 };
    new JournalKeeper(nodeFileLayer, folder, options).pass();
  };
  keep([]);
  expect(readIndependently(folder)).toEqual(before);
  keep([{ streamId: 1 as never, ms: 100_000 }]);
  const after = readIndependently(folder);
  const gone = before.filter(({ number }) => !after.some((step) => step.number === number));
  expect(after).toEqual(before.filter((step) => !gone.includes(step)));
  expect(gone.length).toBeGreaterThan(50);
  for (const { kind, streamId, appendTimeMs } of gone) {
    expect([kind, streamId, appendTimeMs < 100_000]).toEqual([1, 1, true]);
  }
  const runs = readIndexesIndependently(folder);
  expect(runs.length).toBeGreaterThan(4);
  for (const { firstStep, lastAppendTimeMs, parts, steps } of runs) {
    expect([firstStep, lastAppendTimeMs]).toEqual([steps[0]?.number, steps.at(-1)?.appendTimeMs]);
    expect([...parts.keys()].sort()).toEqual([...new Set(steps.map(({ streamId }) => streamId))].sort());
    for (const [stream, [rowBytes, min, max]] of parts) {
      const own = steps.filter(({ streamId }) => streamId === stream);
      expect(rowBytes > 0).toBe(own.some(({ kind }) => kind === 1));
      const isTimed = own.every(({ kind, eventTimeMinMs }) => kind === 1 && !Number.isNaN(eventTimeMinMs));
      const times = own.flatMap(({ eventTimeMinMs, eventTimeMaxMs }) => [eventTimeMinMs, eventTimeMaxMs]);
      const bounds = isTimed ? [Math.min(...times), Math.max(...times)] : [-1 / 0, 1 / 0];
      expect([min, max]).toEqual(bounds);
    }
  }
});
