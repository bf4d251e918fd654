/**
 * The column batch: what flows between operators.
 *
 * Obligations of who fills a batch
 *   - Every column holds `rowCount` values; the place of a NULL holds the zero of its lane, so that a
 *     kernel may read it without a branch.
 *   - `cause` is the step that made the rows come; all rows of a batch have one. Its append time is what
 *     PROCTIME and NOW read: there is no other clock.
 *   - `rowIndexes[i]` is row i's place within its step, from 0, also behind a filter; null where an operator
 *     made the rows (a window's result is of no one row).
 *   - A `bytes` value lies in `arena`. It is not ended or escaped: what lies there is the value.
 *
 * What a reader may assume
 *   - Rows are in the order in which they must be taken. `kinds` is null when every row is an insert.
 *   - All rows of a batch have one `standing`, see below.
 *   - `eventTimesMs` and `watermarksMs` are null on a table without a watermark. `watermarksMs[i]` is the
 *     stream's watermark *before* row i, so that lateness is judged row by row however rows were batched.
 *   - Between an update-before and its update-after nothing else of that key comes, and both are in one
 *     batch.
 *
 * What nobody may assume
 *   - That a batch lives on: columns, arena and null bits are used again for the next batch as soon as
 *     `accept` returns. What must be kept is copied into state.
 *   - That batches have any particular size, or that a step makes one batch. Sizes never change results.
 */
import type { RowSchema } from "./row-schema.ts";

/** Row kinds, as Flink writes them in a changelog. */
export const rowKind = { insert: 0, updateBefore: 1, updateAfter: 2, delete: 3 } as const;
export type RowKind = (typeof rowKind)[keyof typeof rowKind];
export const rowKindSigns = ["+I", "-U", "+U", "-D"] as const;

/** What happened that rows or a watermark come of: a step of the log. Each has an object of its own. */
export interface Cause {
  readonly stepNumber: number;
  readonly partition: number;
  readonly appendTimeMs: number;
}

export const noCause: Cause = { stepNumber: 0, partition: 0, appendTimeMs: 0 };

/**
 * How settled rows are.
 *   final  they stand, until a row of kind update or delete changes them: the only rows that state is built
 *          from, and that leave the engine for a stream or a sink.
 *   first  what is known when a row arrives and its final answer has to wait for the watermark. One a row,
 *          never revised; the final answer replaces it where it differs.
 *   open   what a window holds that is still filling. Each replaces the one before.
 */
export type Standing = "final" | "first" | "open";

/** One bit a row, set where the value is NULL: row i is bit `i & 7` of byte `i >> 3`. */
export type NullBits = Uint8Array;

export type Column =
  | { readonly physical: "u8"; readonly values: Uint8Array; readonly nulls: NullBits }
  | { readonly physical: "i32"; readonly values: Int32Array; readonly nulls: NullBits }
  | { readonly physical: "f64"; readonly values: Float64Array; readonly nulls: NullBits }
  | { readonly physical: "i64"; readonly values: BigInt64Array; readonly nulls: NullBits }
  | {
      readonly physical: "i128";
      readonly high: BigInt64Array;
      readonly low: BigUint64Array;
      readonly nulls: NullBits;
    }
  | {
      readonly physical: "bytes";
      readonly starts: Int32Array;
      readonly lengths: Int32Array;
      readonly nulls: NullBits;
    };

export interface ColumnBatch {
  readonly schema: RowSchema;
  rowCount: number;
  cause: Cause;
  standing: Standing;
  readonly columns: readonly Column[];
  /** Where the `bytes` columns point into. */
  arena: Uint8Array;
  kinds: Uint8Array | null;
  rowIndexes: Int32Array | null;
  eventTimesMs: Float64Array | null;
  watermarksMs: Float64Array | null;
}

export function isNull(nulls: NullBits, row: number): boolean {
  return ((nulls[row >> 3]! >> (row & 7)) & 1) === 1;
}

export function setNull(nulls: NullBits, row: number): void {
  nulls[row >> 3]! |= 1 << (row & 7);
}
