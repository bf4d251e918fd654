/**
 * What the log thread does, without the thread: declares streams, checks bodies, gathers the rows of all
 * requests that wait into steps, and flushes once for all of them. Requests are answered by `commit`, never
 * before.
 */

import { isKeptBeside, type TableDefinition } from "../../catalog/catalog.ts";
import { deadLetterTable } from "../../catalog/dead-letters.ts";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { type RowKind, rowKind } from "../../values/column-batch.ts";
import { blankByteOrderMark, type CheckedBody, checkBody, emptyCheckedBody } from "../check/check-body.ts";
import { refuseUnlikelyTimes } from "../check/unlikely-time.ts";
import { Duplicates } from "../dedup/duplicates.ts";
import { Requests, requestName } from "../dedup/requests.ts";
import type { AppendAnswer, AppendRequest, DeclaredStream, LogEntry, StepNumber } from "../event-log.ts";
import { folderError } from "../folder-error.ts";
import type { LogSettings } from "../log-settings.ts";
import type { StreamDeclaration } from "../step-payload.ts";
import { type DeadLetter, encodeDeadLetter } from "./dead-letter-row.ts";
import type { FileLayer } from "./file-layer.ts";
import { JournalReader } from "./journal-reader.ts";
import { diskError, JournalWriter } from "./journal-writer.ts";
import { LogBooks } from "./log-books.ts";
import { OpenStream } from "./open-stream.ts";

/** A whole body: `length` bytes of it, and a 0 behind them. */
export interface LogRequest extends Omit<AppendRequest, "chunks"> {
  readonly id: number;
  readonly body: Uint8Array;
  readonly length: number;
}

export type LogReply =
  | { readonly id: number; readonly answer: AppendAnswer | readonly StepNumber[] }
  | {
      readonly id: number;
      readonly error: { readonly code: string; readonly params: QuickwaterError["params"] };
    };

/** Rows are taken in runs of at most this much, so that a step is little more than it should hold. */
const runRowsMax = 4096;
const runBytesMax = 256 * 1024;
/** The column of dead letters that has it is an INT. */
const positionMax = 2 ** 31 - 1;

interface WaitingReply {
  readonly id: number;
  /** What it will be answered; step numbers are known when the rows are appended. */
  readonly answer: () => AppendAnswer | readonly StepNumber[];
}

export class LogService {
  readonly #folder: string;
  readonly #settings: LogSettings;
  readonly #writer: JournalWriter;
  readonly #files: FileLayer;
  readonly #now: () => number;
  readonly #duplicates: Duplicates;
  readonly #requests: Requests;
  readonly #books: LogBooks;
  #flushedStep = 0;
  readonly #streams = new Map<string, OpenStream>();
  readonly #checked: CheckedBody = emptyCheckedBody();
  #waiting: WaitingReply[] = [];
  #replies: LogReply[] = [];
  #failed: Error | undefined;

  constructor(
    files: FileLayer,
    folder: string,
    now: () => number,
    settings: LogSettings,
    books = new LogBooks(),
  ) {
    this.#folder = folder;
    this.#books = books;
    this.#settings = settings;
    this.#now = now;
    this.#files = files;
    this.#duplicates = new Duplicates(files, folder);
    try {
      this.#writer = new JournalWriter(files, folder, now, settings.segmentBytesMax);
      this.#flushedStep = this.lastStep;
      this.#requests = new Requests(files, folder);
      this.#readKeys(this.#requests);
    } catch (error) {
      throw folderError(error, folder);
    }
    this.#books.show(this.#writer.rowCounts(), true);
  }

  get lastStep(): number {
    return this.#writer.lastStep;
  }

  get cutBytes(): number {
    return this.#writer.cutBytes;
  }

  declare(tables: readonly TableDefinition[]): readonly DeclaredStream[] {
    const declarations: StreamDeclaration[] = [];
    // A schema that is refused is the user's mistake, and nothing of it was written.
    let refused: QuickwaterError | undefined;
    this.#writing(() => {
      try {
        for (const table of tables) declarations.push(...this.#declare(table));
      } catch (error) {
        if (!(error instanceof QuickwaterError)) throw error;
        refused = error;
      }
      this.#flush();
      this.#books.show(this.#writer.rowCounts(), false);
      this.#readKeys(this.#duplicates);
    });
    if (this.#failed !== undefined) throw this.#failed;
    if (refused !== undefined) throw refused;
    return declarations.map((declaration) => ({
      ...declaration,
      rowCount: this.#writer.rowCountOf(declaration.table.name),
    }));
  }

  /** Of what is on disk. */
  #readKeys(keys: Duplicates | Requests): void {
    const reader = new JournalReader(this.#files, this.#folder, () => this.lastStep);
    try {
      keys.readTail(reader, this.#appendTimeMs(), this.lastStep);
    } finally {
      reader.close();
    }
  }

  /** What the next step's will be, or a moment before. */
  #appendTimeMs(): number {
    return Math.max(Math.floor(this.#now()), this.#writer.lastAppendTimeMs);
  }

  #declare(table: TableDefinition): readonly StreamDeclaration[] {
    const known = this.#streams.get(table.name);
    if (known !== undefined) {
      // What was gathered was checked by the schema as it was: it stands before the new one.
      this.#appendGathered(known);
      this.#appendDead(known);
    }
    const declaration = this.#writer.declare(table);
    if (isKeptBeside(table)) return [declaration];
    const dead = this.#writer.declare(deadLetterTable(table.name));
    this.#open(declaration, dead);
    return [declaration, dead];
  }

  #open(declaration: StreamDeclaration, dead: StreamDeclaration): void {
    const stream = new OpenStream(declaration, dead, this.#settings);
    this.#duplicates.open(declaration, stream.checker.check);
    this.#streams.set(declaration.table.name, stream);
  }

  /** Checks the body and takes its rows into the present group. */
  take(request: LogRequest): void {
    try {
      if (this.#failed !== undefined) {
        throw quickwaterError("request.not-durable", { reason: this.#failed.message });
      }
      const stream = this.#streams.get(request.stream);
      if (stream === undefined) throw quickwaterError("request.unknown-stream", { stream: request.stream });
      const isBegin = request.part === undefined || request.part.number === 0;
      if (isBegin && request.format !== "rows") blankByteOrderMark(request.body);
      const kind = request.removes === true ? rowKind.delete : rowKind.insert;
      const checker = stream.checkerFor(kind);
      checkBody(checker, request.body, request.length, request.format, this.#checked);
      refuseUnlikelyTimes(this.#checked, checker.format, this.#appendTimeMs(), this.#settings);
      if (kind === rowKind.delete) refuseBadRemoval(this.#checked);
      this.#gather(stream, kind);
      this.#takeRows(stream, request);
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      this.#replies.push({ id: request.id, error: { code: error.code, params: error.params } });
    }
  }

  #takeRows(stream: OpenStream, request: LogRequest): void {
    const { rowCount, starts, ends, passed } = this.#checked;
    const now = this.#appendTimeMs();
    const firstRow = request.part?.firstRow ?? 0;
    const rejected = placedFrom(firstRow, this.#checked.rejected);
    if (!this.#takesRequest(request, now)) {
      const count = passed.subarray(0, rowCount).reduce((sum, each) => sum + each, 0);
      const again = { accepted: 0, duplicates: count, rejected, lastStep: 0 };
      this.#waiting.push({ id: request.id, answer: () => again });
      this.#books.take(stream.declaration.streamId, rowCount, 0, rowCount, 0);
      return;
    }
    const duplicates = this.#markDuplicates(request, now);
    let accepted = 0;
    let lastStep = { number: 0 };
    for (let row = 0; row < rowCount; ) {
      if (passed[row] !== 1) {
        row++;
        continue;
      }
      const from = row;
      const until = starts[row]! + runBytesMax;
      while (
        row < rowCount &&
        passed[row] === 1 &&
        row - from < runRowsMax &&
        (row === from || ends[row]! <= until)
      )
        row++;
      lastStep = this.#takeRun(stream, request.body, ends, from, row, starts[from]!);
      accepted += row - from;
    }
    for (const { index, code, field, message } of rejected) {
      const start = starts[index - firstRow]!;
      const end = Math.min(ends[index - firstRow]!, start + this.#settings.rowBytesMax);
      const bytes = request.body.subarray(start, end);
      const position = Math.min(index, positionMax);
      const letter = { code, field, reason: message, origin: request.origin, position, bytes };
      this.#takeDeadLetter(stream, letter);
    }
    this.#books.take(stream.declaration.streamId, rowCount, accepted, duplicates, rejected.length);
    const answer = () => ({ accepted, duplicates, rejected, lastStep: lastStep.number });
    this.#waiting.push({ id: request.id, answer });
  }

  /** False where a request with its key came before. */
  #takesRequest({ stream, requestKey, part }: LogRequest, nowMs: number): boolean {
    let takes = true;
    if (requestKey === undefined) return takes;
    this.#writing(() => {
      takes = this.#requests.takes(
        requestName(stream, requestKey, part?.number),
        nowMs,
        this.lastStep,
        this.#flushedStep,
      );
    });
    if (this.#failed === undefined) return takes;
    throw quickwaterError("request.not-durable", { reason: this.#failed.message });
  }

  /** Where it fails some keys may be known whose rows are nowhere: then nothing more may be written. */
  #markDuplicates({ stream, body, removes }: LogRequest, nowMs: number): number {
    let count = 0;
    if (removes === true) return count;
    this.#writing(() => {
      count = this.#duplicates.mark(stream, body, this.#checked, nowMs, this.lastStep);
    });
    if (this.#failed === undefined) return count;
    throw quickwaterError("request.not-durable", { reason: this.#failed.message });
  }

  /** The next rows are of this kind: those of another become a step of their own. */
  #gather(stream: OpenStream, kind: RowKind): void {
    if (stream.rows.kind === kind) return;
    this.#writing(() => this.#appendGathered(stream));
    stream.rows.kind = kind;
  }

  /** Takes rows that lie next to each other; answers the step that they become. */
  #takeRun(
    stream: OpenStream,
    body: Uint8Array,
    ends: Int32Array,
    from: number,
    to: number,
    start: number,
  ): { number: number } {
    stream.rows.addRun(body, ends, from, to, start);
    stream.rows.addEventTimes(this.#checked.eventTimesMs, from, to);
    const step = stream.next;
    if (stream.rows.isFull) this.#writing(() => this.#appendGathered(stream));
    return step;
  }

  #takeDeadLetter(stream: OpenStream, letter: DeadLetter): void {
    const now = this.#now();
    stream.dead.addRow(encodeDeadLetter(letter, now));
    stream.dead.addEventTimes(Float64Array.of(now), 0, 1);
    if (stream.dead.isFull) this.#writing(() => this.#appendDead(stream));
  }

  #appendGathered(stream: OpenStream): void {
    if (stream.rows.rowCount === 0) return;
    stream.next.number = this.#writer.appendRows(stream.declaration.table.name, 0, stream.rows.take());
    stream.next = { number: 0 };
  }

  #appendDead({ dead }: OpenStream): void {
    if (dead.rowCount > 0) this.#writer.appendRows(dead.declaration.table.name, 0, dead.take());
  }

  #appendAllGathered(): void {
    for (const stream of this.#streams.values()) {
      this.#appendGathered(stream);
      this.#appendDead(stream);
    }
  }

  /** Appends entries behind everything that was taken before them. */
  write(id: number, entries: readonly LogEntry[]): void {
    const steps: StepNumber[] = [];
    this.#writing(() => {
      this.#appendAllGathered();
      for (const entry of entries) steps.push(this.#append(entry));
    });
    this.#waiting.push({ id, answer: () => steps });
  }

  #append(entry: LogEntry): StepNumber {
    if ("payload" in entry) return this.#writer.appendPayload(entry.payload);
    if ("madeBy" in entry) return this.#writer.begin(entry.stream, entry.madeBy);
    return this.#writer.appendRows(entry.stream, entry.partition, entry.rows);
  }

  tick(): void {
    this.#writing(() => this.#writer.appendTick());
  }

  /** Flushes everything that was taken and hands out the answers: the only place where an answer leaves. */
  commit(): readonly LogReply[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#writing(() => {
      this.#appendAllGathered();
      const requests = this.#requests.payload();
      if (requests !== undefined) this.#writer.appendPayload(requests);
      this.#flush();
      this.#books.show(this.#writer.rowCounts(), true);
      this.#duplicates.flushed();
      this.#requests.flushed();
    });
    const failure = this.#failed;
    const replies: LogReply[] = this.#replies;
    this.#replies = [];
    for (const { id, answer } of waiting) {
      if (failure === undefined) replies.push({ id, answer: answer() });
      else replies.push({ id, error: { code: "request.not-durable", params: { reason: failure.message } } });
    }
    return replies;
  }

  #flush(): void {
    this.#books.flush(() => this.#writer.flush());
    this.#flushedStep = this.lastStep;
  }

  /** What nobody waits for: called when the answers of a group are out. */
  tidy(): void {
    this.#writing(() => {
      const now = this.#appendTimeMs();
      this.#duplicates.tidy(now, this.lastStep);
      this.#requests.tidy(now, this.lastStep);
    });
  }

  /**
   * Everything that may reach the disk goes through here. Its first failure ends the writing: what the file
   * holds behind that place is not known any more, and a second flush that succeeds would prove nothing.
   */
  #writing(work: () => void): void {
    if (this.#failed !== undefined) return;
    try {
      work();
    } catch (error) {
      this.#failed = diskError(error, this.#folder);
    }
  }

  /** Why nothing can be written any more. */
  get failure(): Error | undefined {
    return this.#failed;
  }

  close(): void {
    this.#duplicates.close();
    this.#requests.close();
    if (this.#failed === undefined) this.#writer.close();
  }
}

/** Rejected rows by their place in the whole body. */
function placedFrom(firstRow: number, rejected: CheckedBody["rejected"]): CheckedBody["rejected"] {
  if (firstRow === 0) return rejected;
  return rejected.map((each) => ({ ...each, index: each.index + firstRow }));
}

/** What takes away is all in order, or nothing of it happens: there is no dead letter of it. */
function refuseBadRemoval({ rejected: [first] }: CheckedBody): void {
  if (first !== undefined) throw quickwaterError("request.bad-removal", { problem: first.message });
}
