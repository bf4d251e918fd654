/**
 * The twin of compiled kernels: it reads values one by one, evaluates the tree, writes values one by one.
 * Slow and plain on purpose: what it says is what the SQL means, and the compiled path must say the same.
 */
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import { evaluate, type RowReader } from "../../sql/plan/evaluate.ts";
import { readValue, writeValue } from "../../values/column-access.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { PredicateKernel, ProjectionKernel } from "./kernels.ts";
import { carryRowFacts } from "./row-facts.ts";

export function interpretPredicate(predicate: BoundExpression): PredicateKernel {
  return (batch, selection, count) => {
    let kept = 0;
    for (let k = 0; k < count; k++) {
      const row = selection[k]!;
      if (evaluate(predicate, readerOf(batch, row)) === true) selection[kept++] = row;
    }
    return kept;
  };
}

export function readerOf(batch: ColumnBatch, row: number): RowReader {
  const watermarkMs = batch.watermarksMs?.[row] ?? Number.NEGATIVE_INFINITY;
  return {
    column: (index) => readValue(batch, index, row),
    appendTimeMs: batch.cause.appendTimeMs,
    watermarkMs: watermarkMs === Number.NEGATIVE_INFINITY ? null : watermarkMs,
  };
}

export function interpretProjection(expressions: readonly BoundExpression[]): ProjectionKernel {
  let arena: Uint8Array = new Uint8Array(0);
  return (input, selection, count, output) => {
    // The output's arena may be the input's, from a kernel that passed columns through; that one is not ours.
    output.arena = arena;
    let arenaEnd = 0;
    for (let k = 0; k < count; k++) {
      const row = selection[k]!;
      for (const [index, expression] of expressions.entries()) {
        const value = evaluate(expression, readerOf(input, row));
        arenaEnd = writeValue(output, index, k, value, arenaEnd);
      }
    }
    arena = output.arena;
    carryRowFacts(input, selection, count, output);
  };
}
