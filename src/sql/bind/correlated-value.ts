/**
 * A sub-query as a value that reads the row around it: `(SELECT MAX(x) FROM u WHERE u.k = t.k)`. Each row
 * finds the group of what it is compared with. Where there is none the aggregates are what they are of no
 * rows: NULL, and 0 of COUNT.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { withoutAttribute } from "../../functions/common-type.ts";
import { withNullable } from "../../values/sql-type.ts";
import type { ColumnReference, Expression, Query, ScalarSubquery, SelectQuery } from "../parse/ast.ts";
import { printExpression } from "../parse/print.ts";
import { conjunctsOf } from "../plan/conditions.ts";
import { mapChildren, moveColumns } from "../plan/expressions.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { refuseUnboundedState } from "./bind-aggregation.ts";
import { coalesce } from "./bind-conditional.ts";
import { bindCondition, bindExpression } from "./bind-expression.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { literal } from "./coerce.ts";
import { aggregateBase, CollectedAggregates, type CollectedCall } from "./collected-aggregates.ts";
import { besideGroups, correlate, groupedRows } from "./correlation.ts";
import type { BindEnvironment, BindTable } from "./environment.ts";
import { featureRefused } from "./not-supported-yet.ts";
import { sideOf } from "./plan-join.ts";
import type { Relation } from "./relation.ts";
import { Scope } from "./scope.ts";
import { innerFirst } from "./semi-join.ts";
import { isOfAround } from "./unknown-column.ts";

interface CorrelatedValue {
  /** The rows around it, each with what the sub-query has of its key. */
  readonly joined: Relation;
  readonly value: BoundExpression;
}

/** Undefined where the sub-query reads nothing of the row around it. */
export function correlatedValue(
  { query, position }: ScalarSubquery,
  outer: Relation,
  environment: BindEnvironment,
  bindTable: BindTable,
): CorrelatedValue | undefined {
  const select = aggregatingSelect(query);
  if (select?.where === undefined) return undefined;
  const inner = bindTable(select.from!, environment);
  const before = outer.plan.schema.columns.length;
  const asked = conjunctsOf(bindCondition(select.where, "WHERE", innerFirst(outer, inner)));
  if (asked.every((conjunct) => ["right", "neither"].includes(sideOf(conjunct, before)))) return undefined;
  const item = boundItem(select, outer, inner, before, query);
  const correlation = correlate(outer, inner, asked, environment, query.position);
  const { rows, added, pairs } = correlation;
  refuseUnboundedState("it groups by what it compares", rows, query.position, environment);
  const toRows = (expression: BoundExpression | undefined) =>
    expression && moveColumns(expression, (column) => column + added);
  const calls = item.calls.map(({ name, argument, parameters, distinct, filter, type }) => ({
    function: name,
    argument: toRows(argument),
    parameters,
    distinct,
    filter: toRows(filter),
    type,
  }));
  const keys = pairs.map((pair) => pair.inner);
  const plan = groupedRows(rows, keys, calls, environment);
  const joined = besideGroups(outer, plan, correlation, environment, position);
  return { joined, value: resultOf(item, before + keys.length, joined.plan, query) };
}

/** One item, without groups of its own. */
function aggregatingSelect({ body, with: commonTables, limit, offset, orderBy }: Query) {
  if (body.kind !== "SelectQuery" || commonTables.length + orderBy.length > 0) return undefined;
  if (limit !== undefined || offset !== undefined || body.from === undefined) return undefined;
  const { groupBy, having, distinct, qualify, hints, items } = body;
  const isPlain = groupBy.length + hints.length === 0 && having === undefined && qualify === undefined;
  return isPlain && !distinct && items.length === 1 ? body : undefined;
}

interface BoundItem {
  /** Over the outer columns; its aggregates have made-up positions. */
  readonly expression: BoundExpression;
  readonly calls: readonly CollectedCall[];
}

function boundItem(
  { items: [item] }: SelectQuery,
  outer: Relation,
  inner: Relation,
  before: number,
  query: Query,
): BoundItem {
  const several = () => {
    const instead = "Select an aggregate in it, without GROUP BY.";
    return featureRefused("A sub-query as a value that may have several rows", query.position, instead);
  };
  if (item?.kind !== "SelectExpression") throw several();
  const own = new Scope(inner);
  const collected = new CollectedAggregates(own, false);
  const both = innerFirst(outer, inner);
  const column = (reference: ColumnReference) => {
    const { position } = reference;
    const isAround = sideOf(both.column(reference), before) === "left";
    if (!isAround) throw several();
    throw quickwaterError("sql.not-grouped", { expression: printExpression(reference) }, { position });
  };
  const bind = (node: Expression) => bindExpression(node, { ...collected.context, column });
  return { expression: aggregatesOfOwn(() => bind(item.expression), outer, query), calls: collected.calls };
}

/** The rows of a group are of many rows around it. */
function aggregatesOfOwn<Bound>(bind: () => Bound, outer: Relation, { position }: Query): Bound {
  try {
    return bind();
  } catch (error) {
    if (!isOfAround(error, outer)) throw error;
    const instead = "Compute with it outside of the sub-query.";
    throw featureRefused("An aggregate of what the query around its sub-query has", position, instead);
  }
}

/** The item over the joined rows. */
function resultOf(
  { expression, calls }: BoundItem,
  first: number,
  { schema }: LogicalPlan,
  query: Query,
): BoundExpression {
  const rewrite = (node: BoundExpression): BoundExpression => {
    if (node.kind !== "InputColumn" || node.index < aggregateBase) return mapChildren(node, rewrite);
    const index = first + node.index - aggregateBase;
    const column: BoundExpression = { kind: "InputColumn", index, type: schema.columns[index]!.type };
    if (calls[node.index - aggregateBase]!.name !== "COUNT") return column;
    const none = literal(0n, { kind: "BIGINT", nullable: false });
    return coalesce([column, none], query.position)!;
  };
  const value = rewrite(expression);
  return { ...value, type: withNullable(withoutAttribute(value.type), true) };
}
