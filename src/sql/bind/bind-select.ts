/** One SELECT to a plan: FROM, WHERE, then row by row or as an aggregation, HAVING, DISTINCT. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { Expression, OrderItem, SelectExpression, SelectItem, SelectQuery } from "../parse/ast.ts";
import { filter, project } from "../plan/build.ts";
import { conjunctsOf } from "../plan/conditions.ts";
import { findAggregate } from "./aggregates-of.ts";
import { bindAggregation } from "./bind-aggregation.ts";
import { distinctRows } from "./bind-distinct.ts";
import { type BindContext, bindCondition, bindExpression } from "./bind-expression.ts";
import { bindFrom } from "./bind-from.ts";
import { refuseSystemTime } from "./bind-join.ts";
import {
  type BoundOrderKeys,
  bindOrderKeys,
  namesWithHidden,
  type OrderedQuery,
  withNames,
} from "./bind-order.ts";
import { oneRow } from "./bind-values.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { contextWithoutAggregates } from "./collected-aggregates.ts";
import { CollectedOver } from "./collected-over.ts";
import type { BindEnvironment, BoundOutput } from "./environment.ts";
import { GroupSubqueries } from "./group-subqueries.ts";
import { restrict } from "./join-relation.ts";
import { featureRefused } from "./not-supported-yet.ts";
import { notFlink } from "./over-window.ts";
import { plainName } from "./plain-name.ts";
import type { Relation } from "./relation.ts";
import { ScalarSubqueries } from "./scalar-subquery.ts";
import { Scope } from "./scope.ts";
import { semiJoin, splitWhere } from "./semi-join.ts";

interface Output extends BoundOutput {
  readonly name: string;
  readonly expression: BoundExpression;
}

/** What ORDER BY reads and the list does not select stands behind the selected columns. */
export function bindSelect(
  select: SelectQuery,
  environment: BindEnvironment,
  orderBy: readonly OrderItem[] = [],
): OrderedQuery {
  const { hints, from, qualify, distinct } = select;
  if (hints.length > 0) throw featureRefused("A hint /*+ … */", hints[0]!.position, "Leave it out.");
  if (qualify !== undefined) throw featureRefused("QUALIFY", qualify.position);
  if (from !== undefined) refuseSystemTime(from);
  const rows = from === undefined ? rowWithoutFrom(select) : bindFrom(from, environment);
  const input = bindWhere(select, rows, environment);
  const isAggregation =
    select.groupBy.length > 0 || select.having !== undefined || findAggregate(select.items) !== undefined;
  const bound = isAggregation
    ? bindGroups(select, input, environment, orderBy)
    : bindRows(select, input, environment, orderBy);
  if (!distinct) return bound;
  if (bound.plan.schema.columns.length > bound.outputs.length) {
    const rule = "In Flink SELECT DISTINCT is ordered by what it selects";
    throw notFlink(rule, "Select it too, or leave it out of ORDER BY.", orderBy[0]!.position);
  }
  return { ...bound, plan: distinctRows("DISTINCT", bound.plan, select.position, environment) };
}

function rowWithoutFrom({ items }: SelectQuery): Relation {
  const star = items.find(({ kind }) => kind === "SelectStar");
  if (star !== undefined) throw notFlink("SELECT * needs FROM", "", star.position);
  return oneRow;
}

function bindWhere({ where }: SelectQuery, input: Relation, environment: BindEnvironment): Relation {
  if (where === undefined) return input;
  const { plain, subqueries } = splitWhere(where);
  const values = new ScalarSubqueries(input, environment, bindFrom);
  const context: BindContext = {
    ...contextWithoutAggregates(new Scope(unmerged(input)), "WHERE"),
    subquery: (node) => values.bind(node),
  };
  const asked = subqueries.length === 0 ? [where] : plain;
  const conjuncts = asked.flatMap((condition) => conjunctsOf(bindCondition(condition, "WHERE", context)));
  const rows = restrict(values.joined, conjuncts, environment, where.position);
  return subqueries.reduce((rest, subquery) => semiJoin(rest, subquery, environment, bindFrom), rows);
}

/** In WHERE and ORDER BY the name of USING is that of either side, as in Flink: which one has to be said. */
function unmerged(input: Relation): Relation {
  return { ...input, columns: input.columns.map((column) => ({ ...column, isMerged: undefined })) };
}

function ordering(context: BindContext, input: Relation): BindContext {
  if (input.columns.every(({ isMerged }) => isMerged !== true)) return context;
  const scope = new Scope(unmerged(input));
  return { ...context, column: ({ path, position }) => scope.resolve(path, position) };
}

function bindRows(
  { items, windows }: SelectQuery,
  input: Relation,
  environment: BindEnvironment,
  orderBy: readonly OrderItem[],
): OrderedQuery {
  const scope = new Scope(input);
  const values = new ScalarSubqueries(input, environment, bindFrom);
  const over = new CollectedOver(scope, windows);
  const context: BindContext = {
    ...contextWithoutAggregates(scope, "a query without GROUP BY"),
    over: (node) => over.bind(node),
    subquery: (node) => values.bind(node),
  };
  const outputs = bindItems(items, scope, context);
  const order = bindOrderKeys(orderBy, outputs, bindItem(items, context, input, bindExpression));
  if (over.isEmpty) return projected(values.joined.plan, outputs, order);
  const { plan, rewrite } = over.plan(values.joined.plan);
  const rewritten = outputs.map((output) => ({ ...output, expression: rewrite(output.expression) }));
  return projected(plan, rewritten, { ...order, hidden: order.hidden.map(rewrite) });
}

/** An item of ORDER BY; in it a name of the select list is the expression that has it. */
function bindItem(
  items: readonly SelectItem[],
  context: BindContext,
  input: Relation,
  bind: (node: Expression, context: BindContext) => BoundExpression,
): (item: OrderItem) => BoundExpression {
  const named = (name: string) =>
    items.find((item) => item.kind === "SelectExpression" && nameOfItem(item) === name);
  const names = withNames(ordering(context, input), (name) => {
    const item = named(name);
    return item?.kind === "SelectExpression" ? bindExpression(item.expression, context) : undefined;
  });
  return ({ expression }) => bind(expression, names);
}

function bindGroups(
  select: SelectQuery,
  input: Relation,
  environment: BindEnvironment,
  orderBy: readonly OrderItem[],
): OrderedQuery {
  const aggregation = bindAggregation(
    select,
    input,
    environment,
    (rows) => new ScalarSubqueries(rows, environment, bindFrom),
  );
  const subqueries = new GroupSubqueries(aggregation, environment, bindFrom);
  const { context } = subqueries;
  const bind = (node: Expression) => aggregation.bind(node, context);
  const outputs = select.items.map((item): Output => {
    if (item.kind === "SelectStar") {
      const expression = item.qualifier === undefined ? "*" : `${plainName(item.qualifier).name}.*`;
      throw quickwaterError("sql.not-grouped", { expression }, { position: item.position });
    }
    return outputOf(item, bind(item.expression));
  });
  const having = select.having && aggregation.bindCondition(select.having, "HAVING", context);
  const named = outputs.map(withPlaceAsName);
  const order = bindOrderKeys(orderBy, named, bindItem(select.items, context, input, aggregation.bind));
  const { plan, rewrite } = subqueries.plan();
  const rewritten = named.map((output) => ({ ...output, expression: rewrite(output.expression) }));
  const rows = having === undefined ? plan : filter(plan, rewrite(having));
  return projected(rows, rewritten, { ...order, hidden: order.hidden.map(rewrite) });
}

function bindItems(items: readonly SelectItem[], scope: Scope, context: BindContext): readonly Output[] {
  const outputs = items.flatMap((item): Output[] => {
    if (item.kind === "SelectExpression") return [outputOf(item, bindExpression(item.expression, context))];
    const { position, qualifier } = item;
    const star = scope.star(qualifier && plainName(qualifier), position);
    return star.map((column) => ({ ...column, position, isNamed: true }));
  });
  return outputs.map(withPlaceAsName);
}

function outputOf({ expression: written, alias, position }: SelectExpression, expression: BoundExpression) {
  if (expression.type.kind === "NULL") {
    throw quickwaterError("sql.untyped-null", {}, { position: written.position });
  }
  const name = nameOfItem({ alias, expression: written });
  return { name: name ?? "", expression, position, isNamed: name !== undefined };
}

function nameOfItem({
  alias,
  expression,
}: Pick<SelectExpression, "alias" | "expression">): string | undefined {
  return alias?.name ?? nameOf(expression);
}

/** A column keeps its name, an expression needs AS. */
function nameOf(expression: Expression): string | undefined {
  if (expression.kind === "ClockExpression") return expression.clock;
  return expression.kind === "ColumnReference" ? expression.path.at(-1)!.name : undefined;
}

/** What has no name is called by its place, as Flink calls it. */
function withPlaceAsName(output: Output, place: number): Output {
  return output.isNamed ? output : { ...output, name: `EXPR$${place}` };
}

function projected(
  plan: Relation["plan"],
  outputs: readonly Output[],
  { keys, hidden }: BoundOrderKeys,
): OrderedQuery {
  const expressions = [...outputs.map(({ expression }) => expression), ...hidden];
  return { plan: project(plan, expressions, namesWithHidden(outputs, hidden)), outputs, order: keys };
}
