/**
 * What main and the engine thread say to each other. Rows never travel this way: the engine reads the
 * journal.
 */
import type { ErrorCode } from "../../errors/catalogue.ts";
import type { QuickwaterError } from "../../errors/quickwater-error.ts";
import type { CheckpointFigures } from "../../state/checkpoint/checkpoint.ts";
import type { ChangeBatch } from "../../views/view.ts";
import type { PipelineOptions } from "../physical/build-pipeline.ts";
import type { CorrectedSpan } from "./correction.ts";
import type { DerivedRows } from "./derived-stream.ts";
import type { EngineView } from "./engine-service.ts";
import type { EngineInsert } from "./stream-graph.ts";
import type { ViewCorrection } from "./view-correction.ts";

export interface EngineThreadData {
  readonly folder: string;
  readonly flushed: SharedArrayBuffer;
  readonly options: PipelineOptions;
  readonly views: readonly EngineView[];
  readonly inserts: readonly EngineInsert[];
  /** By stream that is written: how many rows the journal holds. */
  readonly written: ReadonlyMap<string, number>;
  /** Undefined where a restart has nothing to go on from. */
  readonly checkpoints: { readonly folder: string; readonly everyMs: number } | undefined;
}

export type ToEngine =
  /** `lateRows` is how many of its late rows the journal holds. */
  | { readonly type: "add-view"; readonly id: number; readonly view: EngineView; readonly lateRows: number }
  /** What a correction would change now. */
  | {
      readonly type: "correction";
      readonly id: number;
      readonly view: string;
      readonly spans: readonly CorrectedSpan[];
    }
  /** Rows that queries wrote are in the log: so many bytes wait no more. */
  | { readonly type: "written"; readonly bytes: number }
  /** The replica has taken the view's last batch: the next one may come. */
  | { readonly type: "taken"; readonly view: string }
  | { readonly type: "close" };

export type CorrectionAnswer =
  | { readonly correction: ViewCorrection | undefined }
  | { readonly failure: string };

export type FromEngine =
  | { readonly type: "added"; readonly id: number }
  | { readonly type: "correction"; readonly id: number; readonly answer: CorrectionAnswer }
  | { readonly type: "changes"; readonly batch: ChangeBatch }
  /** Rows that queries wrote, for the log. */
  | { readonly type: "rows"; readonly rows: DerivedRows }
  /** Everything that was flushed when the engine began has been taken. */
  | { readonly type: "caught-up"; readonly stepNumber: number }
  /** The view, or the stream, was stopped: its rows stay as they are, the others go on. */
  | { readonly type: "view-failed"; readonly view: string; readonly reason: string }
  /** The step of the checkpoint that it began with. */
  | { readonly type: "restored"; readonly stepNumber: number }
  | { readonly type: "checkpoint"; readonly figures: CheckpointFigures }
  /** Something that an operator of the server should know, as a sentence. */
  | { readonly type: "notice"; readonly notice: string }
  | {
      readonly type: "failed";
      readonly code: ErrorCode;
      readonly params: QuickwaterError["params"];
    };
