/**
 * The keys that a stream was given within its span of append time: those of the last while in memory, the
 * others in runs on disk, of which a filter stays in memory; the runs of an hour become one when it is over.
 *
 * A run is written only when the journal has flushed its rows, and says up to which step it is whole: what
 * follows is read from the journal after a restart. A run that is lost costs time: the journal is read again
 * from its first step on. One that was never finished costs nothing.
 *
 * Cost   a new key: its hash, one access to memory a run, for every hundredth of these a page that is read
 * Memory eleven bits a key in runs, eight words a key in memory, of which there are `recentMax` or a few more
 * Disk   fourteen bytes a key, and while the runs of an hour become one twelve more for those
 */
import { join } from "node:path";
import type { FileLayer } from "../journal/file-layer.ts";
import { wordsOfEntry } from "./key-entry.ts";
import { KeyRun } from "./key-run.ts";
import { RecentKeys } from "./recent-keys.ts";
import { columnNumber } from "./run-format.ts";
import { RunMerge } from "./run-merge.ts";
import { RunWriter } from "./run-writer.ts";

export interface KeyedStream {
  readonly streamId: number;
  /** The column whose values are the keys. */
  readonly column: string;
  readonly spanMs: number;
}

export const recentKeysMax = 262_144;
const hourMs = 3_600_000;
/** More runs of the hour than this become one before it is over. */
const smallRunsMax = 16;
/** What is merged at once: some milliseconds. */
const mergedAtOnce = 32_768;

export class KeyIndex {
  readonly stream: KeyedStream;
  readonly #files: FileLayer;
  readonly #folder: string;
  readonly #recentMax: number;
  /** In the order of their steps. */
  #runs: KeyRun[];
  /** The last of them takes new keys; the others wait to become runs. */
  #recent: RecentKeys[] = [];
  /** How many of those that wait hold flushed rows only. */
  #sealable = 0;
  #merge: RunMerge | undefined;

  constructor(files: FileLayer, folder: string, stream: KeyedStream, recentMax = recentKeysMax) {
    this.stream = stream;
    this.#files = files;
    this.#folder = folder;
    this.#recentMax = recentMax;
    this.#runs = openRuns(files, folder, stream);
  }

  /** Keys of later steps than this one are to be read from the journal. */
  get coveredStep(): number {
    return this.#runs.at(-1)?.header.toStep ?? 0;
  }

  get runs(): readonly KeyRun[] {
    return this.#runs;
  }

  get memoryBytes(): number {
    const ofRuns = this.#runs.reduce((sum, run) => sum + run.memoryBytes, 0);
    return ofRuns + this.#recent.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get diskBytes(): number {
    return this.#runs.reduce((sum, run) => sum + run.diskBytes, 0);
  }

  /** Whether the key of `keyHash` came within the span before; where it did not, it is there now. */
  takes(appendTimeMs: number, lastStep: number): boolean {
    const sinceMs = appendTimeMs - this.stream.spanMs;
    for (const recent of this.#recent) if (recent.find() >= sinceMs) return false;
    for (let at = this.#runs.length - 1; at >= 0; at--) {
      const run = this.#runs[at]!;
      if (run.header.lastMs >= sinceMs && run.find() >= sinceMs) return false;
    }
    this.add(appendTimeMs, lastStep);
    return true;
  }

  /** `lastStep`: the last step that is before the row, of which all keys were added. */
  add(appendTimeMs: number, lastStep: number): void {
    const recent = this.#recent.at(-1);
    const isTaking = recent !== undefined && !this.#isOver(recent, appendTimeMs, lastStep);
    (isTaking ? recent : this.#begin(appendTimeMs, lastStep)).add(appendTimeMs);
  }

  /** What came until now becomes a run: after a restart the journal is read from here on. */
  rotate(appendTimeMs: number, lastStep: number): void {
    const behindStep = this.#recent.at(-1)?.behindStep ?? this.coveredStep;
    if (lastStep <= behindStep) return;
    if (this.#recent.length === 0) this.#begin(appendTimeMs, lastStep);
    this.#begin(appendTimeMs, lastStep);
  }

  #begin(appendTimeMs: number, lastStep: number): RecentKeys {
    const behindStep = this.#recent.length === 0 ? this.coveredStep : lastStep;
    const recent = new RecentKeys(appendTimeMs, behindStep);
    this.#recent.push(recent);
    return recent;
  }

  /** The rows of all keys that were added are on disk. */
  flushed(): void {
    this.#sealable = Math.max(0, this.#recent.length - 1);
  }

  /** What can wait until nobody waits for an answer: writes runs, merges them, removes those of the past. */
  tidy(nowMs: number, lastStep: number): void {
    const recent = this.#recent.at(-1);
    if (recent !== undefined && this.#isOver(recent, nowMs, lastStep)) this.#begin(nowMs, lastStep);
    for (; this.#sealable > 0; this.#sealable--) this.#seal();
    this.#removeOld(nowMs - this.stream.spanMs);
    this.#merge ??= this.#nextMerge(nowMs);
    const merged = this.#merge?.work(mergedAtOnce);
    if (merged === undefined) return;
    const replaced = new Set(this.#merge!.runs);
    this.#merge = undefined;
    const place = this.#runs.findIndex((run) => replaced.has(run));
    this.#runs = this.#runs.filter((run) => !replaced.has(run));
    this.#runs.splice(place, 0, merged);
    for (const run of replaced) this.#remove(run);
  }

  close(): void {
    this.#merge?.cancel();
    for (const run of this.#runs) run.close();
  }

  /** Behind a step alone: a run says which steps it holds. */
  #isOver(recent: RecentKeys, appendTimeMs: number, lastStep: number): boolean {
    if (lastStep <= recent.behindStep) return false;
    return recent.count >= this.#recentMax || hourOf(appendTimeMs) !== hourOf(recent.baseMs);
  }

  #seal(): void {
    const [recent, next] = this.#recent as [RecentKeys, RecentKeys];
    const { streamId, column } = this.stream;
    const { baseMs, lastMs, count } = recent;
    const steps = { fromStep: recent.behindStep + 1, toStep: next.behindStep };
    const header = { streamId, keyColumn: columnNumber(column), ...steps, baseMs, lastMs, count };
    const writer = new RunWriter(this.#files, this.#folder, this.#pathOf(steps), header);
    const entries = recent.sorted();
    for (let at = 0; at < entries.length; at += wordsOfEntry)
      writer.add(entries[at]!, entries[at + 1]!, entries[at + 2]!);
    this.#runs.push(writer.finish());
    this.#recent.shift();
  }

  /** Runs of an hour that is over; of the present one where there are many, those that are still small. */
  #nextMerge(nowMs: number): RunMerge | undefined {
    const hours = Map.groupBy(this.#runs, ({ header }) => hourOf(header.baseMs));
    for (const [hour, runs] of hours) {
      const isOver = hour < hourOf(nowMs) && !this.#recent.some(({ baseMs }) => hourOf(baseMs) === hour);
      const small = runs.filter(({ header }) => header.count < this.#recentMax * smallRunsMax);
      const merged = isOver ? runs : small.length >= smallRunsMax ? small : [];
      if (merged.length < 2) continue;
      const [first, last] = [merged[0]!.header, merged.at(-1)!.header];
      const path = this.#pathOf({ fromStep: first.fromStep, toStep: last.toStep });
      return new RunMerge(this.#files, this.#folder, path, merged);
    }
    return undefined;
  }

  #removeOld(sinceMs: number): void {
    const isOld = (run: KeyRun) => run.header.lastMs < sinceMs;
    if (!this.#runs.some(isOld)) return;
    this.#merge?.cancel();
    this.#merge = undefined;
    const old = this.#runs.filter(isOld);
    // The newest says how far the journal need not be read again.
    const kept = this.#runs.at(-1);
    this.#runs = this.#runs.filter((run) => !isOld(run) || run === kept);
    for (const run of old) if (run !== kept) this.#remove(run);
  }

  #remove(run: KeyRun): void {
    run.close();
    this.#files.remove(run.path);
  }

  #pathOf({ fromStep, toStep }: { readonly fromStep: number; readonly toStep: number }): string {
    return join(this.#folder, `${this.stream.streamId}-${fromStep}-${toStep}.keys`);
  }
}

function hourOf(ms: number): number {
  return Math.floor(ms / hourMs);
}

interface LostRun {
  readonly path: string;
  readonly fromStep: number;
  readonly toStep: number;
}

/**
 * Those of the stream, in the order of their steps. What was never finished, or is within another one, is
 * removed. Where one is lost all behind it go too, the last one first: the journal is read again from there.
 */
function openRuns(files: FileLayer, folder: string, { streamId, column }: KeyedStream): KeyRun[] {
  const opened: KeyRun[] = [];
  const unreadable: LostRun[] = [];
  for (const name of files.list(folder)) {
    const match = /^(\d+)-(\d+)-(\d+)\.keys$/.exec(name);
    if (match === null || Number(match[1]) !== streamId) continue;
    const path = join(folder, name);
    const run = KeyRun.open(files, path);
    if (run === undefined) unreadable.push({ path, fromStep: Number(match[2]), toStep: Number(match[3]) });
    else if (run.header.keyColumn === columnNumber(column)) opened.push(run);
    else removeRun(files, run);
  }
  const runs = withoutCovered(files, opened);
  const lost = unreadable.filter((each) => !isCovered(runs, each));
  const firstLost = Math.min(firstGap(runs), ...lost.map(({ fromStep }) => fromStep));
  const staying = runs.filter(({ header }) => header.fromStep < firstLost);
  for (const run of runs.slice(staying.length).toReversed()) removeRun(files, run);
  for (const { path } of unreadable) files.remove(path);
  return staying;
}

/** The first step that is in no run, though later ones are. */
function firstGap(runs: readonly KeyRun[]): number {
  const place = runs.findIndex(({ header }, at) => {
    const next = runs[at + 1]?.header.fromStep;
    return next !== undefined && next > header.toStep + 1;
  });
  return place < 0 ? Number.POSITIVE_INFINITY : runs[place]!.header.toStep + 1;
}

function removeRun(files: FileLayer, run: KeyRun): void {
  run.close();
  files.remove(run.path);
}

/** By runs that follow each other: it was to become one of them, and was never finished. */
function isCovered(runs: readonly KeyRun[], { fromStep, toStep }: LostRun): boolean {
  let next = fromStep;
  for (const { header } of runs)
    if (header.fromStep <= next && header.toStep >= next) next = header.toStep + 1;
  return next > toStep;
}

function withoutCovered(files: FileLayer, runs: KeyRun[]): KeyRun[] {
  runs.sort(
    (one, other) => one.header.fromStep - other.header.fromStep || other.header.toStep - one.header.toStep,
  );
  return runs.filter((run, place) => {
    const before = runs.slice(0, place);
    const isWithin = before.some(({ header }) => header.toStep >= run.header.toStep);
    if (isWithin) removeRun(files, run);
    return !isWithin;
  });
}
