/**
 * GROUP BY: input → Project (keys and arguments) → WindowAggregate or Aggregate → the select list.
 *
 * What is selected is bound over the input first, with aggregates as columns of made-up positions. Then every
 * part of it that is a key, a window column or an aggregate becomes that column of the aggregation's
 * output; a column of the input that is left over is neither grouped nor aggregated, and is refused.
 */
import { quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { withoutAttribute } from "../../functions/common-type.ts";
import { withNullable } from "../../values/sql-type.ts";
import type { Expression, FunctionCall, SelectQuery } from "../parse/ast.ts";
import { printExpression } from "../parse/print.ts";
import { aggregate, repeatRows, windowAggregate, windowColumnTypes } from "../plan/build.ts";
import { expressionKey, mapChildren } from "../plan/expressions.ts";
import type { AggregateCall, AssignWindows, LogicalPlan, WindowProperty } from "../plan/logical-plan.ts";
import { isUpdating, rowsLeave, type WindowColumns, windowColumnsOf } from "../plan/traits.ts";
import { findAggregate } from "./aggregates-of.ts";
import { type BindContext, bindCondition, bindExpression, type Subquery } from "./bind-expression.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { literal } from "./coerce.ts";
import { aggregateBase, CollectedAggregates, contextWithoutAggregates } from "./collected-aggregates.ts";
import type { BindEnvironment, Subqueries } from "./environment.ts";
import { type GroupWindow, groupWindow } from "./group-window.ts";
import { hasSessionKeys, refuseSessionSets, refuseUnmergeable } from "./grouped-window.ts";
import { GroupedSets, groupingSets } from "./grouping-sets.ts";
import { columnOf, InputColumns } from "./input-columns.ts";
import { featureRefused } from "./not-supported-yet.ts";
import type { Relation } from "./relation.ts";
import { Scope } from "./scope.ts";

interface GroupKey {
  readonly expression: BoundExpression;
  readonly text: string;
}

/** An aggregation whose select list is being bound; its plan is made when all of it is known. */
export interface Aggregation {
  /** What the parts of the select list are bound in. */
  readonly context: BindContext;
  bind(node: Expression, context?: BindContext): BoundExpression;
  bindCondition(node: Expression, place: string, context?: BindContext): BoundExpression;
  /** What is grouped by, where the node is that. */
  keyOf(node: Expression): BoundExpression | undefined;
  /** Of what was bound in the context: over the columns of the plan. */
  rewrite(expression: BoundExpression): BoundExpression;
  plan(): LogicalPlan;
}

/** `subqueriesOf` binds those that are of the rows: inside of aggregates and of what is grouped by. */
export function bindAggregation(
  select: SelectQuery,
  rows: Relation,
  environment: BindEnvironment,
  subqueriesOf: (rows: Relation) => Subqueries,
): Aggregation {
  const writtenSets = groupingSets(select.groupBy);
  const own = groupWindow(writtenSets, rows);
  const input = own?.relation ?? rows;
  const scope = new Scope(input);
  const subqueries = subqueriesOf(input);
  const inside = { groupWindow: own?.bindCall, subqueries };
  const collected = new CollectedAggregates(scope, select.groupBy.length > 0, inside);
  const sets = writtenSets.map((set) =>
    uniqueKeys(set.flatMap((key) => bindKeys(key, scope, own, subqueries))),
  );
  const grouped = uniqueKeys(sets.flat());
  const columns = windowColumnsOf(input.plan);
  const isWindowed = sets.every((set) => groupedWindow(set, columns) !== undefined);
  const window = isWindowed ? groupedWindow(grouped, columns) : undefined;
  if (window === undefined) refuseUnboundedGroups(select, grouped, input, environment);
  const { keys, properties } = window ?? { keys: grouped, properties: [] };
  const groups: Groups = { keys, properties, sets: groupedSets(sets, keys, select) };
  if (groups.sets !== undefined) refuseSessionSets(input, select);
  collected.takeGroupings((node) => bindGrouping(node, groups, scope));
  const output = new OutputColumns(groups, input, scope);
  const { position } = select;
  return {
    context: collected.context,
    bind: (node, context = collected.context) => output.rewrite(bindExpression(node, context), node.position),
    bindCondition: (node, place, context = collected.context) =>
      output.rewrite(bindCondition(node, place, context), position),
    keyOf: (node) => {
      const text = printExpression(node);
      return grouped.find((key) => key.text === text)?.expression;
    },
    rewrite: (expression) => output.rewrite(expression, position),
    plan: () => {
      const { joined } = subqueries;
      // Beside what a sub-query gives rows change, and are of no window any more.
      if (joined !== input && properties.length > 0) throw ofWindows(position);
      return makePlan(joined, groups, collected, environment);
    },
  };
}

function ofWindows(position: SourcePosition) {
  const instead = "Group by the window in a query in FROM, or keep the condition in WHERE.";
  return featureRefused("A sub-query inside of what is aggregated of a window", position, instead);
}

function bindKeys(
  key: Expression,
  scope: Scope,
  own: GroupWindow | undefined,
  subqueries: Subqueries,
): readonly GroupKey[] {
  const text = printExpression(key);
  return (own?.keysOf(key) ?? [bindKey(key, scope, subqueries)]).map((expression) => ({ expression, text }));
}

function bindKey(key: Expression, scope: Scope, subqueries: Subqueries): BoundExpression {
  if (key.kind === "NumberLiteral") {
    const params = {
      rule: `In Flink GROUP BY ${key.text} groups by that constant, not by an item of the select list`,
      instead: "Write the expression itself.",
    };
    throw quickwaterError("sql.not-flink", params, { position: key.position });
  }
  const subquery = (node: Subquery) => subqueries.bind(node);
  return bindExpression(key, { ...contextWithoutAggregates(scope, "GROUP BY"), subquery });
}

function uniqueKeys(keys: readonly GroupKey[]): GroupKey[] {
  const seen = new Set<string>();
  return keys.filter(({ expression }) => {
    const key = expressionKey(expression);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

interface Groups {
  /** The grouping columns but those of the window. */
  readonly keys: readonly GroupKey[];
  readonly properties: readonly WindowProperty[];
  /** Undefined where all rows are grouped by all keys. */
  readonly sets: GroupedSets | undefined;
}

function groupedSets(
  sets: readonly (readonly GroupKey[])[],
  keys: readonly GroupKey[],
  { groupBy }: SelectQuery,
): GroupedSets | undefined {
  if (sets.length === 1) return undefined;
  const placesOf = (set: readonly GroupKey[]) => {
    const has = new Set(set.map(({ expression }) => expressionKey(expression)));
    return new Set(
      keys.flatMap(({ expression }, place) => (has.has(expressionKey(expression)) ? [place] : [])),
    );
  };
  const grouped = new GroupedSets(sets.map(placesOf), keys.length);
  if (grouped.hasTwins) throw featureRefused("The same grouping set twice", groupBy[0]!.position);
  return grouped;
}

/** GROUPING and GROUPING_ID: which of the keys are not in the row's set. */
function bindGrouping(node: FunctionCall, { keys, sets }: Groups, scope: Scope): BoundExpression {
  const places = node.arguments.map((argument) => {
    const key = expressionKey(bindExpression(argument, contextWithoutAggregates(scope, "GROUPING")));
    const place = keys.findIndex(({ expression }) => expressionKey(expression) === key);
    if (place >= 0) return place;
    const expression = printExpression(argument);
    throw quickwaterError("sql.not-a-key", { expression }, { position: argument.position });
  });
  const number: BoundExpression = { kind: "InputColumn", index: groupingNumber, type: groupingType };
  return sets === undefined ? literal(0n, groupingType) : sets.grouping(places, number);
}

/** Columns from here on are values of sub-queries beside the groups. */
export const subqueryBase = 3 * aggregateBase;
/** The number of a row's grouping set, until it has its place behind the keys. */
const groupingNumber = 2 * aggregateBase;
const groupingType = { kind: "BIGINT", nullable: false } as const;

/** Undefined where the rows have no window, or are not grouped by both of its ends. */
function groupedWindow(
  grouped: readonly GroupKey[],
  window: WindowColumns | undefined,
): Omit<Groups, "sets"> | undefined {
  if (window === undefined) return undefined;
  const propertyOf = ({ expression }: GroupKey): WindowProperty | undefined => {
    if (expression.kind !== "InputColumn") return undefined;
    if (window.starts.has(expression.index)) return "window_start";
    if (window.ends.has(expression.index)) return "window_end";
    return window.times.has(expression.index) ? "window_time" : undefined;
  };
  const found = new Set(grouped.map(propertyOf));
  const properties = (["window_start", "window_end", "window_time"] as const).filter((name) =>
    found.has(name),
  );
  if (!found.has("window_start") || !found.has("window_end")) return undefined;
  return { keys: grouped.filter((key) => propertyOf(key) === undefined), properties };
}

/** Without both ends of the window a group has no end in time. */
function refuseUnboundedGroups(
  select: SelectQuery,
  grouped: readonly GroupKey[],
  input: Relation,
  environment: BindEnvironment,
): void {
  const window = windowColumnsOf(input.plan);
  const isGrouped = (columns: ReadonlySet<number>) =>
    grouped.some(({ expression }) => expression.kind === "InputColumn" && columns.has(expression.index));
  const missing: string[] = [];
  if (window !== undefined && !isGrouped(window.starts)) missing.push("window_start");
  if (window !== undefined && !isGrouped(window.ends)) missing.push("window_end");
  const reason =
    window === undefined
      ? "it reads from no window"
      : select.groupBy.length === 0
        ? "it has no GROUP BY"
        : `its GROUP BY lacks ${missing.join(" and ")}`;
  const computed = window === undefined ? findAggregate(select.items) : undefined;
  const position = (computed ?? select.groupBy[0] ?? select.items[0]!).position;
  refuseUnboundedState(reason, input.plan, position, environment);
}

/**
 * Of rows that change a group that was dropped would be asked for what it had; a group of rows that leave
 * goes with the last of them.
 */
export function refuseUnboundedState(
  reason: string,
  input: LogicalPlan,
  position: SourcePosition,
  { inputEnds, retentionMs }: BindEnvironment,
): void {
  if (inputEnds || rowsLeave(input) || (retentionMs !== undefined && !isUpdating(input))) return;
  const instead =
    retentionMs === undefined
      ? "Read TABLE(TUMBLE(…)) and write GROUP BY window_start, window_end, or give the view a 'retention'"
      : "A retention bounds groups of rows that do not change: read them from a table";
  throw quickwaterError("sql.unbounded-state", { what: "This aggregation", reason, instead }, { position });
}

function makePlan(
  relation: Relation,
  groups: Groups,
  collected: CollectedAggregates,
  { retentionMs }: BindEnvironment,
): LogicalPlan {
  const isWindowed = groups.properties.length > 0;
  const window = isWindowed ? windowColumnsOf(relation.plan) : undefined;
  const calls = collected.calls;
  const keyed = groups.keys.map(({ expression }) => expression);
  const touched = [...keyed];
  for (const { argument, filter } of calls)
    touched.push(...[argument, filter].filter((part) => part !== undefined));
  // Windows are made by the aggregation itself where nothing but it reads them.
  const makesWindow = isWindowed && !readsWindow(touched, window!) && hasSessionKeys(relation, keyed);
  const direct = makesWindow ? relation.unassigned : undefined;
  const { sets } = groups;
  const source = direct?.plan ?? relation.plan;
  const input = sets === undefined ? source : repeatRows(source, sets.numbers);
  const number = columnOf(input, input.schema.columns.length - 1);
  const keys = groups.keys.map(
    ({ expression }, index) => sets?.keyIn(index, expression, number) ?? expression,
  );
  const before = new InputColumns(input);
  if (direct !== undefined) before.placeColumn(direct.window.timeColumn);
  const place = (expression: BoundExpression | undefined) => expression && before.place(expression);
  const parts = {
    keys: [...keys, ...(sets === undefined ? [] : [number])].map((key) => before.place(key)),
    keyNames: [...groups.keys.map(({ text }) => text), ...(sets === undefined ? [] : [groupingName(groups)])],
    aggregates: calls.map(
      ({ name, argument, parameters, distinct, filter, type }): AggregateCall => ({
        function: name,
        argument: place(argument),
        parameters,
        distinct,
        filter: place(filter),
        type,
      }),
    ),
  };
  if (window === undefined)
    return aggregate({ ...parts, input: before.plan() }, rowsLeave(input) ? undefined : retentionMs);
  if (direct !== undefined) {
    refuseUnmergeable(calls, direct.window, direct.plan);
    const timeColumn = before.placeColumn(direct.window.timeColumn);
    const properties = propertiesOf(groups, input, direct.window.timeColumn);
    const made = { ...direct.window, timeColumn, ...sessionKeys(direct.window, before) };
    return windowAggregate({ ...parts, input: before.plan(), window: made, properties });
  }
  return attachedAggregate(parts, groups, window, before);
}

function groupingName({ keys }: Groups): string {
  return `GROUPING_ID(${keys.map(({ text }) => text).join(", ")})`;
}

type Parts = Pick<Parameters<typeof windowAggregate>[0], "keys" | "keyNames" | "aggregates">;

/** The window comes with the rows: its start is a key like any other, its end closes the group. */
function attachedAggregate(
  parts: Parts,
  groups: Groups,
  window: WindowColumns,
  before: InputColumns,
): LogicalPlan {
  const startColumn = before.placeColumn([...window.starts][0]!);
  const endColumn = before.placeColumn([...window.ends][0]!);
  const timeType = before.typeOf([...window.times][0] ?? [...window.ends][0]!);
  const types = windowColumnTypes(timeType);
  const properties = groups.properties.map((name) => ({ name, type: types[name] }));
  const input = before.plan();
  return windowAggregate({
    ...parts,
    input,
    window: { kind: "ATTACHED", startColumn, endColumn },
    properties,
  });
}

function propertiesOf(groups: Groups, input: LogicalPlan, timeColumn: number) {
  const types = windowColumnTypes(input.schema.columns[timeColumn]!.type);
  return groups.properties.map((name) => ({ name, type: types[name] }));
}

function readsWindow(expressions: readonly BoundExpression[], window: WindowColumns): boolean {
  let found = false;
  const visit = (expression: BoundExpression): BoundExpression => {
    if (expression.kind === "InputColumn") {
      const { index } = expression;
      found ||= window.starts.has(index) || window.ends.has(index) || window.times.has(index);
    }
    return mapChildren(expression, visit);
  };
  for (const expression of expressions) visit(expression);
  return found;
}

function sessionKeys(window: AssignWindows["window"], before: InputColumns) {
  if (window.kind !== "SESSION") return {};
  return { partition: window.partition.map((column) => before.placeColumn(column)) };
}

/** Turns what is selected into expressions over the aggregation's output: keys, window, aggregates. */
class OutputColumns {
  readonly #keys: ReadonlyMap<string, number>;
  readonly #properties: readonly WindowProperty[];
  readonly #sets: GroupedSets | undefined;
  readonly #window: WindowColumns | undefined;
  readonly #input: LogicalPlan;
  readonly #scope: Scope;

  constructor({ keys, properties, sets }: Groups, { plan }: Relation, scope: Scope) {
    this.#sets = sets;
    this.#keys = new Map(keys.map(({ expression }, index) => [expressionKey(expression), index]));
    this.#properties = properties;
    this.#window = windowColumnsOf(plan);
    this.#input = plan;
    this.#scope = scope;
  }

  rewrite(expression: BoundExpression, itemPosition: SourcePosition): BoundExpression {
    const key = this.#keys.get(expressionKey(expression));
    if (key !== undefined) return { kind: "InputColumn", index: key, type: this.#keyType(key, expression) };
    if (expression.kind !== "InputColumn") {
      return mapChildren(expression, (child) => this.rewrite(child, itemPosition));
    }
    const { index, type } = expression;
    if (index >= subqueryBase) return expression;
    if (index === groupingNumber) return { kind: "InputColumn", index: this.#keys.size, type };
    // Behind the keys stands the number of the grouping set, where there are several.
    const afterKeys = this.#keys.size + (this.#sets === undefined ? 0 : 1);
    if (index >= aggregateBase) {
      const first = afterKeys + this.#properties.length;
      return { kind: "InputColumn", index: first + index - aggregateBase, type };
    }
    const property = this.#propertyAt(index);
    if (property >= 0) return { kind: "InputColumn", index: afterKeys + property, type };
    const position = this.#scope.positionOf(expression) ?? itemPosition;
    const { name } = this.#input.schema.columns[index]!;
    throw quickwaterError("sql.not-grouped", { expression: name }, { position });
  }

  /** A key that is not in every set is NULL in the others. */
  #keyType(place: number, { type }: BoundExpression) {
    const isNullable = type.nullable || !(this.#sets?.isAlwaysThere(place) ?? true);
    return withNullable(withoutAttribute(type), isNullable);
  }

  #propertyAt(index: number): number {
    if (this.#window === undefined) return -1;
    const { starts, ends, times } = this.#window;
    const name = starts.has(index) ? "window_start" : ends.has(index) ? "window_end" : "window_time";
    const isWindow = starts.has(index) || ends.has(index) || times.has(index);
    return isWindow ? this.#properties.indexOf(name) : -1;
  }
}
