/** Walking plans: every pass that changes nodes one by one goes through here. */
import type { LogicalPlan, Scan } from "./logical-plan.ts";

export function inputsOf(plan: LogicalPlan): readonly LogicalPlan[] {
  switch (plan.kind) {
    case "Scan":
    case "Values":
      return [];
    case "Union":
      return plan.inputs;
    case "Join":
      return [plan.left, plan.right];
    default:
      return [plan.input];
  }
}

/** The same plan with each node replaced, inputs first. */
export function mapPlan(plan: LogicalPlan, map: (node: LogicalPlan) => LogicalPlan): LogicalPlan {
  switch (plan.kind) {
    case "Scan":
    case "Values":
      return map(plan);
    case "Union":
      return map({ ...plan, inputs: plan.inputs.map((input) => mapPlan(input, map)) });
    case "Join":
      return map({ ...plan, left: mapPlan(plan.left, map), right: mapPlan(plan.right, map) });
    default:
      return map({ ...plan, input: mapPlan(plan.input, map) });
  }
}

/** From left to right; a table that is read twice is there twice. */
function scansOf(plan: LogicalPlan): readonly Scan[] {
  return plan.kind === "Scan" ? [plan] : inputsOf(plan).flatMap(scansOf);
}

/** Names of the tables that a plan reads, each once. */
export function tablesOf(plan: LogicalPlan): readonly string[] {
  return [...new Set(scansOf(plan).map(({ table }) => table))];
}
