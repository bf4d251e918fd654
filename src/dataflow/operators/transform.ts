/**
 * WHERE and SELECT over rows as they pass: a predicate, a projection, or both in one stage. Keeps no state; a
 * retraction passes like any row, a watermark passes unchanged.
 */
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import type { StateImage } from "../../state/keyed-state.ts";
import { allocateBatch } from "../../values/column-access.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { KernelMode, PredicateKernel, ProjectionKernel } from "../codegen/kernels.ts";
import { makePredicate, makeProjection } from "../codegen/make-kernels.ts";
import { batchRowsMax, identitySelection } from "../runtime/batches.ts";
import type { OpenOutput, Operator, OperatorCounters, Output } from "./operator.ts";

export interface TransformOptions {
  readonly predicate: BoundExpression | undefined;
  readonly expressions: readonly BoundExpression[];
  readonly schema: RowSchema;
  readonly mode: KernelMode;
}

export class TransformOperator implements Operator {
  readonly name: string;
  readonly counters: OperatorCounters = { rowsIn: 0, rowsFiltered: 0, rowsLate: 0 };
  readonly #output: Output;
  readonly #predicate: PredicateKernel | undefined;
  readonly #project: ProjectionKernel;
  readonly #selection = new Int32Array(batchRowsMax);
  readonly #rows: ColumnBatch;

  constructor(output: Output, options: TransformOptions) {
    this.name = options.predicate === undefined ? "SELECT" : "SELECT WHERE";
    this.#output = output;
    this.#predicate =
      options.predicate === undefined ? undefined : makePredicate(options.predicate, options.mode);
    this.#project = makeProjection(options.expressions, options.mode);
    this.#rows = allocateBatch(options.schema, batchRowsMax);
  }

  accept(batch: ColumnBatch): void {
    this.counters.rowsIn += batch.rowCount;
    const kept = this.#transform(batch);
    this.counters.rowsFiltered += batch.rowCount - kept;
    if (kept > 0) this.#output.accept(this.#rows);
  }

  advance(watermarkMs: number): void {
    this.#output.advance(watermarkMs);
  }

  /** Nothing is open in a stage without state; open rows from above come through `opened`. */
  deliverOpen(): void {}

  freeze(): readonly StateImage[] {
    return [];
  }

  restore(): void {}

  /** The same stage for rows of open windows, which must not reach the output of final ones. */
  opened(output: OpenOutput): OpenOutput {
    return {
      accept: (batch) => {
        if (this.#transform(batch) > 0) output.accept(this.#rows);
      },
    };
  }

  #transform(batch: ColumnBatch): number {
    this.#selection.set(identitySelection);
    const kept = this.#predicate?.(batch, this.#selection, batch.rowCount) ?? batch.rowCount;
    if (kept > 0) this.#project(batch, this.#selection, kept, this.#rows);
    return kept;
  }
}
