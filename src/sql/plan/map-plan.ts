/** Walking plans: every pass that changes nodes one by one goes through here. */
import type { LogicalPlan } from "./logical-plan.ts";

/** The same plan with each node replaced, inputs first. */
export function mapPlan(plan: LogicalPlan, map: (node: LogicalPlan) => LogicalPlan): LogicalPlan {
  if (plan.kind === "Scan") return map(plan);
  return map({ ...plan, input: mapPlan(plan.input, map) });
}
