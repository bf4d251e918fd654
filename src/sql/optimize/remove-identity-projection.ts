/** A Project that gives its input's columns in their order, under their names, is its input. */

import type { LogicalPlan, Project } from "../plan/logical-plan.ts";
import { mapPlan } from "../plan/map-plan.ts";
import type { Pass } from "./pass.ts";

export const removeIdentityProjection: Pass = {
  name: "remove-identity-projection",
  does: "Drops projections that change nothing.",
  run: (plan) => mapPlan(plan, (node) => (node.kind === "Project" && isIdentity(node) ? node.input : node)),
};

function isIdentity(node: Project): boolean {
  const input: LogicalPlan = node.input;
  if (node.expressions.length !== input.schema.columns.length) return false;
  const inPlace = node.expressions.every(
    (expression, index) => expression.kind === "InputColumn" && expression.index === index,
  );
  return inPlace && JSON.stringify(node.schema) === JSON.stringify(input.schema);
}
