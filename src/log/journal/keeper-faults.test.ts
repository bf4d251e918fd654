/** The keeper is killed, or its disk fails, at any instant; what it finds may be damaged. */
import { describe, expect, test } from "vitest";
import {
  clicksId,
  errorOf,
  keep,
  ordersId,
  textsOf,
  written,
  writtenLarge,
} from "../../../test/log/keeper-driver.ts";
import { folder, readAll } from "../../../test/log/log-driver.ts";
import { diskFault, LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { refuseMissingFront } from "./journal-front.ts";
import type { KeeperOptions } from "./journal-keeper.ts";
import { listSegments, segmentPath } from "./segments.ts";

const ofBoth = [ordersId, clicksId].map((streamId) => ({ streamId, ms: 50_000 }));

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
    ["a front that goes", { floor: 1e6, retentions: ofBoth, nowMs: 100_000 }],
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
        refuseMissingFront(after, folder);
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
    const files = writtenLarge();
    const before = textsOf(files).length;
    keep(files, { packAfterMs: 1e12 });
    let passes = 0;
    for (let asked = 1; asked > 0; passes++) {
      let left = passes;
      keep(files, { mayGoOn: () => left-- > 0 });
      asked = left < 0 ? 1 : 0;
      expect(files.paths().filter((path) => path.endsWith(".new"))).toEqual([]);
    }
    expect(passes).toBeGreaterThan(6);
    expect(textsOf(files).length).toBe(before);
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

  test("a packed segment that is cut anywhere is told, between two blocks as well", () => {
    const files = writtenLarge();
    keep(files);
    const [path = ""] = files.paths();
    const content = files.contentOf(path);
    const blocks: number[] = [];
    for (let at = 64; at < content.length; at += content.readUInt32LE(at + 4)) blocks.push(at);
    expect(blocks.length).toBeGreaterThan(5);
    for (const length of blocks.flatMap((at) => [at - 8, at, at + 8, at + 100])) {
      const all = new Map(files.paths().map((each) => [each, files.contentOf(each)]));
      const cut = LossyFileLayer.holding(all.set(path, content.subarray(0, length)));
      const error = errorOf(() => readAll(cut));
      const code = length < 64 ? "run.journal-foreign" : "run.journal-damaged";
      expect([error.code, error.params.file], `cut to ${length}`).toEqual([code, path]);
      const alike = LossyFileLayer.holding(all);
      expect(errorOf(() => keep(alike)).code).toBe(code);
      expect(alike.openFiles).toBe(0);
    }
  });

  test("a sealed segment that lacks its last step is not packed", () => {
    const files = written(100);
    const [path = ""] = files.paths();
    const content = files.contentOf(path);
    let last = 64;
    for (let at = 64; at < content.length; at += content.readUInt32LE(at + 4)) last = at;
    const all = new Map(files.paths().map((each) => [each, files.contentOf(each)]));
    const cut = LossyFileLayer.holding(all.set(path, content.subarray(0, last)));
    const error = errorOf(() => keep(cut));
    const step = Number(content.readBigUInt64LE(last + 16));
    expect([error.code, error.params]).toEqual([
      "run.journal-gap",
      { file: segmentPath(folder, step), from: step, to: step },
    ]);
    expect(cut.contentOf(path).length).toBe(last);
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
      const behind = listSegments(files, folder)[1]!;
      const before = files
        .paths()
        .filter((path) => path.endsWith(".qwj"))
        .map((path) => [path, files.contentOf(path).toString("hex")] as const);
      for (const work of [() => readAll(files), () => keep(files), () => written(1, 400, files)]) {
        const error = errorOf(work);
        expect([error.code, error.params]).toEqual([
          "run.journal-gap",
          { file: segmentPath(folder, second), from: second, to: behind - 1 },
        ]);
      }
      // A writer writes nothing, the keeper at most the index of what is whole.
      for (const [path, content] of before) expect(files.contentOf(path).toString("hex")).toBe(content);
    }
  });

  test("a segment that cannot be read is told by its name", () => {
    const files = written(100);
    const path = segmentPath(folder, listSegments(files, folder)[1]!);
    files.fault = (call, at) => (call === "read" && at === path ? diskFault("EIO") : undefined);
    for (const work of [() => readAll(files), () => keep(files)]) {
      const error = errorOf(work);
      expect([error.code, error.params]).toEqual(["run.disk-unreadable", { path, reason: "EIO" }]);
    }
    const open = files.openFiles;
    errorOf(() => keep(files));
    expect(files.openFiles).toBe(open);
  });
});
