/**
 * The optimizer: one ordered list of named passes. Each takes a plan and gives one that computes the same
 * rows with the same schema; each can be left out by its name, and nothing may depend on one having run.
 */
import { isDeepStrictEqual } from "node:util";
import { assert } from "../../errors/quickwater-error.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { constantFolding } from "./constant-folding.ts";
import { mergeFilters } from "./merge-filters.ts";
import { mergeProjections } from "./merge-projections.ts";
import type { Pass } from "./pass.ts";
import { predicatePushdown } from "./predicate-pushdown.ts";
import { projectionPushdown } from "./projection-pushdown.ts";
import { removeIdentityProjection } from "./remove-identity-projection.ts";

/**
 * In this order: what folding makes constant is not read any more, a filter that has left its place lets two
 * projections meet, and pruning may make a Project an identity.
 */
export const passes: readonly Pass[] = [
  constantFolding,
  predicatePushdown,
  mergeFilters,
  mergeProjections,
  projectionPushdown,
  removeIdentityProjection,
];

export interface OptimizedPlan {
  readonly plan: LogicalPlan;
  /** The passes that changed something, for EXPLAIN. */
  readonly changedBy: readonly Pass[];
}

export function optimize(plan: LogicalPlan, without: ReadonlySet<string> = new Set()): OptimizedPlan {
  let current = plan;
  const changedBy: Pass[] = [];
  for (const pass of passes) {
    if (without.has(pass.name)) continue;
    const next = pass.run(current);
    assert(sameShape(plan, next), `the pass ${pass.name} changed the schema`);
    if (!isDeepStrictEqual(next, current)) changedBy.push(pass);
    current = next;
  }
  return { plan: current, changedBy };
}

function sameShape(before: LogicalPlan, after: LogicalPlan): boolean {
  return JSON.stringify(before.schema) === JSON.stringify(after.schema);
}
