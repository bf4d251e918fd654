/**
 * What expressions become: functions over a whole batch. There are two makers, `compiled` (JavaScript
 * written for one use, so that it stays monomorphic) and `interpreted` (its twin, plain and slow). Both
 * must give the same rows; operators cannot tell which one they were handed.
 *
 * A selection is the list of row numbers that are still in, ascending: filters shorten it, nothing is moved.
 */
import type { ColumnBatch } from "../../values/column-batch.ts";

/** Shortens the selection in place to the rows for which the predicate is TRUE; returns how many are left. */
export type PredicateKernel = (batch: ColumnBatch, selection: Int32Array, count: number) => number;

/**
 * Writes the expressions of the selected rows to `output`, row k of it from row `selection[k]`, with event
 * times, watermarks, kinds and step carried over. `bytes` columns that are passed through point into the
 * input's arena; where an expression makes new bytes, the output has an arena of its own and all its
 * `bytes` columns lie there.
 */
export type ProjectionKernel = (
  input: ColumnBatch,
  selection: Int32Array,
  count: number,
  output: ColumnBatch,
) => void;

export type KernelMode = "compiled" | "interpreted";
