/**
 * WHERE and SELECT over rows as they pass: a predicate, a projection, or both in one stage. Keeps no state; a
 * retraction passes like any row, and so do first and open rows; a watermark passes unchanged. An update
 * whose row is among those of WHERE only before it, or only after it, is a delete or an insert.
 */
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import { allocateBatch } from "../../values/column-access.ts";
import { type ColumnBatch, rowKind } from "../../values/column-batch.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { KernelMode, PredicateKernel, ProjectionKernel } from "../codegen/kernels.ts";
import { makePredicate, makeProjection } from "../codegen/make-kernels.ts";
import { batchRowsMax, identitySelection } from "../runtime/batches.ts";
import type { Output } from "./operator.ts";
import { SingleInputOperator } from "./single-input-operator.ts";

export interface TransformOptions {
  readonly predicate: BoundExpression | undefined;
  readonly expressions: readonly BoundExpression[];
  readonly schema: RowSchema;
  readonly mode: KernelMode;
}

export class TransformOperator extends SingleInputOperator {
  readonly name: string;
  readonly #predicate: PredicateKernel | undefined;
  readonly #project: ProjectionKernel;
  readonly #selection = new Int32Array(batchRowsMax);
  readonly #rows: ColumnBatch;

  constructor(output: Output, options: TransformOptions) {
    super(output);
    this.name = options.predicate === undefined ? "SELECT" : "SELECT WHERE";
    this.#predicate =
      options.predicate === undefined ? undefined : makePredicate(options.predicate, options.mode);
    this.#project = makeProjection(options.expressions, options.mode);
    this.#rows = allocateBatch(options.schema, batchRowsMax);
  }

  accept(batch: ColumnBatch): void {
    this.#selection.set(identitySelection);
    const kept = this.#predicate?.(batch, this.#selection, batch.rowCount) ?? batch.rowCount;
    // The books are of rows that stand: an open row comes again and again.
    if (batch.standing === "final") {
      this.counters.rowsIn += batch.rowCount;
      this.tellFiltered(batch, this.#selection, kept);
    }
    if (kept === 0) return;
    this.#project(batch, this.#selection, kept, this.#rows);
    if (batch.kinds !== null && kept < batch.rowCount) mendUpdates(this.#rows, this.#selection);
    this.output.accept(this.#rows);
  }
}

/** An update of which one half is left out takes a row away, or brings one. The halves stand side by side. */
function mendUpdates({ kinds, rowCount }: ColumnBatch, rowOf: Int32Array): void {
  for (let place = 0; place < rowCount; place++) {
    const kind = kinds![place]!;
    if (kind === rowKind.updateBefore) {
      const isWhole = place + 1 < rowCount && rowOf[place + 1] === rowOf[place]! + 1;
      if (isWhole) place++;
      else kinds![place] = rowKind.delete;
    } else if (kind === rowKind.updateAfter) kinds![place] = rowKind.insert;
  }
}
