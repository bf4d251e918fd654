/** A disk that fails at any call, forgets, flips bits: an error that names the file, never a wrong answer. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { QuickwaterError } from "../../src/errors/quickwater-error.ts";
import { nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import { diskError } from "../../src/log/journal/journal-writer.ts";
import { listSegments, segmentPath } from "../../src/log/journal/segments.ts";
import { clicksId, keep, ordersId, textsOf, written } from "../log/keeper-driver.ts";
import { folder } from "../log/log-driver.ts";
import { LossyFileLayer } from "../log/lossy-file-layer.ts";
import { MemoryCheckpointFiles } from "../support/memory-checkpoint-files.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { type DiskFaultName, diskFaults, type Part, Tried } from "./disk-faults.ts";
import { callsOfCheckpoints, expectNewest, writeCheckpoints } from "./faulty-checkpoints.ts";
import { drive, expectAll, faultAt, partsOfLog } from "./faulty-log.ts";
import { noteReliability } from "./reliability-report.ts";

vi.setConfig({ testTimeout: 120_000 });

const tried = new Tried();
const names = Object.keys(diskFaults) as DiskFaultName[];
const shares = [0, 1, 0.5];
const lost = "unflushed bytes are lost, in part or all";

function copyOf(files: LossyFileLayer): LossyFileLayer {
  return LossyFileLayer.holding(new Map(files.paths().map((path) => [path, files.contentOf(path)])));
}

describe("the log", () => {
  test.each(names)("%s", (name) => {
    for (let at = 0; ; at += 1 + (at >> 3)) {
      const files = new LossyFileLayer();
      const { fault, part } = faultAt(name, at, partsOfLog());
      files.fault = fault;
      const { acknowledged, told } = drive(files);
      const of = part();
      if (of === undefined) break;
      tried.add(of, name);
      expect(told, `${of}, call ${at}`).toContain(folder);
      expectAll(
        files.crash(() => shares[at % shares.length]!),
        acknowledged,
      );
      tried.add(of, lost);
    }
  });

  test("a bit flips", () => {
    const files = new LossyFileLayer();
    const { acknowledged } = drive(files);
    for (const path of files.paths()) {
      const content = files.contentOf(path);
      for (let at = 20; at < content.length; at += 200 + (content.length >> 2)) {
        const flipped = Buffer.from(content);
        flipped[at]! ^= 1 << (at % 8);
        const all = new Map(files.paths().map((each) => [each, files.contentOf(each)]));
        expectRightOrTold(path, () =>
          expectAll(LossyFileLayer.holding(all.set(path, flipped)), acknowledged),
        );
        const isHeader = path.endsWith(".qwj") && at < 64;
        tried.add(
          path.includes("/keys") ? "keys" : isHeader ? "segment roll" : "rows and dead letters",
          "a bit flips",
        );
      }
    }
  });
});

/** Everything is right, or the error names the file. */
function expectRightOrTold(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    // What the log refuses to answer carries the reason.
    const text = error instanceof QuickwaterError ? JSON.stringify(error.params) : (error as Error).message;
    expect(text).toContain(path);
  }
}

describe("the keeper", () => {
  const retentions = [
    { streamId: ordersId, ms: 20_000 },
    { streamId: clicksId, ms: 20_000 },
  ];
  const start = written(60);
  const options = { floor: 1e6, retentions, nowMs: 60_000 };
  const partOf =
    (isLettingGo: boolean) =>
    (_call: string, path: string): Part =>
      path.includes(".qwx") ? "index" : isLettingGo ? "retention" : "packing";

  test.each(names.flatMap((name) => [[name, false] as const, [name, true] as const]))(
    "%s, letting go: %s",
    (name, isLettingGo) => {
      const given = isLettingGo ? options : {};
      const done = copyOf(start);
      keep(done, given);
      const kept = textsOf(done);
      const before = textsOf(start);
      for (let at = 0; ; at++) {
        const files = copyOf(start);
        const { fault, part } = faultAt(name, at, partOf(isLettingGo));
        files.fault = fault;
        const error = failureOf(() => keep(files, given));
        files.fault = () => undefined;
        const of = part();
        if (of === undefined) break;
        tried.add(of, name);
        expect(error, `${of}, call ${at}`).toContain(folder);
        for (const share of shares) {
          const after = files.crash(() => share);
          const there = new Set(textsOf(after));
          expect([...there].join()).toBe(before.filter((step) => there.has(step)).join());
          expect(kept.filter((step) => !there.has(step))).toEqual([]);
          keep(after, given);
          expect(textsOf(after).join()).toBe(kept.join());
          tried.add(of, lost);
        }
      }
    },
  );

  test.each([false, true])("a bit flips, letting go: %s", (isLettingGo) => {
    const given = isLettingGo ? options : {};
    const files = copyOf(start);
    keep(files, given);
    const kept = textsOf(files).join();
    // The end of the newest one may be taken for a torn tail.
    const newest = segmentPath(folder, listSegments(files, folder).at(-1)!);
    for (const path of files.paths().filter((each) => each !== newest)) {
      const content = files.contentOf(path);
      for (let at = 0; at < content.length; at += 41) {
        const flipped = Buffer.from(content);
        flipped[at]! ^= 1 << (at % 8);
        const all = new Map(files.paths().map((each) => [each, files.contentOf(each)]));
        const damaged = LossyFileLayer.holding(all.set(path, flipped));
        expectRightOrTold(path, () => expect(textsOf(damaged).join() === kept).toBe(true));
        tried.add(partOf(isLettingGo)("", path), "a bit flips");
      }
    }
  });
});

function failureOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return diskError(error, folder).message;
  }
}

describe("checkpoints", () => {
  test.each(names)("%s", async (name) => {
    for (let at = 0; ; at++) {
      const files = new MemoryCheckpointFiles();
      const { fault, part } = faultAt(name, at, () => "checkpoints");
      files.fault = (call, path) => fault(callsOfCheckpoints[call], path);
      const written = await writeCheckpoints(files);
      files.fault = () => undefined;
      if (part() === undefined) break;
      tried.add("checkpoints", name);
      for (const share of shares) {
        expectNewest(files.crash(share), written);
        tried.add("checkpoints", lost);
      }
    }
  });

  test("a bit flips", async () => {
    const files = new MemoryCheckpointFiles();
    await writeCheckpoints(files);
    for (const [path, { content }] of files.files) {
      for (let at = 0; at < content.length; at += 501) {
        content[at]! ^= 1 << (at % 8);
        expectNewest(files, []);
        content[at]! ^= 1 << (at % 8);
        tried.add("checkpoints", "a bit flips");
        expect(path).toContain("/checkpoints/");
      }
    }
  });
});

test("a disk that takes fewer bytes than it is given is given the rest", () => {
  const { writevSync } = fs;
  Object.assign(fs, {
    writevSync: (file: number, pieces: readonly Uint8Array[], position: number) =>
      fs.writeSync(file, Buffer.concat(pieces).subarray(0, 3), 0, undefined, position),
  });
  syncBuiltinESMExports();
  try {
    const file = nodeFileLayer.open(join(scratchFolder(), "file"), "create");
    file.write([Buffer.from("a"), Buffer.from("bcdefg"), new Uint8Array(0), Buffer.from("hi")], 0);
    const read = Buffer.alloc(20);
    expect(read.toString("utf8", 0, file.read(read, 0))).toBe("abcdefghi");
    file.close();
  } finally {
    Object.assign(fs, { writevSync });
    syncBuiltinESMExports();
  }
});

test("each part has met each fault", () => {
  noteReliability("faults", tried.counts);
  expect(tried.wrong()).toEqual([]);
});
