/** A list of expressions over one table, bound as a script binds it, run by one kernel over given rows. */
import { Catalog } from "../../src/catalog/catalog.ts";
import type { KernelMode } from "../../src/dataflow/codegen/kernels.ts";
import { makeProjection } from "../../src/dataflow/codegen/make-kernels.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";
import type { BoundExpression } from "../../src/sql/bind/bound-expression.ts";
import { allocateBatch, batchOfRows, readRow } from "../../src/values/column-access.ts";
import type { ColumnBatch } from "../../src/values/column-batch.ts";
import type { SqlValue } from "../../src/values/sql-value.ts";

export interface BoundList {
  readonly expressions: readonly BoundExpression[];
  readonly input: ColumnBatch;
  readonly output: ColumnBatch;
}

/** Without folding: what is constant must be computed by the kernels here. */
export function bindList(
  table: string,
  list: string,
  rows: readonly (readonly SqlValue[])[],
  from = "t",
): BoundList {
  const withoutPasses = new Set(["constant-folding", "projection-pushdown", "remove-identity-projection"]);
  const { bound, errors } = analyzeScript(`${table}; SELECT ${list} FROM ${from}`, new Catalog(), {
    withoutPasses,
  });
  if (errors.length > 0) throw errors[0];
  const select = bound[1]!;
  if (select.kind !== "Select" || select.plan.kind !== "Project") throw new Error("no projection");
  const input = batchOfRows(select.plan.input.schema, rows);
  return { expressions: select.plan.expressions, input, output: allocateBatch(select.schema, rows.length) };
}

export function runList({ expressions, input, output }: BoundList, mode: KernelMode): SqlValue[][] {
  const selection = Int32Array.from({ length: input.rowCount }, (_, index) => index);
  makeProjection(expressions, mode)(input, selection, input.rowCount, output);
  return Array.from(selection, (at) => readRow(output, at));
}
