/**
 * What main and the engine thread say to each other. Rows never travel this way: the engine reads the
 * journal.
 */
import type { ErrorCode } from "../../errors/catalogue.ts";
import type { QuickwaterError } from "../../errors/quickwater-error.ts";
import type { ChangeBatch, Making } from "../../views/view.ts";
import type { PipelineOptions } from "../physical/build-pipeline.ts";
import type { ChangeFailure, MakingProgress } from "./changing.ts";
import type { EngineCheckpoint } from "./checkpointing.ts";
import type { CorrectedSpan } from "./correction.ts";
import type { DerivedRows } from "./derived-stream.ts";
import type { BooksLayout } from "./engine-books.ts";
import type { EngineQueries, WrittenStreams } from "./engine-queries.ts";
import type { Beginning } from "./ledger-book.ts";
import type { QueryFacts } from "./query-facts.ts";
import type { ViewCorrection } from "./view-correction.ts";

export interface EngineThreadData {
  readonly folder: string;
  readonly flushed: SharedArrayBuffer;
  readonly books: SharedArrayBuffer;
  readonly options: PipelineOptions;
  readonly queries: EngineQueries;
  readonly written: WrittenStreams;
  /** Undefined where a restart has nothing to go on from. */
  readonly checkpoints: { readonly folder: string; readonly everyMs: number } | undefined;
}

export type ToEngine =
  /** From now on these are the queries; those that run are among them, where they go on. */
  | {
      readonly type: "change";
      readonly id: number;
      readonly queries: EngineQueries;
      readonly written: WrittenStreams;
    }
  /** The journal has been told. */
  | { readonly type: "told"; readonly id: number }
  | { readonly type: "ask"; readonly id: number; readonly question: EngineQuestion }
  /** Rows that queries wrote are in the log: so many bytes wait no more. */
  | { readonly type: "written"; readonly bytes: number }
  /** The replicas have taken the last batches of these views: the next ones may come. */
  | { readonly type: "taken"; readonly views: readonly string[] }
  | { readonly type: "close" };

/** What the engine reads the journal for, beside what comes in; undefined where there is nothing. */
export interface EngineProgress {
  /** Until it is where it was when it was stopped. */
  readonly reading: Making | undefined;
  readonly making: MakingProgress | undefined;
}

export type EngineQuestion =
  /** What a correction would change now. */
  | { readonly kind: "correction"; readonly view: string; readonly spans: readonly CorrectedSpan[] }
  /** How far the view is, or the queries that write the stream. */
  | { readonly kind: "facts"; readonly name: string }
  /** Answered when the replica of the view is as of the step, or later. */
  | { readonly kind: "taken"; readonly view: string; readonly step: number };

/** By the kind of question. */
export interface EngineAnswers {
  /** Undefined where the view's windows cannot be computed again. */
  readonly correction: ViewCorrection | undefined;
  /** Undefined where none of them runs. */
  readonly facts: QueryFacts | undefined;
  /** The step that it is as of. */
  readonly taken: number;
}

export type EngineAnswer<Kind extends EngineQuestion["kind"] = EngineQuestion["kind"]> =
  | { readonly value: EngineAnswers[Kind] }
  | { readonly failure: string };

export type FromEngine =
  /** The queries are those that were asked for; with a failure they are those of before. */
  | { readonly type: "changed"; readonly id: number; readonly failure: ChangeFailure | undefined }
  /** What the journal is to be told before the engine goes on. */
  | { readonly type: "tell"; readonly id: number; readonly beginnings: readonly Beginning[] }
  | { readonly type: "progress"; readonly progress: EngineProgress }
  | { readonly type: "answer"; readonly id: number; readonly answer: EngineAnswer }
  | { readonly type: "changes"; readonly batches: readonly ChangeBatch[] }
  /** Rows that queries wrote, for the log. */
  | { readonly type: "rows"; readonly rows: DerivedRows }
  /** Everything that was flushed when the engine began has been taken. */
  | { readonly type: "caught-up"; readonly stepNumber: number }
  /** The view, or the stream, was stopped: its rows stay as they are, the others go on. */
  | { readonly type: "view-failed"; readonly view: string; readonly reason: string }
  /** The step of the checkpoint that it began with. */
  | { readonly type: "restored"; readonly stepNumber: number }
  | { readonly type: "checkpoint"; readonly figures: EngineCheckpoint }
  /** What the numbers of its books are of, from here on. */
  | { readonly type: "books"; readonly layout: BooksLayout }
  /** Something that an operator of the server should know, as a sentence. */
  | { readonly type: "notice"; readonly notice: string }
  | {
      readonly type: "failed";
      readonly code: ErrorCode;
      readonly params: QuickwaterError["params"];
    };
