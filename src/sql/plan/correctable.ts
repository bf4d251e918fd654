/**
 * Whether closed windows of a query can be computed again from the rows of its stream alone: one aggregation
 * of windows that are known before any row of them, over rows of one stream that never change.
 */
import type { LogicalPlan } from "./logical-plan.ts";
import { inputsOf } from "./map-plan.ts";
import { windowColumnsOf } from "./traits.ts";

export interface CorrectableWindows {
  readonly stream: string;
  /** Places of window_start and window_end in the query's rows. */
  readonly startColumn: number;
  readonly endColumn: number;
  /** How long before the last window of a row its first one begins. */
  readonly reachMs: number;
}

export function correctableWindows(plan: LogicalPlan): CorrectableWindows | undefined {
  const stream = streamOf(plan, 0);
  const columns = windowColumnsOf(plan);
  const [startColumn] = columns?.starts ?? [];
  const [endColumn] = columns?.ends ?? [];
  if (stream === undefined || startColumn === undefined || endColumn === undefined) return undefined;
  return { stream, startColumn, endColumn, reachMs: reachOf(plan) };
}

function reachOf(plan: LogicalPlan): number {
  const hasWindow = plan.kind === "WindowAggregate" || plan.kind === "AssignWindows";
  const below = Math.max(0, ...inputsOf(plan).map(reachOf));
  if (!hasWindow || plan.window.kind !== "HOP") return below;
  const { sizeMs, stepMs } = plan.window;
  return (Math.ceil(sizeMs / stepMs) - 1) * stepMs;
}

function streamOf(plan: LogicalPlan, aggregations: number): string | undefined {
  switch (plan.kind) {
    case "Scan":
      return aggregations === 1 && plan.rowtime !== undefined ? plan.table : undefined;
    case "Filter":
    case "Project":
    case "RepeatRows":
    case "Unnest":
      return streamOf(plan.input, aggregations);
    case "AssignTime":
      // Another time than the stream's own: which rows a window has is not known from the journal's index.
      return plan.time.kind === "wall" || plan.time.kind === "instant"
        ? streamOf(plan.input, aggregations)
        : undefined;
    case "AssignWindows":
    case "WindowAggregate":
      if (plan.window.kind === "SESSION") return undefined;
      return streamOf(plan.input, aggregations + (plan.kind === "WindowAggregate" ? 1 : 0));
    default:
      return undefined;
  }
}
