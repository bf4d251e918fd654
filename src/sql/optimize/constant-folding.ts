/**
 * What does not depend on the row is computed once, when the plan is made. A computation that fails, as 1 /
 * 0, stays as it is: a row that never reaches it must not fail the plan.
 */
import { QuickwaterError } from "../../errors/quickwater-error.ts";
import type { BoundExpression } from "../bind/bound-expression.ts";
import { evaluateConstant } from "../plan/evaluate.ts";
import { mapChildren } from "../plan/expressions.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { mapPlan } from "../plan/map-plan.ts";
import type { Pass } from "./pass.ts";

export const constantFolding: Pass = {
  name: "constant-folding",
  does: "Computes once what is the same for every row.",
  run: (plan) => mapPlan(plan, foldNode),
};

function foldNode(node: LogicalPlan): LogicalPlan {
  switch (node.kind) {
    case "Filter":
      return { ...node, predicate: fold(node.predicate) };
    case "Project":
      return { ...node, expressions: node.expressions.map(fold) };
    case "Join":
      return { ...node, predicate: node.predicate && fold(node.predicate) };
    default:
      return node;
  }
}

export function fold(expression: BoundExpression): BoundExpression {
  const folded = mapChildren(expression, fold);
  switch (folded.kind) {
    case "InputColumn":
    case "Literal":
    case "Clock":
      return folded;
    case "Call":
      return folded.arguments.every(isLiteral) ? compute(folded) : folded;
    case "Cast":
      return isLiteral(folded.operand) ? compute(folded) : folded;
    case "Case":
      return foldCase(folded);
  }
}

function foldCase(expression: Extract<BoundExpression, { kind: "Case" }>): BoundExpression {
  const branches = [];
  for (const branch of expression.branches) {
    const { when, then } = branch;
    if (!isLiteral(when)) {
      branches.push(branch);
    } else if (when.value === true) {
      // Nothing behind a branch that is always taken is ever reached.
      const rest = { ...expression, branches, otherwise: then };
      return branches.length === 0 ? retyped(then, expression) : rest;
    }
  }
  if (branches.length === 0) return retyped(expression.otherwise, expression);
  return { ...expression, branches };
}

/** The schema follows the types of expressions, so that a folded one keeps the type of what it replaces. */
function retyped(value: BoundExpression, original: BoundExpression): BoundExpression {
  return { ...value, type: original.type } as BoundExpression;
}

function compute(expression: BoundExpression): BoundExpression {
  try {
    const value = evaluateConstant(expression);
    return { kind: "Literal", value, type: expression.type };
  } catch (error) {
    if (error instanceof QuickwaterError) return expression;
    throw error;
  }
}

function isLiteral(expression: BoundExpression): expression is Extract<BoundExpression, { kind: "Literal" }> {
  return expression.kind === "Literal";
}
