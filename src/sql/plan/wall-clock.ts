import type { LogicalPlan } from "./logical-plan.ts";
import { inputsOf } from "./map-plan.ts";

/**
 * Whether what orders a plan's rows, and its watermark with it, is a wall clock: a TIMESTAMP, or instants
 * where windows of them are made in a time zone.
 */
export function isOnWallClock(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case "Scan":
      return plan.rowtime !== undefined && plan.columns[plan.rowtime]!.type.kind === "TIMESTAMP";
    case "AssignTime": {
      const { time } = plan;
      if (time.kind === "event") return plan.schema.columns[time.column]!.type.kind === "TIMESTAMP";
      return time.kind === "wall";
    }
    default:
      return inputsOf(plan).some(isOnWallClock);
  }
}
