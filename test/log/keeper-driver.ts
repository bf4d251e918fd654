/** Writes journals of many small segments, has them kept, and tells what became of them. */
import { QuickwaterError } from "../../src/errors/quickwater-error.ts";
import { JournalKeeper, type KeeperOptions } from "../../src/log/journal/journal-keeper.ts";
import { LogService } from "../../src/log/journal/log-service.ts";
import { listSegments, segmentPath } from "../../src/log/journal/segments.ts";
import { clicks, folder, orderRow, orders, readAll, settings, take } from "./log-driver.ts";
import { LossyFileLayer } from "./lossy-file-layer.ts";

/** A step a second, segments of a few KB, orders and clicks and ticks in turn. */
export function written(steps: number, from = 0, files = new LossyFileLayer()): LossyFileLayer {
  let now = from * 1000;
  const log = new LogService(files, folder, () => now, { ...settings, segmentBytesMax: 8_000 });
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

/** Segments of many runs: 6 MB of orders, 100 KB a step, and clicks at the beginning and at the end. */
export function writtenLarge(): LossyFileLayer {
  const files = new LossyFileLayer();
  const large = { ...settings, segmentBytesMax: 3_000_000 };
  const log = new LogService(files, folder, () => 1, large);
  log.declare([orders, clicks]);
  for (let step = 0; step < 60; step++) {
    const rows = Array.from({ length: 10 }, (_, row) => orderRow(step * 10 + row, "x".repeat(10_000)));
    take(log, "orders", rows.join("\n"));
    if (step === 3 || step === 58) take(log, "clicks", `{"id":${step}}`);
    log.commit();
  }
  return files;
}

const atRest: KeeperOptions = {
  nowMs: 1e9,
  packAfterMs: 0,
  mayGoOn: () => true,
  retentions: [],
  floor: undefined,
};

export function keep(files: LossyFileLayer, options: Partial<KeeperOptions> = {}) {
  return new JournalKeeper(files, folder, { ...atRest, ...options }).pass();
}

export function errorOf(work: () => unknown): QuickwaterError {
  try {
    work();
  } catch (error) {
    if (error instanceof QuickwaterError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

export const bytesOf = (files: LossyFileLayer) =>
  listSegments(files, folder).reduce(
    (sum, firstStep) => sum + files.contentOf(segmentPath(folder, firstStep)).length,
    0,
  );

export const textsOf = (files: LossyFileLayer) => readAll(files).map((step) => JSON.stringify(step));

/** Streams by their numbers: orders, orders$dead, clicks, clicks$dead. */
export const ordersId = 1 as never;
export const clicksId = 3 as never;
