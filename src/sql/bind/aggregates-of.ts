/** Whether a select list has aggregates: one of them makes the query an aggregation. */
import { aggregateNamed } from "../../functions/aggregate/aggregate-function.ts";
import type { Expression, SelectItem } from "../parse/ast.ts";
import { refuseCallClauses } from "./call-clauses.ts";

/** The first one. */
export function findAggregate(items: readonly SelectItem[]): Expression | undefined {
  for (const item of items) {
    const found = item.kind === "SelectExpression" ? aggregateIn(item.expression) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function aggregateIn(node: Expression): Expression | undefined {
  const isAggregate =
    node.kind === "FunctionCall" && node.over === undefined && aggregateNamed(node.name.name) !== undefined;
  if (isAggregate) {
    refuseCallClauses(node, true);
    return node;
  }
  for (const part of partsOf(node)) {
    const found = aggregateIn(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

function partsOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "BinaryExpression":
      return [node.left, node.right];
    case "UnaryExpression":
    case "IsPredicate":
    case "CastExpression":
      return [node.operand];
    case "BetweenPredicate":
      return [node.operand, node.low, node.high];
    case "InListPredicate":
      return [node.operand, ...node.items];
    case "LikePredicate":
      return [node.operand, node.pattern, ...(node.escape === undefined ? [] : [node.escape])];
    case "CaseExpression": {
      const ends = [node.operand, node.otherwise].filter((end) => end !== undefined);
      return [...node.branches.flatMap(({ when, then }) => [when, then]), ...ends];
    }
    case "FunctionCall":
      return [...node.arguments, ...(node.filter === undefined ? [] : [node.filter])];
    default:
      return [];
  }
}
