/**
 * What writes a group as a row of its plan's schema: its key, the window, its results. Compiled in
 * `compile-group-row.ts`; its interpreted twin is `interpret-group-row.ts`.
 */
import type { WindowAggregate } from "../../sql/plan/logical-plan.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { WindowGroups } from "../operators/window-groups.ts";

export interface GroupRowShape {
  /** Without windows there are no properties. */
  readonly plan: Pick<WindowAggregate, "keys" | "properties"> & Partial<Pick<WindowAggregate, "window">>;
  /** Where rows go. Its arena is replaced when it is full. */
  readonly rows: ColumnBatch;
  /** Where the aggregates are, and where the keys are: mostly the same. */
  readonly groups: WindowGroups;
  readonly keys: WindowGroups;
}

/** Answers where the used part of the batch's arena ends then. */
export type GroupRowKernel = (
  row: number,
  key: number,
  values: number,
  startMs: number,
  endMs: number,
  arenaEnd: number,
) => number;
