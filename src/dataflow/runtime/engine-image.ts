/**
 * What an engine keeps, between two steps: a restart takes it and goes on behind `stepNumber`. It holds every
 * watermark, row, group and counter; what it does not hold is how far main was told, so that everything is
 * told again. Its pages never change (`state/keyed-state.ts`), and the rest is plain data. It goes on under
 * the kernels that made it: compiled and interpreted ones hash keys in their own ways.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { DerivedImage } from "./derived-stream.ts";

export interface EngineImage {
  /** The last step that was taken. */
  readonly stepNumber: number;
  /** What tells it from other steps of that number (`take-step.ts`). */
  readonly mark: readonly number[];
  /** Tables of the log's streams by their number, as declared last before that step. */
  readonly streams: readonly DeclaredTable[];
  readonly sources: readonly (readonly [stream: string, PartImage])[];
  /** INSERT INTO, in the order of the statements. */
  readonly inserts: readonly InsertImage[];
  readonly written: readonly (readonly [stream: string, DerivedImage])[];
  readonly views: readonly (readonly [view: string, ViewImage])[];
}

/** The number of the next row was not always told. */
export type DeclaredTable = readonly [streamId: number, table: TableDefinition, nextRow?: number];

export interface QueryImage {
  /** What the query is (`query-fingerprint.ts`). */
  readonly fingerprint: string;
  /** In the order of the pipeline. */
  readonly operators: readonly PartImage[];
  /** What its stages have given on; missing in images of before that was counted. */
  readonly gauges?: PartImage | undefined;
}

export interface InsertImage extends QueryImage {
  /** Missing in images of before it was told. */
  readonly target?: string | undefined;
}

export interface ViewImage extends QueryImage {
  readonly table: PartImage;
  /** What its rows look like; missing in images of before it was told. */
  readonly shape?: { readonly schema: RowSchema; readonly key: readonly number[] } | undefined;
}
