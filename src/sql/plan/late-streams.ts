/** Which streams of a plan may have rows that come too late for what the plan does with them. */
import type { LogicalPlan } from "./logical-plan.ts";

/** By name, each once, in the order in which the plan reads them. */
export function lateStreamsOf(plan: LogicalPlan): readonly string[] {
  return [...new Set(lateIn(plan))];
}

function lateIn(plan: LogicalPlan): readonly string[] {
  switch (plan.kind) {
    case "Scan":
    case "Values":
      return [];
    case "WindowAggregate":
    case "Over":
      return [...lateIn(plan.input), ...rowsOf(plan.input)];
    case "AssignWindows":
      return [...lateIn(plan.input), ...(plan.window.kind === "SESSION" ? rowsOf(plan.input) : [])];
    case "Rank": {
      const isTimed = plan.method === "window" || plan.method === "keep-first";
      return [...lateIn(plan.input), ...(isTimed ? rowsOf(plan.input) : [])];
    }
    case "Sort":
      return [...lateIn(plan.input), ...(plan.method === "time" ? rowsOf(plan.input) : [])];
    case "Join": {
      const { left, right, method } = plan;
      const below = [...lateIn(left), ...lateIn(right)];
      if (method.kind === "regular" || method.kind === "lookup") return below;
      // A late version still counts for the rows that wait for it.
      return [...below, ...rowsOf(left), ...(method.kind === "temporal" ? [] : rowsOf(right))];
    }
    case "Union":
      return plan.inputs.flatMap(lateIn);
    default:
      return lateIn(plan.input);
  }
}

/**
 * The streams whose own rows a plan gives, one by one: what an operator made of several is no event. Those
 * without a time are never late; `isTimed` where a column that is computed above gives them one.
 */
function rowsOf(plan: LogicalPlan, isTimed = false): readonly string[] {
  switch (plan.kind) {
    case "Scan":
      return isTimed || plan.rowtime !== undefined ? [plan.table] : [];
    case "Filter":
    case "Project":
    case "RepeatRows":
    case "Unnest":
      return rowsOf(plan.input, isTimed);
    case "AssignTime":
      if (plan.time.kind === "processing") return [];
      return rowsOf(plan.input, isTimed || plan.time.kind === "event");
    case "AssignWindows":
      return plan.window.kind === "SESSION" ? [] : rowsOf(plan.input, isTimed);
    case "Union":
      return plan.inputs.flatMap((input) => rowsOf(input, isTimed));
    default:
      return [];
  }
}
