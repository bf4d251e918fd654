/** A journal that was cut, damaged, or is of somebody else. */
import { expect, test } from "vitest";
import { clicks, folder, idsIn, orderRow, readAll, rowsOf, take } from "../../../test/log/log-driver.ts";
import { LossyFileLayer } from "../../../test/log/lossy-file-layer.ts";
import { QuickwaterError } from "../../errors/quickwater-error.ts";
import { defaultLogSettings } from "../log-settings.ts";
import { JournalReader } from "./journal-reader.ts";
import { LogService } from "./log-service.ts";
import { segmentPath } from "./segments.ts";
import { frameHeaderBytes, segmentHeaderBytes } from "./step-format.ts";

interface Written {
  readonly path: string;
  readonly content: Buffer;
  /** Where each frame begins, and where the last one ends. */
  readonly frames: readonly number[];
}

/** Each commit is a flush of its own, of one step. */
function written(rows: number, segmentBytesMax = defaultLogSettings.segmentBytesMax) {
  const files = new LossyFileLayer();
  const log = openLog(files, segmentBytesMax);
  log.declare([clicks]);
  for (let id = 0; id < rows; id++) {
    take(log, "clicks", orderRow(id));
    log.commit();
  }
  return files;
}

function openLog(files: LossyFileLayer, segmentBytesMax = defaultLogSettings.segmentBytesMax): LogService {
  return new LogService(files, folder, () => 1, { ...defaultLogSettings, segmentBytesMax });
}

function oneSegment(rows: number): Written {
  const files = written(rows);
  const path = files.paths()[0]!;
  const content = files.contentOf(path);
  const frames: number[] = [segmentHeaderBytes];
  while (frames.at(-1)! < content.length)
    frames.push(frames.at(-1)! + content.readUInt32LE(frames.at(-1)! + 4));
  return { path, content, frames };
}

const holding = ({ path }: Written, content: Buffer) => LossyFileLayer.holding(new Map([[path, content]]));
const ids = (files: LossyFileLayer) => idsIn(rowsOf(readAll(files), "clicks"));

function refusal(work: () => unknown): QuickwaterError {
  try {
    work();
  } catch (error) {
    if (error instanceof QuickwaterError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

test("a tail that is cut at any byte is taken off, whole steps stay, and the numbers go on", () => {
  const journal = oneSegment(4);
  const { content, frames } = journal;
  for (let length = frames[2]!; length <= content.length; length++) {
    const whole = frames.filter((end) => end <= length).length - 1;
    const files = holding(journal, content.subarray(0, length));
    // A reader of a journal that nobody has mended yet ends at the same place.
    expect(readAll(files).length, `cut to ${length}`).toBe(whole);
    const log = openLog(files);
    expect([log.lastStep, log.cutBytes], `cut to ${length}`).toEqual([whole, length - frames[whole]!]);
    log.declare([clicks]);
    take(log, "clicks", '{"id":77}');
    log.commit();
    expect(ids(files), `cut to ${length}`).toEqual([...Array(whole - 2).keys(), 77]);
  }
});

test("a tail of zeros or of anything is taken off as well", () => {
  const journal = oneSegment(3);
  for (const tail of [Buffer.alloc(4_096), Buffer.alloc(777, 0xa5), Buffer.from("STEP".repeat(50))]) {
    const files = holding(journal, Buffer.concat([journal.content, tail]));
    expect(ids(files)).toEqual([0, 1, 2]);
    expect(openLog(files).cutBytes).toBe(tail.length);
    expect(ids(files)).toEqual([0, 1, 2]);
  }
});

test("a newest segment that is not begun is left out, and the next writer takes its place", () => {
  for (const begun of [Buffer.alloc(0), Buffer.alloc(50), Buffer.alloc(4_096)]) {
    const files = written(3);
    const last = openLog(files).lastStep;
    files.put(segmentPath(folder, last + 1), begun);
    expect(ids(files)).toEqual([0, 1, 2]);
    const log = openLog(files);
    log.declare([clicks]);
    take(log, "clicks", '{"id":3}');
    log.commit();
    expect(ids(files)).toEqual([0, 1, 2, 3]);
  }
});

test("a group of several steps that was not flushed may be damaged anywhere: it was not acknowledged", () => {
  const files = new LossyFileLayer();
  const log = openLog(files);
  log.declare([clicks]);
  take(log, "clicks", '{"id":1}');
  log.commit();
  for (let tick = 0; tick < 3; tick++) log.tick();
  log.commit();
  const path = files.paths()[0]!;
  const content = files.contentOf(path);
  // The first of the three: the pages of a group reach the disk in any order.
  const first = content.length - 3 * frameHeaderBytes;
  content[first + 20]! ^= 1;
  const torn = LossyFileLayer.holding(new Map([[path, content]]));
  expect(ids(torn)).toEqual([1]);
  expect(openLog(torn).cutBytes).toBe(3 * frameHeaderBytes);
});

test("any bit flipped in the middle is damage, told with the file and the place; nothing is cut", () => {
  const journal = oneSegment(5);
  const { path, content, frames } = journal;
  for (let at = frames[3]!; at < frames[4]!; at++) {
    const damaged = Buffer.from(content);
    damaged[at]! ^= 1 << (at % 8);
    const files = holding(journal, damaged);
    for (const work of [() => openLog(files), () => readAll(files)]) {
      const error = refusal(work);
      expect(error.code, `byte ${at}`).toBe("run.journal-damaged");
      expect([error.params.file, error.params.offset], `byte ${at}`).toEqual([path, frames[3]]);
    }
    expect(files.contentOf(path).equals(damaged)).toBe(true);
  }
});

test("damage in an earlier segment is met by whoever reads it", () => {
  const files = written(40, 3_000);
  const path = files.paths()[1]!;
  const content = files.contentOf(path);
  for (const at of [segmentHeaderBytes + 30, content.length - 10]) {
    const damaged = Buffer.from(content);
    damaged[at]! ^= 4;
    const all = new Map(files.paths().map((each) => [each, files.contentOf(each)]));
    const error = refusal(() => readAll(LossyFileLayer.holding(all.set(path, damaged))));
    expect([error.code, error.params.file]).toEqual(["run.journal-damaged", path]);
  }
});

test("a step that stands twice, or that is missing between two, is damage", () => {
  const journal = oneSegment(5);
  const { content, frames } = journal;
  const part = (from: number, to: number) => content.subarray(frames[from], frames[to]);
  const header = content.subarray(0, segmentHeaderBytes);
  for (const parts of [
    [header, part(0, 3), part(2, 7)],
    [header, part(0, 3), part(4, 7)],
  ]) {
    const files = holding(journal, Buffer.concat(parts));
    expect(refusal(() => readAll(files)).code).toBe("run.journal-damaged");
    expect(refusal(() => openLog(files)).code).toBe("run.journal-damaged");
  }
});

test("a live reader meets damage in what was flushed, though it is the last step", () => {
  const journal = oneSegment(3);
  const damaged = Buffer.from(journal.content);
  damaged[damaged.length - 20]! ^= 1;
  const reader = new JournalReader(holding(journal, damaged), folder, () => 5);
  for (let step = 1; step < 5; step++) expect(reader.next()?.number).toBe(step);
  expect(refusal(() => reader.next()).code).toBe("run.journal-damaged");
});

test("a file that is no journal, or one of a newer version, is refused and left as it is", () => {
  const journal = oneSegment(2);
  const newer = Buffer.from(journal.content);
  newer.writeUInt16LE(3, 8);
  const flipped = Buffer.from(journal.content);
  flipped[20]! ^= 1;
  for (const [content, problem] of [
    [newer, "its format is version 3, this program reads 1 and 2"],
    [Buffer.from("Dear diary, ".repeat(20)), "it does not begin as a segment does"],
    [flipped, "its header is damaged"],
  ] as const) {
    const files = holding(journal, content);
    for (const work of [() => openLog(files), () => readAll(files)]) {
      const error = refusal(work);
      expect([error.code, error.params.file, error.params.problem]).toEqual([
        "run.journal-foreign",
        journal.path,
        problem,
      ]);
    }
    expect(files.contentOf(journal.path).equals(content)).toBe(true);
  }
});

test("segments of two journals are not read as one", () => {
  const files = written(40, 3_000);
  const foreign = written(40, 3_000);
  const all = new Map(files.paths().map((path) => [path, files.contentOf(path)]));
  const second = files.paths()[1]!;
  all.set(second, foreign.contentOf(second));
  const error = refusal(() => readAll(LossyFileLayer.holding(all)));
  expect([error.code, error.params.file]).toEqual(["run.journal-foreign", second]);
});
