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
  return aggregateAmong(Object.entries(node));
}

/** What a sub-query aggregates is its own, and what a window orders by is of its call. */
const ofOthers: ReadonlySet<string> = new Set(["query", "over", "position"]);

function aggregateAmong(parts: readonly (readonly [key: string, part: unknown])[]): Expression | undefined {
  for (const [key, part] of parts) {
    if (typeof part !== "object" || part === null || ofOthers.has(key)) continue;
    const found = "kind" in part ? aggregateIn(part as Expression) : aggregateAmong(Object.entries(part));
    if (found !== undefined) return found;
  }
  return undefined;
}
