/** Kernels in the mode that is asked for: the one door to both makers. */
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { WindowGroups } from "../operators/window-groups.ts";
import type { ChangeKernel } from "./change-kernel.ts";
import { compileChange } from "./compile-change.ts";
import { compileGroupRow } from "./compile-group-row.ts";
import { compileLocate } from "./compile-locate.ts";
import { compileMerge } from "./compile-merge.ts";
import type { GroupRowKernel, GroupRowShape } from "./group-row-kernel.ts";
import { interpretGroupRow } from "./interpret-group-row.ts";
import { interpretLocate } from "./interpret-window.ts";
import { interpretPredicate, interpretProjection } from "./interpreted-kernels.ts";
import type { KernelMode, PredicateKernel, ProjectionKernel } from "./kernels.ts";
import type { LocateKernel } from "./locate-kernel.ts";
import type { MergeKernel } from "./merge-kernel.ts";
import { compilePredicate } from "./predicate.ts";
import { compileProjection } from "./projection.ts";
import { compileSameRow, interpretSameRow, type SameRowKernel } from "./same-row.ts";

/** A function of its own for each use, so that it stays monomorphic. */
export function makePredicate(predicate: BoundExpression, mode: KernelMode): PredicateKernel {
  return mode === "compiled" ? compilePredicate(predicate) : interpretPredicate(predicate);
}

export function makeProjection(expressions: readonly BoundExpression[], mode: KernelMode): ProjectionKernel {
  return mode === "compiled" ? compileProjection(expressions) : interpretProjection(expressions);
}

export function makeLocate(groups: WindowGroups, keys: readonly number[], mode: KernelMode): LocateKernel {
  return mode === "compiled" ? compileLocate(groups, keys) : interpretLocate(groups, keys);
}

export function makeChange(input: RowSchema, groups: WindowGroups, mode: KernelMode): ChangeKernel {
  return mode === "compiled" ? compileChange(input, groups) : groups.aggregates;
}

/** Whether two rows of a batch are equal from a column on. */
export function makeSameRow(rows: ColumnBatch, from: number, mode: KernelMode): SameRowKernel {
  return mode === "compiled" ? compileSameRow(rows, from) : interpretSameRow(rows, from);
}

export function makeMerge(groups: WindowGroups, mode: KernelMode): MergeKernel {
  return mode === "compiled" ? compileMerge(groups) : groups.aggregates;
}

export function makeGroupRow(shape: GroupRowShape, mode: KernelMode): GroupRowKernel {
  return mode === "compiled" ? compileGroupRow(shape) : interpretGroupRow(shape);
}
