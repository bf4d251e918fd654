/**
 * IN and EXISTS with a sub-query, in WHERE: the rows that have a partner in the sub-query, or that have none.
 * The WHERE of the sub-query may compare its rows with those of the query around it.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type {
  ColumnReference,
  ExistsPredicate,
  Expression,
  InQueryPredicate,
  Query,
  SelectQuery,
} from "../parse/ast.ts";
import { conjunctsOf } from "../plan/conditions.ts";
import { givesOneRow } from "../plan/traits.ts";
import { findAggregate } from "./aggregates-of.ts";
import { type BindContext, bindCondition, bindExpression } from "./bind-expression.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { call, literal } from "./coerce.ts";
import { contextWithoutAggregates } from "./collected-aggregates.ts";
import type { BindEnvironment, BindTable } from "./environment.ts";
import { joinRelation, restrict } from "./join-relation.ts";
import { type Relation, relationOfPlan, sideBySide } from "./relation.ts";
import { Scope } from "./scope.ts";

export interface SubqueryPredicate {
  readonly node: InQueryPredicate | ExistsPredicate;
  readonly isNegated: boolean;
}

/** What WHERE asks, apart: of the row alone, and of sub-queries. */
export function splitWhere(where: Expression): {
  readonly plain: readonly Expression[];
  readonly subqueries: readonly SubqueryPredicate[];
} {
  const plain: Expression[] = [];
  const subqueries: SubqueryPredicate[] = [];
  const visit = (node: Expression): void => {
    const subquery = subqueryOf(node, false);
    if (subquery !== undefined) subqueries.push(subquery);
    else if (node.kind === "BinaryExpression" && node.operator === "AND") {
      visit(node.left);
      visit(node.right);
    } else plain.push(node);
  };
  visit(where);
  return { plain, subqueries };
}

function subqueryOf(node: Expression, isNegated: boolean): SubqueryPredicate | undefined {
  switch (node.kind) {
    case "InQueryPredicate":
      return { node, isNegated: node.negated !== isNegated };
    case "ExistsPredicate":
      return { node, isNegated };
    case "UnaryExpression":
      return node.operator === "NOT" ? subqueryOf(node.operand, !isNegated) : undefined;
    default:
      return undefined;
  }
}

export function semiJoin(
  outer: Relation,
  { node, isNegated }: SubqueryPredicate,
  environment: BindEnvironment,
  bindTable: BindTable,
): Relation {
  const sub = bindSubquery(outer, node.query, environment, bindTable);
  const { relation: inner, conjuncts } = sub;
  const asked = [...conjuncts];
  if (node.kind === "ExistsPredicate" && conjuncts.length === 0 && givesOneRow(inner.plan)) {
    // There always is one, whatever is in it.
    const always = literal(!isNegated, { kind: "BOOLEAN", nullable: false });
    return isNegated ? restrict(outer, [always], environment, node.position) : outer;
  }
  if (node.kind === "InQueryPredicate") {
    const { operand, item } = bindSought(node, outer, sub);
    const equal = call("EQUALS", [operand, item], isNegated ? "NOT IN" : "IN", node.position);
    asked.push(isNegated ? orUnknown(equal, node) : equal);
  }
  const joined = {
    type: isNegated ? ("ANTI" as const) : ("SEMI" as const),
    left: outer,
    right: inner,
    conjuncts: asked,
    merged: [],
    temporal: undefined,
    position: node.position,
  };
  return joinRelation(joined, environment);
}

/** What IN looks for, and what it compares that with. */
export function bindSought(
  { operand, query }: InQueryPredicate,
  outer: Relation,
  { item, relation }: BoundSubquery,
  known?: BoundExpression,
): { readonly operand: BoundExpression; readonly item: BoundExpression } {
  if (item === "several") {
    const found = query.body.kind === "SelectQuery" ? query.body.items.length : relation.columns.length;
    throw quickwaterError("sql.subquery-columns", { found }, { position: query.position });
  }
  const sought = known ?? bindExpression(operand, contextWithoutAggregates(new Scope(outer), "IN"));
  return { operand: sought, item };
}

/** NOT IN keeps the rows that are certainly not there: a NULL on either side is not certain. */
function orUnknown(equal: BoundExpression, { position }: InQueryPredicate): BoundExpression {
  if (!equal.type.nullable) return equal;
  return call("IS_NOT_FALSE", [equal], "NOT IN", position);
}

export interface BoundSubquery {
  readonly relation: Relation;
  /** What IN compares with, at its place beside the outer columns. */
  readonly item: BoundExpression | "several";
  /** What its WHERE asks, over the outer columns and then its own. */
  readonly conjuncts: readonly BoundExpression[];
}

export function bindSubquery(
  outer: Relation,
  query: Query,
  environment: BindEnvironment,
  bindTable: BindTable,
): BoundSubquery {
  const select = plainSelect(query);
  if (select === undefined) {
    const relation = relationOfPlan(environment.bindQuery(query, environment).plan, undefined);
    return { relation, item: onlyColumn(outer, relation), conjuncts: [] };
  }
  const relation = bindTable(select.from!, environment);
  const context = innerFirst(outer, relation);
  const conjuncts =
    select.where === undefined ? [] : conjunctsOf(bindCondition(select.where, "WHERE", context));
  const [first, ...others] = select.items;
  const item =
    first?.kind === "SelectExpression"
      ? bindExpression(first.expression, context)
      : onlyColumn(outer, relation);
  return { relation, item: others.length > 0 ? "several" : item, conjuncts };
}

/** A SELECT that only filters: its WHERE may see the query around it. */
function plainSelect({ body, with: commonTables, limit, offset, orderBy }: Query): SelectQuery | undefined {
  if (body.kind !== "SelectQuery" || commonTables.length + orderBy.length > 0) return undefined;
  if (limit !== undefined || offset !== undefined || body.from === undefined) return undefined;
  const { groupBy, having, distinct, qualify, hints, items } = body;
  const isPlain = groupBy.length + hints.length === 0 && having === undefined && qualify === undefined;
  return isPlain && !distinct && findAggregate(items) === undefined ? body : undefined;
}

function onlyColumn(outer: Relation, { columns }: Relation): BoundExpression | "several" {
  const [column] = columns;
  if (columns.length > 1 || column?.place.kind !== "column") return "several";
  const index = outer.plan.schema.columns.length + column.place.index;
  return { kind: "InputColumn", index, type: column.type };
}

/** A name is that of the sub-query's own column, and of the query around it where it has none. */
export function innerFirst(outer: Relation, inner: Relation): BindContext {
  const both = sideBySide(outer, inner);
  const own = new Scope({ ...both, columns: both.columns.slice(outer.columns.length) });
  const around = new Scope(outer);
  const column = ({ path, position }: ColumnReference) =>
    (own.knows(path) || !around.knows(path) ? own : around).resolve(path, position);
  return { ...contextWithoutAggregates(own, "a sub-query of WHERE"), column };
}
