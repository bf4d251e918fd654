/** Journals that are spoilt anywhere, and what a repair makes of them. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { errorOf, keep, written } from "../../../test/log/keeper-driver.ts";
import { folder, readAll } from "../../../test/log/log-driver.ts";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { findDamage } from "./find-damage.ts";
import { repairJournal } from "./repair.ts";
import { listSegments, segmentPath } from "./segments.ts";

const quarantine = "/data/quarantine";

type Spoil = (content: Buffer) => Buffer;

/** The journal with one of its files changed, or gone. */
function spoilt(files: LossyFileLayer, path: string, spoil: Spoil | undefined): LossyFileLayer {
  const all = new Map(files.paths().map((each) => [each, files.contentOf(each)]));
  if (spoil === undefined) all.delete(path);
  else all.set(path, spoil(Buffer.from(all.get(path)!)));
  return LossyFileLayer.holding(all);
}

const flip = (at: number) => (content: Buffer) => {
  content[at]! ^= 4;
  return content;
};

function repaired(files: LossyFileLayer) {
  return repairJournal({ files, journal: folder, quarantine, now: () => 1e9 });
}

describe.each([
  ["plain", false],
  ["packed", true],
])("a %s journal", (_, isPacked) => {
  const whole = written(300);
  if (isPacked) keep(whole);
  const steps = readAll(whole);
  const segments = listSegments(whole, folder);
  const [, second = 0, third = 0] = segments;

  const cases: readonly (readonly [string, number, Spoil | undefined])[] = [
    ["a bit of a step", second, flip(500)],
    ["the header of a segment", second, flip(20)],
    ["the magic of a segment", second, flip(0)],
    ["the first step", 1, flip(100)],
    ["zeros over a part", second, (content) => content.fill(0, 300, 700)],
    ["the end of a segment", second, (content) => content.subarray(0, content.length - 300)],
    ["a segment that is gone", second, undefined],
    ["the first one that is gone", 1, undefined],
    ["a segment of nothing but its name", second, () => Buffer.alloc(0)],
  ];

  test.each(cases)(
    "%s: what is whole goes on, what is lost is named, the file is kept",
    (_what, at, spoil) => {
      const path = segmentPath(folder, at);
      const files = spoilt(whole, path, spoil);
      const before = files
        .paths()
        .filter((each) => each === path)
        .map((each) => files.contentOf(each));
      const found = findDamage(files, folder);
      expect(found.places.length).toBeGreaterThan(0);
      expect(errorOf(() => written(1, 400, spoilt(files, "none", undefined))).code).toMatch(/^run\.journal/);
      expect(repaired(files)).toEqual(found);
      const left = readAll(files);
      const gone = (step: number) =>
        found.places.some(({ fromStep, toStep }) => step >= fromStep && step <= toStep);
      const stays = steps.filter(({ number }) => !gone(number));
      expect(left.slice(0, stays.length)).toEqual(stays);
      if (before[0] !== undefined && before[0].length > 0)
        expect(files.contentOf(join(quarantine, path.slice(path.lastIndexOf("/") + 1)))).toEqual(before[0]);
      // Rows are named exactly: those of the steps that are lost.
      const lostRows = found.lost.flatMap(({ stream, from, to }) =>
        Array.from({ length: to - from + 1 }, (_row, row) => `${stream} ${from + row}`),
      );
      const names = new Map(
        steps.flatMap(({ kind, text }) => {
          const said = kind === 3 ? JSON.parse(text) : { kind: "" };
          return said.kind === "stream" ? [[said.streamId, said.table.name] as const] : [];
        }),
      );
      const isFront = (step: number) => !stays.some(({ number }) => number < step);
      const wanted = steps
        .filter(({ number, kind }) => kind === 1 && gone(number) && !isFront(number))
        .map(({ streamId, firstRowOffset }) => `${names.get(streamId)} ${firstRowOffset}`);
      expect(lostRows.sort()).toEqual(wanted.sort());
      // A writer goes on behind it, and nothing is damaged any more.
      const more = readAll(written(20, 400, files));
      expect(more.length).toBeGreaterThan(left.length);
      expect(findDamage(files, folder).places).toEqual([]);
      expect(third).toBeGreaterThan(second);
    },
  );

  test("several places at once, the newest segment among them", () => {
    const newest = segmentPath(folder, segments.at(-1)!);
    let files = spoilt(whole, segmentPath(folder, second), flip(300));
    files = spoilt(files, newest, flip(200));
    const { places } = repaired(files);
    expect(places.length).toBeGreaterThanOrEqual(2);
    const more = readAll(written(20, 400, files));
    expect(findDamage(files, folder).places).toEqual([]);
    expect(more.map(({ number }) => number)).toEqual([...new Set(more.map(({ number }) => number))]);
  });
});

test("a whole journal is left as it is, and so is a torn tail", () => {
  const files = written(60);
  const newest = segmentPath(folder, listSegments(files, folder).at(-1)!);
  const torn = spoilt(files, newest, (content) => content.subarray(0, content.length - 20));
  for (const each of [files, torn]) {
    const before = each.paths().map((path) => [path, each.contentOf(path).toString("hex")]);
    expect(repaired(each).places).toEqual([]);
    expect(each.paths().map((path) => [path, each.contentOf(path).toString("hex")])).toEqual(before);
  }
});

test("a repair that is cut off at any call is done by the next one", () => {
  const whole = written(120);
  const path = segmentPath(folder, listSegments(whole, folder)[1]!);
  const done = spoilt(whole, path, flip(500));
  const places = repaired(done).places;
  for (let calls = 0; ; calls++) {
    const files = spoilt(whole, path, flip(500));
    let left = calls;
    files.fault = (call) => (call !== "read" && left-- === 0 ? new Error("the power is gone") : undefined);
    try {
      repaired(files);
      break;
    } catch {
      const after = files.crash(() => 0.5);
      const found = findDamage(after, folder).places;
      // Either nothing has happened yet, or the segment is whole already.
      if (found.length > 0) expect(found).toEqual(places);
      repaired(after);
      const numbers = readAll(after).map(({ number }) => number);
      const wanted = readAll(done).map(({ number }) => number);
      expect(numbers.slice(0, wanted.length)).toEqual(wanted);
    }
  }
});
