/**
 * The event log: what happened, in the order in which it is taken.
 *
 * All streams share one log with one writer. The unit is the **step**: the rows of one stream partition
 * that were appended together, or one thing that has to happen at a definite place between rows (a tick of
 * the clock, a statement, the bracket around a backfill, a correction). Steps are numbered
 * from 1 without gaps, and their order is the only order that the house knows: whatever reads the same
 * steps comes to the same results.
 *
 * Obligations of the writer
 *   - A row is acknowledged (the promise of `append` resolves) only when its step is on disk, flushed.
 *   - `appendTimeMs` never falls from one step to the next, even where the system's clock does. It is the
 *     time that queries see as "now"; nobody downstream reads a clock.
 *   - A row that the schema check names is not appended to its stream; it is a row of `<stream>$dead`,
 *     flushed with the same group, and named in the answer by its index in the request. Nothing else is
 *     ever left out.
 *   - The schema of a stream is in the log before its first row, so that a log can be read without its
 *     project.
 *   - What `write` is given stands in the log as it was given, side by side and in order, flushed together.
 *     The rows of a derived stream come this way; they were made by the engine and are not checked again.
 *     Each carries its cause and its index within it: whoever makes them again after a restart finds them
 *     there, compares, and does not write them twice.
 *
 * What a reader may assume
 *   - `next` yields steps in order, each whole. In the writer's process it yields flushed steps only, and a
 *     step that was yielded once never changes. A reader in another process cannot know what is flushed: it
 *     yields what the files hold, of which a crash may take back what nobody was told of.
 *   - Row bytes are one JSON object a row, valid UTF-8, that passed the check of the step's schema
 *     version: a decoder may leave out every check that was made there, and may stop at the last field that
 *     it needs. A row of kind delete holds the columns of the primary key, and may lack all others.
 *   - `eventTimeMinMs` and `eventTimeMaxMs` are the smallest and largest event time of the step's rows.
 *   - A step of a kind, or a payload, that a reader does not know has a meaning that it does not know either:
 *     it stops there with an error, and does not go on as if nothing had been said.
 *   - After a crash every acknowledged row is there. Rows that were not acknowledged may be there too:
 *     they were received and flushed, and only the answer was lost.
 *   - A reader has its own place; any number of readers may be in one log, in any thread or process.
 *
 * What nobody may assume
 *   - That a request is one step: rows of several requests are appended together, and a large one takes
 *     several.
 *   - That numbers of two logs have anything to do with each other, or that append time is event time.
 *   - That old steps stay for ever: retention takes steps of rows that their stream has let go, and what is
 *     before all that stays (`firstStep` says where the log begins). What goes of a stream is
 *     what came first: where a row stays, all behind it do. Of a table with a primary key it is what was
 *     replaced, wherever that is. Numbers are not given again, so a reader of old steps meets gaps, and
 *     rows may go while they are read.
 */
import type { TableDefinition } from "../catalog/catalog.ts";
import type { MadeBy, StepPayload, StreamDeclaration } from "./step-payload.ts";

declare const brand: unique symbol;
/** Position in the one order of a log, from 1. */
export type StepNumber = number & { readonly [brand]: "StepNumber" };
/** Number of a stream within a log, given when it is declared, never given again. */
export type StreamId = number & { readonly [brand]: "StreamId" };

export const stepKind = {
  rows: 1,
  tick: 2,
  statement: 3,
  backfillBegin: 5,
  backfillEnd: 6,
  correction: 7,
} as const;
export type StepKind = (typeof stepKind)[keyof typeof stepKind];

/** Of a derived stream: what caused the step's rows. A row's own index within its cause stands beside it. */
export interface StepCause {
  readonly step: StepNumber;
  readonly partition: number;
  /** The watermark of the operator that wrote the rows, when it wrote them. */
  readonly producerWatermarkMs: number;
}

export interface StepHeader {
  readonly number: StepNumber;
  readonly kind: StepKind;
  readonly appendTimeMs: number;
  /** 0 where the step is of no stream. */
  readonly streamId: StreamId;
  readonly partition: number;
  readonly schemaVersion: number;
  readonly rowCount: number;
  /** Number of the step's first row within its stream partition, from 0. */
  readonly firstRowOffset: number;
  /** Bounds of the rows' event times; undefined where the stream has none. */
  readonly eventTimeMinMs: number | undefined;
  readonly eventTimeMaxMs: number | undefined;
  readonly cause: StepCause | undefined;
}

/** A step as a reader sees it. `bytes` is the reader's own memory until it asks for the next step. */
export interface Step extends StepHeader {
  /** Row i lies in `bytes` from `rowEnds[i - 1]` (0 for the first) to `rowEnds[i]`. */
  readonly rowEnds: Int32Array;
  /** Row kinds (see `rowKind`), or null where every row is an insert. */
  readonly rowKinds: Uint8Array | null;
  /** Of a derived stream: each row's index within its cause. */
  readonly causeIndexes: Uint32Array | null;
  readonly bytes: Uint8Array;
}

/** Rows that become one step. */
export interface StepRows {
  readonly rowCount: number;
  readonly rowEnds: Int32Array;
  readonly bytes: Uint8Array;
  readonly eventTimeMinMs: number | undefined;
  readonly eventTimeMaxMs: number | undefined;
  readonly rowKinds?: Uint8Array | undefined;
  readonly causeIndexes?: Uint32Array | undefined;
  readonly cause?: StepCause | undefined;
}

/** What becomes a step as it is: rows that the engine made, or something that has its place between rows. */
export type LogEntry =
  | { readonly stream: string; readonly partition: number; readonly rows: StepRows }
  /** From where on the stream's rows are those of which queries. */
  | { readonly stream: string; readonly madeBy: MadeBy }
  | { readonly payload: StepPayload };

/** Why one row was not taken. */
export interface RowRejection {
  /** Position in the request, from 0. */
  readonly index: number;
  readonly code: string;
  readonly field: string | undefined;
  readonly message: string;
}

export interface AppendAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly RowRejection[];
  /** The last step that holds a row of the request; 0 where none was taken. */
  readonly lastStep: number;
}

/**
 *   json    one object, or an array of objects
 *   ndjson  one object a line
 *   rows    objects as they were received once before, parted by `rowsSeparator`
 */
export type BodyFormat = "json" | "ndjson" | "rows";

/** A byte that no JSON holds: a row may itself have been received in several lines. */
export const rowsSeparator = 0;

export interface AppendRequest {
  readonly stream: string;
  readonly format: BodyFormat;
  /** The body in pieces of at most `bodyChunkBytesMax`; their memory is given away. */
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
  /** Its rows take others away: they hold a key (`removal.ts`). One that is wrong refuses the request. */
  readonly removes?: true | undefined;
  /** Who sent it, as dead letters show it: `http`, `simulator`. */
  readonly origin: string;
  /** A request of the stream with the same key is taken once within 24 hours. */
  readonly requestKey?: string | undefined;
  /** Where the chunks are a part of a body that is handed over in several, one after the other. */
  readonly part?: BodyPart | undefined;
}

export interface BodyPart {
  /** From 0; with the same `requestKey` each is taken once. */
  readonly number: number;
  /** Rows in the parts before it: rejected rows are named by their place in the whole body. */
  readonly firstRow: number;
}

/** Of one request or part: each row that does not pass costs an answer and a dead letter. */
export const bodyRowsMax = 200_000;

export const bodyChunkBytesMax = 262_144;

/** A stream of the log, and how many rows it was given so far. */
export interface DeclaredStream extends StreamDeclaration {
  readonly rowCount: number;
}

/** The writing side, as the main thread holds it. */
export interface EventLogWriter {
  /** Makes a stream known, or finds it; refuses a schema that rows already written could not be read with. */
  declare(tables: readonly TableDefinition[]): Promise<readonly DeclaredStream[]>;
  /**
   * Checks the rows, appends those that pass and resolves when they are on disk. Rejects with a catalogue
   * error where the body as a whole cannot be read or the log cannot be written: then no row of the request
   * was taken.
   */
  append(request: AppendRequest): Promise<AppendAnswer>;
  /** Appends the entries side by side and resolves with their steps when they are on disk. */
  write(entries: readonly LogEntry[]): Promise<readonly StepNumber[]>;
  /** Bytes that were handed over and are not answered yet. */
  readonly pendingBytes: number;
  /** Flushes what waits and ends. */
  close(): Promise<void>;
}

/** Steps of some streams: their rows, and what else happened to them. */
export interface StepFilter {
  readonly streams: ReadonlySet<StreamId>;
  /** Of rows with event time only steps whose span touches this one, both ends included. */
  readonly eventTimes?: { readonly fromMs: number; readonly toMs: number } | undefined;
}

/** The reading side. */
export interface EventLogReader {
  /** The oldest step that is still there; 1 until retention has taken some. */
  readonly firstStep: number;
  /** Goes to the step with this number, or to the first one behind it. */
  seek(step: number): void;
  /** Yields from now on only what the filter lets through; everything where there is none. */
  narrow(filter: StepFilter | undefined): void;
  /** The next flushed step, or undefined where there is none yet. */
  next(): Step | undefined;
  close(): void;
}
