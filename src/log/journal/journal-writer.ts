/**
 * Appends steps to the newest segment. One writer a journal; all calls block. What was appended counts only
 * after `flush`: the caller answers nobody before.
 */
import { randomBytes } from "node:crypto";
import type { TableDefinition } from "../../catalog/catalog.ts";
import { assert, QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import {
  type StepHeader,
  type StepKind,
  type StepNumber,
  type StepRows,
  type StreamId,
  stepKind,
} from "../event-log.ts";
import { defaultLogSettings } from "../log-settings.ts";
import {
  encodePayload,
  type MadeBy,
  type StepPayload,
  type StreamDeclaration,
  stepKindOf,
} from "../step-payload.ts";
import type { FileLayer, OpenFile } from "./file-layer.ts";
import { recoverJournal } from "./recover.ts";
import { refuseGaps } from "./refuse-gaps.ts";
import { segmentPath } from "./segments.ts";
import { encodeFrame, encodeSegmentHeader, segmentHeaderBytes } from "./step-format.ts";
import { declarationFor, type StreamState, withBackfill } from "./streams.ts";

const noRows: StepRows = {
  rowCount: 0,
  rowEnds: new Int32Array(0),
  bytes: new Uint8Array(0),
  eventTimeMinMs: undefined,
  eventTimeMaxMs: undefined,
};

type StepStream = Pick<StepHeader, "streamId" | "schemaVersion" | "partition" | "firstRowOffset">;

const ofNoStream: StepStream = {
  streamId: 0 as StreamId,
  schemaVersion: 0,
  partition: 0,
  firstRowOffset: 0,
};

export class JournalWriter {
  readonly #files: FileLayer;
  readonly #folder: string;
  readonly #now: () => number;
  readonly #segmentBytesMax: number;
  readonly #streams = new Map<string, StreamState>();
  readonly #journalId: string;
  /** What a killed predecessor left half-written and this one cut off. */
  readonly cutBytes: number;
  #segment: OpenFile | undefined;
  #position = 0;
  #lastStep = 0;
  #flushedStep = 0;
  #lastAppendTimeMs = 0;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  constructor(
    files: FileLayer,
    folder: string,
    now: () => number,
    segmentBytesMax: number = defaultLogSettings.segmentBytesMax,
  ) {
    this.#files = files;
    this.#folder = folder;
    this.#now = now;
    this.#segmentBytesMax = segmentBytesMax;
    files.makeFolder(folder);
    refuseGaps(files, folder);
    const recovered = recoverJournal(files, folder);
    this.#journalId = recovered?.journalId ?? randomBytes(16).toString("hex");
    this.cutBytes = recovered?.cutBytes ?? 0;
    if (recovered === undefined) return;
    this.#segment = recovered.segment;
    this.#position = recovered.position;
    this.#lastStep = recovered.lastStep;
    this.#lastAppendTimeMs = recovered.lastAppendTimeMs;
    for (const stream of recovered.streams) this.#streams.set(stream.declaration.table.name, stream);
    this.#flushedStep = this.#lastStep;
    // The next step begins a segment, and with it all declarations.
    if (this.#segment === undefined) return;
    // What was read back may have been written and never flushed: it is, before anybody builds on it.
    this.#segment.flush();
    // A writer that was killed while it began the segment left some of the declarations out.
    for (const stream of recovered.undeclared) this.#appendDeclaration(stream);
  }

  get lastStep(): number {
    return this.#lastStep;
  }

  get lastAppendTimeMs(): number {
    return this.#lastAppendTimeMs;
  }

  /** Writes the table's declaration where it is new. */
  declare(table: TableDefinition): StreamDeclaration {
    const known = this.#streams.get(table.name);
    const { declaration, isNew } = declarationFor(table, known, this.#streams.size + 1);
    if (!isNew) return declaration;
    const state = { declaration, nextRowOffsets: known?.nextRowOffsets ?? [0] };
    this.#streams.set(table.name, state);
    // A new segment begins with all declarations, this one among them.
    if (!this.#rollWhereFull()) this.#appendDeclaration(state);
    return declaration;
  }

  /** Of all streams, as they are now. */
  declarations(): readonly StreamDeclaration[] {
    return [...this.#streams.values()].map(({ declaration }) => declaration);
  }

  /** Says from where on the stream's rows are those of which queries. */
  begin(stream: string, madeBy: MadeBy): StepNumber {
    const { declaration, nextRowOffsets } = this.#streamNamed(stream);
    const state = { declaration: { ...declaration, madeBy }, nextRowOffsets };
    this.#streams.set(stream, state);
    if (!this.#rollWhereFull()) this.#appendDeclaration(state);
    return this.#lastStep as StepNumber;
  }

  /** The rows that a stream was given so far, those that retention took among them. */
  rowCountOf(stream: string): number {
    return this.#streamNamed(stream).nextRowOffsets.reduce((sum, count) => sum + count, 0);
  }

  /** Of all streams. */
  *rowCounts(): Generator<readonly [StreamId, number]> {
    for (const { declaration, nextRowOffsets } of this.#streams.values()) {
      yield [declaration.streamId, nextRowOffsets.reduce((sum, count) => sum + count, 0)];
    }
  }

  appendRows(stream: string, partition: number, rows: StepRows): StepNumber {
    this.#rollWhereFull();
    const { declaration, nextRowOffsets } = this.#streamNamed(stream);
    const firstRowOffset = nextRowOffsets[partition] ?? 0;
    nextRowOffsets[partition] = firstRowOffset + rows.rowCount;
    const { streamId, schemaVersion } = declaration;
    return this.#append(stepKind.rows, { streamId, schemaVersion, partition, firstRowOffset }, rows);
  }

  appendPayload(payload: StepPayload): StepNumber {
    this.#rollWhereFull();
    const streamId = "streamId" in payload ? payload.streamId : (0 as StreamId);
    // A new segment says it again.
    const stream = [...this.#streams.values()].find(({ declaration }) => declaration.streamId === streamId);
    if (stream !== undefined) stream.declaration = withBackfill(stream.declaration, payload);
    const bytes = encodePayload(payload);
    return this.#append(stepKindOf(payload), { ...ofNoStream, streamId }, { ...noRows, bytes });
  }

  appendTick(): StepNumber {
    this.#rollWhereFull();
    return this.#append(stepKind.tick, ofNoStream, noRows);
  }

  /** Writes what was appended and waits until it is on disk. */
  flush(): void {
    if (this.#pending.length === 0 || this.#segment === undefined) return;
    this.#write();
    this.#segment.flush();
    this.#flushedStep = this.#lastStep;
  }

  close(): void {
    this.flush();
    this.#segment?.close();
    this.#segment = undefined;
  }

  #write(): void {
    this.#segment!.write(this.#pending, this.#position);
    this.#position += this.#pendingBytes;
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  #streamNamed(name: string): StreamState {
    const stream = this.#streams.get(name);
    assert(stream !== undefined, `the stream ${name} was written before it was declared`);
    return stream;
  }

  #append(kind: StepKind, of: StepStream, rows: StepRows): StepNumber {
    this.#lastStep++;
    // A clock that was set back must not make time run backward for queries.
    this.#lastAppendTimeMs = Math.max(this.#lastAppendTimeMs, Math.floor(this.#now()));
    const pieces = encodeFrame({
      ...of,
      number: this.#lastStep as StepNumber,
      kind,
      appendTimeMs: this.#lastAppendTimeMs,
      rowCount: rows.rowCount,
      eventTimeMinMs: rows.eventTimeMinMs,
      eventTimeMaxMs: rows.eventTimeMaxMs,
      cause: rows.cause,
      flushedStep: this.#flushedStep,
      rowEnds: rows.rowEnds,
      rowKinds: rows.rowKinds ?? null,
      causeIndexes: rows.causeIndexes ?? null,
      bytes: rows.bytes,
    });
    for (const piece of pieces) {
      this.#pending.push(piece);
      this.#pendingBytes += piece.length;
    }
    return this.#lastStep as StepNumber;
  }

  #appendDeclaration({ declaration, nextRowOffsets }: StreamState): void {
    const { streamId, schemaVersion } = declaration;
    const bytes = encodePayload({ kind: "stream", ...declaration, nextRowOffsets });
    const of = { ...ofNoStream, streamId, schemaVersion };
    this.#append(stepKind.statement, of, { ...noRows, bytes });
  }

  /** Begins a segment where there is none or the present one is full; answers whether it did. */
  #rollWhereFull(): boolean {
    if (this.#segment !== undefined && this.#position + this.#pendingBytes < this.#segmentBytesMax)
      return false;
    if (this.#segment !== undefined) {
      this.flush();
      this.#segment.close();
    }
    const firstStep = this.#lastStep + 1;
    const path = segmentPath(this.#folder, firstStep);
    this.#segment = this.#files.open(path, "create");
    const header = { journalId: this.#journalId, firstStep, createdAtMs: Math.floor(this.#now()) };
    this.#segment.write([encodeSegmentHeader(header)], 0);
    this.#segment.flush();
    this.#files.flushFolder(this.#folder);
    this.#position = segmentHeaderBytes;
    // Each segment can be read by itself: it begins with what its rows look like.
    for (const state of this.#streams.values()) this.#appendDeclaration(state);
    return true;
  }
}

const reasons: Readonly<Record<string, string>> = {
  EFBIG: "a file may not become larger, by a limit of this user or of the disk",
  EROFS: "the disk is read-only",
};

/** A failed write or flush, as a person can act on it. */
export function diskError(error: unknown, path: string): Error {
  if (error instanceof QuickwaterError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof QuickwaterError || code === undefined) return error as Error;
  if (code === "ENOSPC" || code === "EDQUOT")
    return quickwaterError("run.disk-full", { path }, { cause: error });
  return quickwaterError("run.disk-failed", { path, reason: reasons[code] ?? code }, { cause: error });
}
