/**
 * Whether a query can answer as soon as a row comes: because nothing in it waits, or because what waits for
 * the watermark tells what is known so far, too.
 */
import type { LogicalPlan } from "./logical-plan.ts";

/**
 *   at once  rows are final when they are given
 *   first    each row is answered when it comes, and finally behind the watermark
 *   none     a part of it has no answer before the watermark
 */
export type Answers = "at once" | "first" | "none";

export function answersOf(plan: LogicalPlan): Answers {
  switch (plan.kind) {
    case "Scan":
    case "Values":
      return "at once";
    case "Filter":
    case "Project":
    case "AssignTime":
    case "RepeatRows":
    case "Unnest":
      return answersOf(plan.input);
    case "Over":
      // It takes the first answers of what is before it.
      return answersOf(plan.input) === "none" ? "none" : "first";
    case "LatestRows":
    case "Aggregate":
      return atOnceOver(plan.input);
    case "Rank":
      return plan.method === "top" || plan.method === "keep-last" ? atOnceOver(plan.input) : "none";
    case "AssignWindows":
      return plan.window.kind === "SESSION" ? "none" : answersOf(plan.input);
    case "WindowAggregate":
    case "Sort":
      return "none";
    case "Join": {
      const { left, right, method, type } = plan;
      if (method.kind === "lookup") return atOnceOver(left);
      if (method.kind === "temporal")
        return answersOf(left) === "none" || answersOf(right) !== "at once" ? "none" : "first";
      if (answersOf(left) !== "at once" || answersOf(right) !== "at once") return "none";
      if (method.kind === "interval") return type === "INNER" ? "at once" : "first";
      return method.kind === "regular" ? "at once" : "none";
    }
    case "Union": {
      const [first, ...others] = plan.inputs.map(answersOf);
      return others.every((each) => each === first) ? first! : "none";
    }
  }
}

function atOnceOver(input: LogicalPlan): Answers {
  return answersOf(input) === "at once" ? "at once" : "none";
}
