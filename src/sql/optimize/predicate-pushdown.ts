/**
 * Conditions go below projections and windowing functions, nearer to the table, so that rows that are left
 * out are neither computed nor given a window. A condition stays above what computes a column that it reads,
 * because it would be computed twice. One that may fail (a CAST, a division) never comes before a condition
 * that stood before it: that one may leave out the very rows that it fails for. Nothing goes below an event
 * time that is computed: rows that are left out move the watermark too.
 */
import type { ScalarFunctionName } from "../../functions/scalar/scalar-function.ts";
import type { BoundExpression } from "../bind/bound-expression.ts";
import { filter } from "../plan/build.ts";
import { conjunctionOf, conjunctsOf } from "../plan/conditions.ts";
import { childrenOf, columnsOf, replaceColumns } from "../plan/expressions.ts";
import type { AssignWindows, LogicalPlan, Project } from "../plan/logical-plan.ts";
import { mapPlan } from "../plan/map-plan.ts";
import type { Pass } from "./pass.ts";

export const predicatePushdown: Pass = {
  name: "predicate-pushdown",
  does: "Leaves rows out before they are computed and given a window.",
  run: (plan) =>
    mapPlan(plan, (node) => {
      if (node.kind !== "Filter") return node;
      const { sunk, input } = sink(conjunctsOf(node.predicate), node.input);
      return sunk ? input : node;
    }),
};

/** The plan with the conditions as low as they can be, and whether any is lower than right above it. */
function sink(
  conditions: readonly BoundExpression[],
  plan: LogicalPlan,
): { readonly sunk: boolean; readonly input: LogicalPlan } {
  if (plan.kind !== "Project" && plan.kind !== "AssignWindows" && plan.kind !== "Filter") {
    return { sunk: false, input: filtered(plan, conditions) };
  }
  if (plan.kind === "Filter") return sink([...conjunctsOf(plan.predicate), ...conditions], plan.input);
  const { kept, moved } = parted(conditions, lowerOf(plan));
  if (moved.length === 0) return { sunk: false, input: filtered(plan, conditions) };
  return { sunk: true, input: filtered({ ...plan, input: sink(moved, plan.input).input }, kept) };
}

function filtered(plan: LogicalPlan, conditions: readonly BoundExpression[]): LogicalPlan {
  const predicate = conjunctionOf(conditions);
  return predicate === undefined ? plan : filter(plan, predicate);
}

/** A condition as it reads below the node; undefined where it has to stay above. */
type Lower = (condition: BoundExpression) => BoundExpression | undefined;

function lowerOf(plan: Project | AssignWindows): Lower {
  if (plan.kind === "AssignWindows") {
    const before = plan.input.schema.columns.length;
    // Which rows there are decides where a session ends.
    const isBelow = (index: number) => plan.window.kind !== "SESSION" && index < before;
    return (condition) => ([...columnsOf([condition])].every(isBelow) ? condition : undefined);
  }
  const isPlain = (index: number) => {
    const { kind } = plan.expressions[index]!;
    return kind === "InputColumn" || kind === "Literal";
  };
  return (condition) =>
    [...columnsOf([condition])].every(isPlain) ? replaceColumns(condition, plan.expressions) : undefined;
}

function parted(conditions: readonly BoundExpression[], lower: Lower) {
  const kept: BoundExpression[] = [];
  const moved: BoundExpression[] = [];
  for (const condition of conditions) {
    const below = kept.length === 0 || neverFails(condition) ? lower(condition) : undefined;
    if (below === undefined) kept.push(condition);
    else moved.push(below);
  }
  return { kept, moved };
}

const harmless: ReadonlySet<ScalarFunctionName> = new Set<ScalarFunctionName>([
  "EQUALS",
  "NOT_EQUALS",
  "LESS",
  "LESS_OR_EQUAL",
  "GREATER",
  "GREATER_OR_EQUAL",
  "AND",
  "OR",
  "NOT",
  "IS_NULL",
  "IS_NOT_NULL",
  "IS_TRUE",
  "IS_NOT_TRUE",
  "IS_FALSE",
  "IS_NOT_FALSE",
  "IS_DISTINCT",
]);

function neverFails(expression: BoundExpression): boolean {
  const isHarmless =
    expression.kind === "InputColumn" ||
    expression.kind === "Literal" ||
    (expression.kind === "Call" && harmless.has(expression.function));
  return isHarmless && childrenOf(expression).every(neverFails);
}
