/** Two filters in a row become one with AND, and a filter that is always TRUE goes. */
import { conjunctionOf } from "../plan/conditions.ts";
import { mapPlan } from "../plan/map-plan.ts";
import type { Pass } from "./pass.ts";

export const mergeFilters: Pass = {
  name: "merge-filters",
  does: "Joins filters that follow each other, drops those that are always true.",
  run: (plan) =>
    mapPlan(plan, (node) => {
      if (node.kind !== "Filter") return node;
      if (node.predicate.kind === "Literal" && node.predicate.value === true) return node.input;
      if (node.input.kind !== "Filter") return node;
      // The inner filter stays first: what it leaves out must not be evaluated by the outer one.
      return {
        ...node,
        input: node.input.input,
        predicate: conjunctionOf([node.input.predicate, node.predicate])!,
      };
    }),
};
