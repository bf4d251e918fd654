/**
 * A sub-query as a value that reads the row around it: `(SELECT MAX(x) FROM u WHERE u.k = t.k)`. What it
 * compares with the row becomes the key of a GROUP BY, which a LEFT JOIN meets: each row finds the group of
 * its key. Where there is none the aggregates are what they are of no rows: NULL, and 0 of COUNT.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { withoutAttribute } from "../../functions/common-type.ts";
import { withNullable } from "../../values/sql-type.ts";
import type { ColumnReference, Expression, Query, ScalarSubquery, SelectQuery } from "../parse/ast.ts";
import { printExpression } from "../parse/print.ts";
import { aggregate, project } from "../plan/build.ts";
import { conjunctsOf } from "../plan/conditions.ts";
import { expressionKey, mapChildren, moveColumns } from "../plan/expressions.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { rowsLeave } from "../plan/traits.ts";
import { refuseUnboundedState } from "./bind-aggregation.ts";
import { coalesce } from "./bind-conditional.ts";
import { bindCondition, bindExpression } from "./bind-expression.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { call, literal } from "./coerce.ts";
import { aggregateBase, CollectedAggregates, type CollectedCall } from "./collected-aggregates.ts";
import type { BindEnvironment, BindTable } from "./environment.ts";
import { joinRelation, restrict } from "./join-relation.ts";
import { featureRefused } from "./not-supported-yet.ts";
import { sideOf } from "./plan-join.ts";
import type { Relation } from "./relation.ts";
import { Scope } from "./scope.ts";
import { innerFirst } from "./semi-join.ts";

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
  const asked = conjunctsOf(bindCondition(select.where, "WHERE", innerFirst(outer, inner)));
  const before = outer.plan.schema.columns.length;
  const isOwn = (conjunct: BoundExpression) => {
    const side = sideOf(conjunct, before);
    return side === "right" || side === "neither";
  };
  const compared = asked.filter((conjunct) => !isOwn(conjunct));
  if (compared.length === 0) return undefined;
  const toInner = (column: number) => column - before;
  const own = asked.filter(isOwn).map((conjunct) => moveColumns(conjunct, toInner));
  const pairs = compared.map((conjunct) => keyOf(conjunct, before, query));
  const rows = restrict(inner, own, environment, query.position);
  const item = boundItem(select, outer, inner, before, query);
  const keys = pairs.map((pair) => moveColumns(pair.inner, toInner));
  refuseUnboundedState("it groups by what it compares", rows.plan, query.position, environment);
  const plan = grouped(rows.plan, keys, item.calls, environment);
  const conjuncts = pairs.map(({ outer: around }, place) => {
    const key = {
      kind: "InputColumn",
      index: before + place,
      type: plan.schema.columns[place]!.type,
    } as const;
    return call("EQUALS", [around, key], "=", query.position);
  });
  const right = { plan, columns: [] };
  const parts = { type: "LEFT", left: outer, right, conjuncts, merged: [], temporal: undefined } as const;
  const joined = joinRelation({ ...parts, position }, environment);
  const first = before + keys.length;
  return { joined, value: resultOf(item, first, joined.plan, query) };
}

/** One item, without groups of its own. */
function aggregatingSelect({ body, with: commonTables, limit, offset, orderBy }: Query) {
  if (body.kind !== "SelectQuery" || commonTables.length + orderBy.length > 0) return undefined;
  if (limit !== undefined || offset !== undefined || body.from === undefined) return undefined;
  const { groupBy, having, distinct, qualify, hints, items } = body;
  const isPlain = groupBy.length + hints.length === 0 && having === undefined && qualify === undefined;
  return isPlain && !distinct && items.length === 1 ? body : undefined;
}

/** What of the row is equal to what of the sub-query's own. */
function keyOf(conjunct: BoundExpression, before: number, query: Query) {
  if (conjunct.kind === "Call" && conjunct.function === "EQUALS") {
    const [one, other] = conjunct.arguments as readonly [BoundExpression, BoundExpression];
    const sides = [sideOf(one, before), sideOf(other, before)].join();
    if (sides === "left,right") return { outer: one, inner: other };
    if (sides === "right,left") return { outer: other, inner: one };
  }
  const instead = "Compare a column of it with one of the query around it by =, and nothing else of that.";
  throw featureRefused("A value of a sub-query that compares otherwise than by =", query.position, instead);
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
  return { expression: bind(item.expression), calls: collected.calls };
}

function grouped(
  rows: LogicalPlan,
  keys: readonly BoundExpression[],
  calls: readonly CollectedCall[],
  { retentionMs }: BindEnvironment,
): LogicalPlan {
  const expressions: BoundExpression[] = [];
  const place = (expression: BoundExpression): number => {
    const key = expressionKey(expression);
    const known = expressions.findIndex((each) => expressionKey(each) === key);
    return known >= 0 ? known : expressions.push(expression) - 1;
  };
  const keyPlaces = keys.map(place);
  const aggregates = calls.map(({ name, argument, parameters, distinct, filter, type }) => ({
    function: name,
    argument: argument && place(argument),
    parameters,
    distinct,
    filter: filter && place(filter),
    type,
  }));
  const input = project(
    rows,
    expressions,
    expressions.map((_, index) => `EXPR$${index}`),
  );
  const keyNames = keys.map((_, index) => `KEY$${index}`);
  const parts = { input, keys: keyPlaces, keyNames, aggregates };
  return aggregate(parts, rowsLeave(input) ? undefined : retentionMs);
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
