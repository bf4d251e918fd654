/** What a pass of the optimizer is; `optimizer.ts` lists them in their order. */
import type { LogicalPlan } from "../plan/logical-plan.ts";

export interface Pass {
  readonly name: string;
  /** One sentence, as EXPLAIN shows it. */
  readonly does: string;
  run(plan: LogicalPlan): LogicalPlan;
}
