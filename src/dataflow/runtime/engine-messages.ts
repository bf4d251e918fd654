/**
 * What main and the engine thread say to each other. Rows never travel this way: the engine reads the
 * journal.
 */
import type { ErrorCode } from "../../errors/catalogue.ts";
import type { QuickwaterError } from "../../errors/quickwater-error.ts";
import type { ChangeBatch } from "../../views/view.ts";
import type { PipelineOptions } from "../physical/build-pipeline.ts";
import type { EngineView } from "./engine-service.ts";

export interface EngineThreadData {
  readonly folder: string;
  readonly flushed: SharedArrayBuffer;
  readonly options: PipelineOptions;
  readonly views: readonly EngineView[];
}

export type ToEngine =
  | { readonly type: "add-view"; readonly id: number; readonly view: EngineView }
  /** The replica has taken the view's last batch: the next one may come. */
  | { readonly type: "taken"; readonly view: string }
  | { readonly type: "close" };

export type FromEngine =
  | { readonly type: "added"; readonly id: number }
  | { readonly type: "changes"; readonly batch: ChangeBatch }
  /** Everything that was flushed when the engine began has been taken. */
  | { readonly type: "caught-up"; readonly stepNumber: number }
  /** The view was stopped: its rows stay as they are, the others go on. */
  | { readonly type: "view-failed"; readonly view: string; readonly reason: string }
  | {
      readonly type: "failed";
      readonly code: ErrorCode;
      readonly params: QuickwaterError["params"];
    };
