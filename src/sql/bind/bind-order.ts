/**
 * ORDER BY, LIMIT, OFFSET and FETCH of a query. Over a stream a limit makes a Top-N, and an order without one
 * is that of time, which the watermark brings about; any other would wait for a last row. A result that is
 * told when all of it is known is sorted as it is asked for, as Flink's batch mode does.
 */
import { quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { isTimestamp } from "../../values/sql-type.ts";
import type { NumberLiteral, OrderItem, Query } from "../parse/ast.ts";
import { project, rank, sort, values } from "../plan/build.ts";
import { expressionKey } from "../plan/expressions.ts";
import type { LogicalPlan, OrderKey } from "../plan/logical-plan.ts";
import { isUpdating } from "../plan/traits.ts";
import { type BindContext, bindExpression } from "./bind-expression.ts";
import { refuseUnordered } from "./bind-nested.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { contextWithoutAggregates } from "./collected-aggregates.ts";
import type { BindEnvironment, BoundQuery } from "./environment.ts";
import { featureRefused } from "./not-supported-yet.ts";
import { directionOf, notFlink } from "./over-window.ts";
import { relationOfPlan } from "./relation.ts";
import { Scope } from "./scope.ts";

/** What a query selects, as ORDER BY sees it. */
export interface OrderedOutput {
  readonly name: string;
  readonly expression: BoundExpression;
}

export interface BoundOrderKeys {
  readonly keys: readonly OrderKey[];
  /** What is ordered by and not selected; it stands behind what is. */
  readonly hidden: readonly BoundExpression[];
}

/**
 * An item is a place in the select list, a name given there, or an expression over the rows that the list is
 * made of; in an expression a name given in the list hides a column, as in Flink.
 */
export function bindOrderKeys(
  items: readonly OrderItem[],
  outputs: readonly OrderedOutput[],
  bind: (item: OrderItem) => BoundExpression,
): BoundOrderKeys {
  const hidden: BoundExpression[] = [];
  const columnOf = (item: OrderItem): number => {
    const selected = outputNamed(item, outputs);
    if (selected !== undefined) return selected;
    const expression = bind(item);
    const key = expressionKey(expression);
    const same = [...outputs.map((output) => output.expression), ...hidden].findIndex(
      (each) => expressionKey(each) === key,
    );
    return same < 0 ? outputs.length + hidden.push(expression) - 1 : same;
  };
  const keys = items.map((item) => ({ column: columnOf(item), ...directionOf(item) }));
  return { keys, hidden };
}

function outputNamed(
  { expression: written }: OrderItem,
  outputs: readonly OrderedOutput[],
): number | undefined {
  if (written.kind === "NumberLiteral") {
    const place = Number(written.text);
    if (outputs[place - 1] !== undefined) return place - 1;
    const params = { rule: `The select list has no item ${written.text}`, instead: "" };
    throw quickwaterError("sql.not-flink", params, { position: written.position });
  }
  if (written.kind !== "ColumnReference" || written.path.length !== 1) return undefined;
  const { name } = written.path[0]!;
  const places = outputs.flatMap((output, place) => (output.name === name ? [place] : []));
  return places.length === 1 ? places[0] : undefined;
}

/** The context with the names of the select list before the columns; `bindNamed` binds the item of a name. */
export function withNames(
  context: BindContext,
  bindNamed: (name: string) => BoundExpression | undefined,
): BindContext {
  return {
    ...context,
    column: (reference) =>
      (reference.path.length === 1 ? bindNamed(reference.path[0]!.name) : undefined) ??
      context.column(reference),
  };
}

/** The query's order, with the columns that only it reads behind those that are selected. */
export interface OrderedQuery extends BoundQuery {
  readonly order: readonly OrderKey[];
}

/** Of UNION ALL and VALUES: only what is selected is there to be ordered by. */
export function orderedByOutputs(bound: BoundQuery, items: readonly OrderItem[]): OrderedQuery {
  const { plan } = bound;
  const context = contextWithoutAggregates(new Scope(relationOfPlan(plan, undefined)), "ORDER BY");
  const columns = plan.schema.columns.map(({ name, type }, index): OrderedOutput => {
    return { name, expression: { kind: "InputColumn", index, type } };
  });
  const { keys, hidden } = bindOrderKeys(items, columns, (item) => bindExpression(item.expression, context));
  if (hidden.length === 0) return { ...bound, order: keys };
  const expressions = [...columns.map(({ expression }) => expression), ...hidden];
  return { ...bound, plan: project(plan, expressions, namesWithHidden(columns, hidden)), order: keys };
}

export function namesWithHidden(
  outputs: readonly { readonly name: string }[],
  hidden: readonly BoundExpression[],
): readonly string[] {
  return [...outputs.map(({ name }) => name), ...hidden.map((_, index) => `ORDER$${index}`)];
}

/** Sorts and limits; an order inside of another query that no limit needs is none, as in Flink. */
export function applyOrder(
  { plan, outputs, order }: OrderedQuery,
  query: Query,
  environment: BindEnvironment,
  isWhole: boolean,
): BoundQuery {
  const { orderBy } = query;
  for (const [place, { column }] of order.entries())
    refuseUnordered(plan.schema.columns[column]!.type, orderBy[place]!.position);
  const rows = limited(plan, order, query, isWhole, isWhole && environment.resultAtEnd);
  const width = outputs.length;
  if (rows.schema.columns.length === width) return { plan: rows, outputs };
  const kept = rows.schema.columns.slice(0, width);
  const columns = kept.map(({ type }, index): BoundExpression => ({ kind: "InputColumn", index, type }));
  const names = kept.map(({ name }) => name);
  return { plan: project(rows, columns, names), outputs };
}

function limited(
  input: LogicalPlan,
  order: readonly OrderKey[],
  query: Query,
  isWhole: boolean,
  atEnd: boolean,
): LogicalPlan {
  const { orderBy, limit, offset } = query;
  const from = 1 + countOf(offset);
  const to = limit === undefined ? undefined : from - 1 + countOf(limit);
  if (to !== undefined && to < from) return values([], input.schema.columns);
  if (atEnd) return sort({ input, method: "end", order, from, to });
  if (to !== undefined)
    return rank({
      input,
      method: "top",
      keys: [],
      order,
      from,
      to,
      endColumn: undefined,
      givesNumber: false,
      retentionMs: undefined,
    });
  if (offset !== undefined) {
    throw notFlink("In Flink a stream has no OFFSET without LIMIT or FETCH", "Add LIMIT.", offset.position);
  }
  return isWhole ? inOrderOfTime(input, order, orderBy[0]!.position) : input;
}

function countOf(written: NumberLiteral | undefined): number {
  return written === undefined ? 0 : Number(written.text);
}

function inOrderOfTime(
  input: LogicalPlan,
  order: readonly OrderKey[],
  position: SourcePosition,
): LogicalPlan {
  const [first] = order;
  const { type } = input.schema.columns[first!.column]!;
  const attribute = isTimestamp(type) ? type.attribute : undefined;
  if (attribute === undefined || first!.descending || isUpdating(input)) {
    const rule = "In Flink a stream is ordered by its time attribute, ascending; any other order needs LIMIT";
    throw notFlink(rule, "Add LIMIT, or order by the column that WATERMARK FOR declares.", position);
  }
  if (attribute === "rowtime") return sort({ input, method: "time", order, from: 1, to: undefined });
  if (order.length > 1) throw featureRefused("ORDER BY processing time and something else", position);
  // Rows come in the order in which they come.
  return input;
}
