/**
 * A projection over another becomes one, so that a row is written once; a projection of columns alone goes
 * where an aggregation reads it, which picks its columns itself. What the lower one computes is computed no
 * more often than before: it is put in only where it is read once.
 */

import type { BoundExpression } from "../bind/bound-expression.ts";
import { childrenOf, replaceColumns } from "../plan/expressions.ts";
import type { AggregateCall, LogicalPlan, Project, WindowAggregate } from "../plan/logical-plan.ts";
import { mapPlan } from "../plan/map-plan.ts";
import { movedWindow } from "./moved-window.ts";
import type { Pass } from "./pass.ts";

export const mergeProjections: Pass = {
  name: "merge-projections",
  does: "Makes one of projections that follow each other, drops those that an aggregation does not need.",
  run: (plan) => mapPlan(plan, merge),
};

function merge(node: LogicalPlan): LogicalPlan {
  const below = "input" in node ? node.input : undefined;
  if (below?.kind !== "Project") return node;
  switch (node.kind) {
    case "Project":
      return mergeTwo(node, below);
    case "Aggregate":
    case "WindowAggregate":
      return readThrough(node, below);
    default:
      return node;
  }
}

function mergeTwo(upper: Project, lower: Project): Project {
  const reads = lower.expressions.map(() => 0);
  for (const expression of upper.expressions) countReads(expression, reads);
  const isFree = ({ kind }: BoundExpression) => kind === "InputColumn" || kind === "Literal";
  if (!lower.expressions.every((each, index) => isFree(each) || reads[index]! <= 1)) return upper;
  const expressions = upper.expressions.map((each) => replaceColumns(each, lower.expressions));
  return { ...upper, input: lower.input, expressions };
}

function countReads(expression: BoundExpression, reads: number[]): void {
  if (expression.kind === "InputColumn") reads[expression.index]!++;
  for (const child of childrenOf(expression)) countReads(child, reads);
}

function readThrough<Node extends Extract<LogicalPlan, { kind: "Aggregate" | "WindowAggregate" }>>(
  node: Node,
  { expressions, input }: Project,
): Node {
  const columns = expressions.map((each) => (each.kind === "InputColumn" ? each.index : undefined));
  if (columns.includes(undefined)) return node;
  const place = (index: number) => columns[index]!;
  const moved = (index: number | undefined) => (index === undefined ? undefined : place(index));
  const aggregates = node.aggregates.map((call): AggregateCall => {
    return { ...call, argument: moved(call.argument), filter: moved(call.filter) };
  });
  const parts = { input, keys: node.keys.map(place), aggregates };
  if (node.kind === "Aggregate") return { ...node, ...parts };
  return { ...node, ...parts, window: movedWindow(node.window as WindowAggregate["window"], place) };
}
