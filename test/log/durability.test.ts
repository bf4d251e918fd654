/**
 * The promise: an acknowledged row is on disk. The log runs on a disk that forgets what was not flushed; it
 * is crashed at random instants, opened again, and every row that was acknowledged has to be there.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OpenFile } from "../../src/log/journal/file-layer.ts";
import { LogService } from "../../src/log/journal/log-service.ts";
import {
  answerOf,
  settings as anyTime,
  clicks,
  folder,
  idsIn,
  orderRow,
  orders,
  readAll,
  rowsOf,
  take,
} from "./log-driver.ts";
import { diskFault, LossyFileLayer } from "./lossy-file-layer.ts";

const settings = { ...anyTime, segmentBytesMax: 20_000 };
const tables = [orders, clicks];
const streams = ["orders", "clicks"] as const;

interface Plan {
  /** Requests of each group, by their number of rows; a group is committed unless the crash comes first. */
  readonly groups: readonly (readonly number[])[];
  /** What stays of the unflushed bytes of each file. */
  readonly torn: readonly number[];
}

/**
 * Runs the plans one after the other, a crash between each; answers the ids that were acknowledged and
 * lost.
 */
function lostAfter(plans: readonly Plan[], flushIsOff: boolean): number[] {
  let files = new LossyFileLayer({ flushIsOff });
  let nextId = 1;
  const acknowledged = new Set<number>();
  for (const { groups, torn } of plans) {
    const log = new LogService(files, folder, () => nextId, settings);
    log.declare(tables);
    for (const [place, group] of groups.entries()) {
      const sent = new Map<number, number[]>();
      for (const rows of group) {
        const ids = Array.from({ length: rows }, () => nextId++);
        const bodies = ids.map((id) => orderRow(id, "x".repeat(id % 300))).join("\n");
        sent.set(take(log, streams[nextId % 2]!, bodies), ids);
      }
      if (place % 3 === 1) log.tick();
      // The crash comes before the last group is committed.
      if (place === groups.length - 1) break;
      for (const reply of log.commit()) {
        if ("answer" in reply) for (const id of sent.get(reply.id) ?? []) acknowledged.add(id);
      }
    }
    let file = 0;
    files = files.crash(() => torn[file++ % torn.length] ?? 0);
  }
  new LogService(files, folder, () => nextId, settings);
  const steps = readAll(files);
  const found = streams.flatMap((stream) => idsIn(rowsOf(steps, stream)));
  expect(new Set(found).size, "no row is there twice").toBe(found.length);
  const there = new Set(found);
  return [...acknowledged].filter((id) => !there.has(id));
}

const plan: fc.Arbitrary<Plan> = fc.record({
  groups: fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 12,
  }),
  torn: fc.array(fc.constantFrom(0, 0, 0.3, 0.9, 0.999, 1), { minLength: 1, maxLength: 4 }),
});
const plans = fc.array(plan, { minLength: 1, maxLength: 5 });

describe("after the loss of power at any instant", () => {
  test("every acknowledged row is there, once", () => {
    fc.assert(
      fc.property(plans, (each) => {
        expect(lostAfter(each, false)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test("a log that does not flush is found out", () => {
    const checked = fc.check(
      fc.property(plans, (each) => lostAfter(each, true).length === 0),
      { numRuns: 200 },
    );
    expect(checked.failed).toBe(true);
  });

  test("rows of any length of torn tail: what was acknowledged stays", () => {
    const files = new LossyFileLayer();
    const log = new LogService(files, folder, () => 1, settings);
    log.declare(tables);
    take(log, "orders", orderRow(1));
    log.commit();
    for (let tick = 0; tick < 5; tick++) log.tick();
    take(log, "orders", [2, 3, 4].map((id) => orderRow(id)).join("\n"));
    files.fault = (call) => (call === "flush" ? diskFault("EIO") : undefined);
    log.commit();
    files.fault = () => undefined;
    for (let share = 0; share <= 1; share += 0.002) {
      const after = files.crash(() => share);
      new LogService(after, folder, () => 1, settings);
      const ids = idsIn(rowsOf(readAll(after), "orders"));
      expect([[1], [1, 2, 3, 4]]).toContainEqual(ids);
    }
  });
});

describe.each([
  ["write", "ENOSPC", "The disk that holds /data/journal is full."],
  ["write", "EIO", "Writing /data/journal failed: EIO."],
  ["flush", "ENOSPC", "The disk that holds /data/journal is full."],
  ["flush", "EIO", "Writing /data/journal failed: EIO."],
  ["create", "ENOSPC", "The disk that holds /data/journal is full."],
] as const)("a %s that ends with %s", (failing, code, reason) => {
  function failed() {
    const files = new LossyFileLayer();
    const log = new LogService(files, folder, () => 1, settings);
    log.declare(tables);
    take(log, "orders", orderRow(1));
    log.commit();
    // So much that a new segment has to be made.
    const large = Array.from({ length: 60 }, (_, id) => orderRow(id + 2, "x".repeat(400)));
    if (failing === "create") {
      take(log, "orders", large.join("\n"));
      log.commit();
    }
    files.fault = (call) => (call === failing ? diskFault(code) : undefined);
    const group = [take(log, "orders", orderRow(100)), take(log, "clicks", orderRow(101))];
    return { files, log, group, replies: log.commit() };
  }

  test("refuses the whole group, with the reason", () => {
    const { log, group, replies } = failed();
    for (const id of group)
      expect(answerOf(replies, id)).toEqual({ code: "request.not-durable", params: { reason } });
    expect(log.failure?.message).toBe(reason);
  });

  test("ends the writing: nothing is acknowledged later, though the disk is well again", () => {
    const { files, log } = failed();
    files.fault = () => undefined;
    const flushes = files.flushCount;
    const later = take(log, "orders", orderRow(200));
    log.tick();
    expect(answerOf(log.commit(), later)).toMatchObject({ code: "request.not-durable" });
    expect(() => log.declare(tables)).toThrow(reason);
    log.close();
    expect(files.flushCount).toBe(flushes);
  });

  test("loses nothing that was acknowledged: the next start has it", () => {
    const { files } = failed();
    for (const after of [files.crash(), files.crash(() => 1), files.crash(() => 0.5)]) {
      const log = new LogService(after, folder, () => 1, settings);
      log.declare(tables);
      expect(idsIn(rowsOf(readAll(after), "orders"))[0]).toBe(1);
      const id = take(log, "orders", orderRow(300));
      expect(answerOf(log.commit(), id)).toMatchObject({ accepted: 1 });
    }
  });
});

test("a disk that fills while a large body is taken refuses that body and ends the writing", () => {
  const files = new LossyFileLayer();
  const log = new LogService(files, folder, () => 1, settings);
  log.declare(tables);
  files.fault = (call) => (call === "write" ? diskFault("ENOSPC") : undefined);
  const rows = Array.from({ length: 3_000 }, (_, id) => orderRow(id, "x".repeat(1_000)));
  const large = take(log, "orders", rows.join("\n"));
  const small = take(log, "clicks", orderRow(1));
  const replies = log.commit();
  for (const id of [large, small])
    expect(answerOf(replies, id)).toMatchObject({ code: "request.not-durable" });
  expect(log.failure?.message).toBe("The disk that holds /data/journal is full.");
});

test("a declaration that could not be flushed ends the writing too", () => {
  const files = new LossyFileLayer();
  const log = new LogService(files, folder, () => 1, settings);
  log.declare([orders]);
  files.fault = (call) => (call === "flush" ? diskFault("EIO") : undefined);
  expect(() => log.declare([clicks])).toThrow("Writing /data/journal failed: EIO.");
  files.fault = () => undefined;
  const id = take(log, "orders", orderRow(1));
  expect(answerOf(log.commit(), id)).toMatchObject({ code: "request.not-durable" });
});

describe("a disk that may only be read", () => {
  /** Files can be opened to be read, and nothing else. */
  class ReadOnly extends LossyFileLayer {
    override makeFolder(): void {
      if (this.paths().length === 0) throw diskFault("EROFS");
    }

    override open(path: string, mode: "read" | "write" | "create"): OpenFile {
      if (mode !== "read") throw diskFault("EROFS");
      return super.open(path, mode);
    }
  }

  test.each([false, true])("is said, and nothing is written; there is a journal already: %s", (isThere) => {
    const files = new ReadOnly();
    if (isThere) {
      const before = new LossyFileLayer();
      const log = new LogService(before, folder, () => 1, settings);
      log.declare(tables);
      log.close();
      for (const path of before.paths()) files.put(path, before.contentOf(path));
    }
    const contents = () => files.paths().map((path) => files.contentOf(path).toString("hex"));
    const content = contents();
    const start = () => new LogService(files, folder, () => 1, settings).declare(tables);
    expect(start).toThrow(`The data folder ${folder} cannot be used: the disk is read-only.`);
    expect(contents()).toEqual(content);
  });

  test("is said of one that became so", () => {
    const files = new LossyFileLayer();
    const log = new LogService(files, folder, () => 1, settings);
    log.declare(tables);
    files.fault = (call) => (call === "write" ? diskFault("EROFS") : undefined);
    const id = take(log, "orders", orderRow(1));
    const reason = `Writing ${folder} failed: the disk is read-only.`;
    expect(answerOf(log.commit(), id)).toEqual({ code: "request.not-durable", params: { reason } });
  });
});
