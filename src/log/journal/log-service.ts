/**
 * What the log thread does, without the thread: declares streams, checks bodies, gathers the rows of all
 * requests that wait into steps, and flushes once for all of them. Requests are answered by `commit`, never
 * before.
 */

import type { TableDefinition } from "../../catalog/catalog.ts";
import { deadLetterTable } from "../../catalog/dead-letters.ts";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { type BodyChecker, type CheckedBody, checkBody, emptyCheckedBody } from "../check/check-body.ts";
import { compileRowCheck, type RowFormat } from "../check/row-check.ts";
import { rowFormatOf } from "../check/row-format.ts";
import type { AppendAnswer, BodyFormat, StreamDeclaration } from "../event-log.ts";
import type { LogSettings } from "../log-settings.ts";
import { encodeDeadLetter } from "./dead-letter-row.ts";
import type { FileLayer } from "./file-layer.ts";
import { diskError, JournalWriter } from "./journal-writer.ts";
import { StepBuilder } from "./step-builder.ts";

/** A whole body: `length` bytes of it, and a 0 behind them. */
export interface LogRequest {
  readonly id: number;
  readonly stream: string;
  readonly format: BodyFormat;
  readonly body: Uint8Array;
  readonly length: number;
  readonly origin: string;
}

export type LogReply =
  | { readonly id: number; readonly answer: AppendAnswer }
  | {
      readonly id: number;
      readonly error: { readonly code: string; readonly params: QuickwaterError["params"] };
    };

interface OpenStream {
  readonly declaration: StreamDeclaration;
  readonly checker: BodyChecker;
  readonly rows: StepBuilder;
  readonly dead: StepBuilder | undefined;
  /** The last step that took rows of the present group. */
  lastStep: number;
}

export class LogService {
  readonly #folder: string;
  readonly #settings: LogSettings;
  readonly #writer: JournalWriter;
  readonly #now: () => number;
  readonly #streams = new Map<string, OpenStream>();
  readonly #checked: CheckedBody = emptyCheckedBody();
  #waiting: { readonly reply: { id: number; answer: AppendAnswer }; readonly stream: OpenStream }[] = [];
  #replies: LogReply[] = [];
  #failed: Error | undefined;

  constructor(files: FileLayer, folder: string, now: () => number, settings: LogSettings) {
    this.#folder = folder;
    this.#settings = settings;
    this.#now = now;
    try {
      this.#writer = new JournalWriter(files, folder, now);
    } catch (error) {
      throw error instanceof QuickwaterError ? error : folderError(error, folder);
    }
  }

  get lastStep(): number {
    return this.#writer.lastStep;
  }

  get cutBytes(): number {
    return this.#writer.cutBytes;
  }

  declare(tables: readonly TableDefinition[]): readonly StreamDeclaration[] {
    const declarations = tables.flatMap((table) => {
      const declaration = this.#writer.declare(table);
      if (table.origin.kind === "dead") return [declaration];
      const dead = this.#writer.declare(deadLetterTable(table.name));
      this.#open(declaration, dead);
      return [declaration, dead];
    });
    this.#flush();
    return declarations;
  }

  #open(declaration: StreamDeclaration, dead: StreamDeclaration): void {
    const format: RowFormat = rowFormatOf(declaration.table);
    const checker = { format, check: compileRowCheck(format), limits: this.#settings };
    this.#streams.set(declaration.table.name, {
      declaration,
      checker,
      rows: new StepBuilder(declaration),
      dead: new StepBuilder(dead),
      lastStep: 0,
    });
  }

  /** Checks the body and takes its rows into the present group. */
  take(request: LogRequest): void {
    try {
      const stream = this.#streams.get(request.stream);
      if (stream === undefined) throw quickwaterError("request.unknown-stream", { stream: request.stream });
      checkBody(stream.checker, request.body, request.length, request.format === "ndjson", this.#checked);
      this.#takeRows(stream, request);
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      this.#replies.push({ id: request.id, error: { code: error.code, params: error.params } });
    }
  }

  #takeRows(stream: OpenStream, request: LogRequest): void {
    const { rowCount, starts, ends, passed, rejected } = this.#checked;
    let accepted = 0;
    for (let row = 0; row < rowCount; ) {
      if (passed[row] === 0) {
        row++;
        continue;
      }
      let to = row + 1;
      while (to < rowCount && passed[to] === 1) to++;
      accepted += to - row;
      row = this.#takeRun(stream, request.body, ends, row, to, starts[row]!);
    }
    for (const { index, code, field, message } of rejected) {
      const bytes = request.body.subarray(starts[index], ends[index]);
      const letter = { code, field, reason: message, origin: request.origin, position: index, bytes };
      this.#takeDeadLetter(stream, encodeDeadLetter(letter, this.#now()));
    }
    const answer = { accepted, duplicates: 0, rejected, lastStep: 0 };
    this.#waiting.push({ reply: { id: request.id, answer }, stream });
  }

  /** Takes neighbouring rows in pieces that keep steps within their size; answers the row behind the last. */
  #takeRun(
    stream: OpenStream,
    body: Uint8Array,
    ends: Int32Array,
    from: number,
    to: number,
    start: number,
  ): number {
    const { eventTimeMinMs, eventTimeMaxMs } = this.#checked;
    const rowsAtOnce = 4096;
    let pieceStart = start;
    for (let row = from; row < to; row += rowsAtOnce) {
      const until = Math.min(to, row + rowsAtOnce);
      stream.rows.addRun(body, ends, row, until, pieceStart);
      // Bounds of the whole body: wider than the piece's own, which a reader may not notice.
      stream.rows.addEventTimes(eventTimeMinMs, eventTimeMaxMs);
      pieceStart = ends[until - 1]!;
      if (stream.rows.isFull)
        stream.lastStep = this.#writer.appendRows(stream.declaration, stream.rows.take());
    }
    return to;
  }

  #takeDeadLetter(stream: OpenStream, row: Uint8Array): void {
    const dead = stream.dead!;
    dead.addRow(row);
    dead.addEventTimes(this.#now(), this.#now());
    if (dead.isFull) this.#writer.appendRows(dead.declaration, dead.take());
  }

  tick(): void {
    this.#writer.appendTick();
  }

  /** Flushes everything that was taken and hands out the answers: the only place where an answer leaves. */
  commit(): readonly LogReply[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    const failure = this.#tryCommit();
    const replies: LogReply[] = this.#replies;
    this.#replies = [];
    for (const { reply, stream } of waiting) {
      if (failure === undefined)
        replies.push({ id: reply.id, answer: { ...reply.answer, lastStep: stream.lastStep } });
      else {
        const params = { reason: failure.message };
        replies.push({ id: reply.id, error: { code: "request.not-durable", params } });
      }
    }
    return replies;
  }

  /** The first failure of the disk ends the writing: what the file holds behind it is not known any more. */
  #tryCommit(): Error | undefined {
    if (this.#failed !== undefined) return this.#failed;
    try {
      for (const stream of this.#streams.values()) {
        const { rows, dead } = stream;
        if (rows.rowCount > 0) stream.lastStep = this.#writer.appendRows(rows.declaration, rows.take());
        if (dead !== undefined && dead.rowCount > 0) this.#writer.appendRows(dead.declaration, dead.take());
      }
      this.#flush();
    } catch (error) {
      this.#failed = error as Error;
    }
    return this.#failed;
  }

  /** Why nothing can be written any more. */
  get failure(): Error | undefined {
    return this.#failed;
  }

  #flush(): void {
    try {
      this.#writer.flush();
    } catch (error) {
      throw diskError(error, this.#folder);
    }
  }

  close(): void {
    if (this.#failed === undefined) this.#writer.close();
  }
}

function folderError(error: unknown, path: string): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC" || code === "EDQUOT") return diskError(error, path);
  if (code === undefined) return error as Error;
  const reasons: Readonly<Record<string, string>> = {
    EACCES: "this user may not write there",
    EPERM: "this user may not write there",
    EROFS: "the disk is read-only",
    ENOTDIR: "a part of the path is a file",
    EEXIST: "a file is in its place",
  };
  return quickwaterError("run.data-folder", { path, reason: reasons[code] ?? code }, { cause: error });
}
