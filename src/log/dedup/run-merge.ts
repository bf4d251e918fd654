/** Runs that follow each other become one, a portion at a time: the log thread has other things to do. */
import type { FileLayer } from "../journal/file-layer.ts";
import { compareEntries, movedWord, wordsOfEntry } from "./key-entry.ts";
import type { KeyRun } from "./key-run.ts";
import { bytesOfPage, pagesOf } from "./run-format.ts";
import { RunWriter } from "./run-writer.ts";

export class RunMerge {
  readonly runs: readonly KeyRun[];
  readonly #cursors: RunCursor[];
  readonly #writer: RunWriter;
  readonly #baseMs: number;

  /** The runs in the order of their steps. */
  constructor(files: FileLayer, folder: string, path: string, runs: readonly KeyRun[]) {
    this.runs = runs;
    const headers = runs.map(({ header }) => header);
    const [first] = headers as [KeyRun["header"]];
    this.#baseMs = Math.min(...headers.map(({ baseMs }) => baseMs));
    this.#cursors = runs.map((run) => new RunCursor(run));
    this.#writer = new RunWriter(files, folder, path, {
      ...first,
      toStep: headers.at(-1)!.toStep,
      baseMs: this.#baseMs,
      lastMs: Math.max(...headers.map(({ lastMs }) => lastMs)),
      count: headers.reduce((sum, { count }) => sum + count, 0),
    });
  }

  /** Takes so many entries at most; answers the run when it is whole. */
  work(entriesMax: number): KeyRun | undefined {
    for (let count = 0; count < entriesMax; count++) {
      const least = this.#least();
      if (least === undefined) return this.#writer.finish();
      this.#writer.add(least.first, least.second, movedWord(least.word, least.baseMs, this.#baseMs));
      least.advance();
    }
    return undefined;
  }

  cancel(): void {
    this.#writer.cancel();
  }

  #least(): RunCursor | undefined {
    let least: RunCursor | undefined;
    for (const cursor of this.#cursors) {
      if (cursor.isAtEnd) continue;
      if (least === undefined || cursor.isBefore(least)) least = cursor;
    }
    return least;
  }
}

class RunCursor {
  readonly #run: KeyRun;
  readonly #entries = new Uint32Array(bytesOfPage / 4);
  #length = 0;
  #at = 0;
  #page = 0;

  constructor(run: KeyRun) {
    this.#run = run;
    this.#read();
  }

  get baseMs(): number {
    return this.#run.header.baseMs;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#length;
  }

  get first(): number {
    return this.#entries[this.#at]!;
  }

  get second(): number {
    return this.#entries[this.#at + 1]!;
  }

  get word(): number {
    return this.#entries[this.#at + 2]!;
  }

  isBefore(other: RunCursor): boolean {
    return compareEntries(this.#entries, this.#at, other.first, other.second, other.word >>> 16) < 0;
  }

  advance(): void {
    this.#at += wordsOfEntry;
    if (this.#at >= this.#length) this.#read();
  }

  #read(): void {
    this.#at = 0;
    this.#length = 0;
    if (this.#page >= pagesOf(this.#run.header.count)) return;
    const entries = this.#run.page(this.#page++);
    this.#entries.set(entries);
    this.#length = entries.length;
  }
}
