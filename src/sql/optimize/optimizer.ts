/**
 * The optimizer: one ordered list of named passes. Each takes a plan and gives one that computes the same
 * rows with the same schema; each can be left out by its name, and nothing may depend on one having run.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { constantFolding } from "./constant-folding.ts";
import { mergeFilters } from "./merge-filters.ts";
import type { Pass } from "./pass.ts";
import { projectionPushdown } from "./projection-pushdown.ts";
import { removeIdentityProjection } from "./remove-identity-projection.ts";

/**
 * In this order: what folding makes constant is not read any more, and pruning may make a Project an
 * identity.
 */
export const passes: readonly Pass[] = [
  constantFolding,
  mergeFilters,
  projectionPushdown,
  removeIdentityProjection,
];

export function optimize(plan: LogicalPlan, without: ReadonlySet<string> = new Set()): LogicalPlan {
  let current = plan;
  for (const pass of passes) {
    if (without.has(pass.name)) continue;
    current = pass.run(current);
    assert(sameShape(plan, current), `the pass ${pass.name} changed the schema`);
  }
  return current;
}

function sameShape(before: LogicalPlan, after: LogicalPlan): boolean {
  return JSON.stringify(before.schema) === JSON.stringify(after.schema);
}
