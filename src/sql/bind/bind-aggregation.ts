/**
 * A window aggregation: Scan → Filter → Project (keys and arguments) → WindowAggregate → Project (the select
 * list).
 *
 * The select list is bound over the Scan first, with aggregates and window columns as columns of made-up
 * positions. Then every part of it that is a key, a window column or an aggregate becomes that column of the
 * aggregation's output; a column of the Scan that is left over is neither grouped nor aggregated, and is
 * refused.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import {
  aggregateNamed,
  aggregateTakes,
  resolveAggregate,
} from "../../functions/aggregate/aggregate-function.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { Expression, FunctionCall } from "../parse/ast.ts";
import { printExpression } from "../parse/print.ts";
import { project, windowAggregate } from "../plan/build.ts";
import { expressionKey, mapChildren } from "../plan/expressions.ts";
import type { AggregateCall, LogicalPlan, WindowProperty } from "../plan/logical-plan.ts";
import { type BindContext, bindCondition, bindExpression } from "./bind-expression.ts";
import type { BoundWindow } from "./bind-window.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { typeText } from "./coerce.ts";
import type { PlainSelect } from "./plain-query.ts";
import { type Scope, windowColumnBase } from "./scope.ts";

/** Aggregates get positions from here on until they have their place in the output. */
const aggregateBase = 2 * windowColumnBase;

interface GroupKey {
  readonly expression: BoundExpression;
  readonly text: string;
}

export interface BoundAggregation {
  readonly plan: LogicalPlan;
  readonly expressions: readonly BoundExpression[];
  /** What tells one row from another, as written, with its place in the aggregation's output. */
  readonly keys: readonly { readonly text: string; readonly index: number }[];
}

export function bindAggregation(
  query: PlainSelect,
  scope: Scope,
  window: BoundWindow,
  makeInput: () => LogicalPlan,
): BoundAggregation {
  const collector = new AggregateCollector(scope);
  const grouped = query.groupBy.map((key) => bindKey(key, scope));
  const properties = scope.windowColumns.filter((_, index) =>
    grouped.some(({ expression }) => isWindowColumn(expression, index)),
  );
  requireWindow(
    query,
    properties.map(({ name }) => name),
  );
  const keys = uniqueKeys(grouped.filter(({ expression }) => !isAnyWindowColumn(expression)));
  const items = query.items.map((item) => {
    if (item.kind === "SelectExpression") return bindExpression(item.expression, collector.context);
    throw quickwaterError(
      "sql.not-grouped",
      { expression: item.qualifier === undefined ? "*" : `${item.qualifier.parts.at(-1)!.name}.*` },
      { position: item.position },
    );
  });
  const input = makeInput();
  const before = new InputColumns(input);
  const timeColumn = before.place(columnOf(input, scope.indexOfTableColumn(window.timeColumn)));
  const keyPlaces = keys.map(({ expression }) => before.place(expression));
  const aggregates = collector.calls.map(
    ({ name, argument, filter, type }): AggregateCall => ({
      function: name,
      argument: argument && before.place(argument),
      filter: filter && before.place(filter),
      type,
    }),
  );
  const plan = windowAggregate({
    input: before.plan(),
    window: {
      kind: "TUMBLE",
      timeColumn,
      sizeMs: window.sizeMs,
      stepMs: window.sizeMs,
      offsetMs: window.offsetMs,
    },
    keys: keyPlaces,
    properties,
    aggregates,
  });
  const output = new OutputColumns(
    plan,
    keys,
    scope,
    properties.map(({ name }) => name),
  );
  const expressions = items.map((item, index) => output.rewrite(item, query.items[index]!.position));
  const propertyKeys = properties
    .map(({ name }, index) => ({ text: name, index: keys.length + index }))
    .filter(({ text }) => text !== "window_time");
  return { plan, expressions, keys: [...propertyKeys, ...keys.map(({ text }, index) => ({ text, index }))] };
}

function bindKey(key: Expression, scope: Scope): GroupKey {
  if (key.kind === "NumberLiteral") {
    const params = {
      rule: `In Flink GROUP BY ${key.text} groups by that constant, not by an item of the select list`,
      instead: "Write the expression itself.",
    };
    throw quickwaterError("sql.not-flink", params, { position: key.position });
  }
  const expression = bindExpression(key, contextWithoutAggregates(scope, "GROUP BY"));
  return { expression, text: printExpression(key) };
}

/** Without both ends of the window a group has no end in time. */
function requireWindow(query: PlainSelect, grouped: readonly WindowProperty[]): void {
  const missing = (["window_start", "window_end"] as const).filter((name) => !grouped.includes(name));
  if (missing.length === 0) return;
  const reason = `its GROUP BY lacks ${missing.join(" and ")}`;
  throw quickwaterError(
    "sql.unbounded-state",
    { reason },
    { position: query.groupBy[0]?.position ?? query.position },
  );
}

export function contextWithoutAggregates(scope: Scope, place: string): BindContext {
  return {
    column: (reference) => scope.resolve(reference.path, reference.position),
    aggregate: (node) => {
      const instead =
        place === "WHERE"
          ? "WHERE comes before the aggregation; to leave rows out of one aggregate write FILTER (WHERE …)."
          : "Aggregates stand in the select list.";
      const params = { function: node.name.name.toUpperCase(), place, instead };
      throw quickwaterError("sql.misplaced-aggregate", params, { position: node.position });
    },
  };
}

interface CollectedCall {
  readonly name: AggregateCall["function"];
  readonly argument: BoundExpression | undefined;
  readonly filter: BoundExpression | undefined;
  readonly type: SqlType;
}

/** Finds the aggregates of the select list; the same one written twice is computed once. */
class AggregateCollector {
  readonly calls: CollectedCall[] = [];
  readonly context: BindContext;
  readonly #scope: Scope;
  readonly #keys: string[] = [];

  constructor(scope: Scope) {
    this.#scope = scope;
    this.context = {
      column: (reference) => scope.resolve(reference.path, reference.position),
      aggregate: (node) => this.#add(node),
    };
  }

  #add(node: FunctionCall): BoundExpression {
    const name = aggregateNamed(node.name.name)!;
    const inside = contextWithoutAggregates(this.#scope, `another aggregate`);
    const given = node.arguments.map((argument) => bindExpression(argument, inside));
    const filter =
      node.filter === undefined
        ? undefined
        : bindCondition(node.filter, "FILTER", contextWithoutAggregates(this.#scope, "FILTER"));
    const argument = node.star ? undefined : given[0];
    const isCounted = node.star ? name === "COUNT" : given.length === 1;
    const type = isCounted ? resolveAggregate(name, argument?.type, filter !== undefined) : undefined;
    if (type === undefined) {
      const found = node.star ? "*" : given.map((value) => typeText(value.type)).join(", ");
      const params = { function: name, found, expected: aggregateTakes[name] };
      throw quickwaterError("sql.wrong-arguments", params, { position: node.position });
    }
    for (const part of [argument, filter]) refuseWindowColumns(part, name, this.#scope);
    const key = [name, argument && expressionKey(argument), filter && expressionKey(filter)].join("|");
    let index = this.#keys.indexOf(key);
    if (index < 0) {
      index = this.#keys.push(key) - 1;
      this.calls.push({ name, argument, filter, type });
    }
    return { kind: "InputColumn", index: aggregateBase + index, type };
  }
}

function refuseWindowColumns(expression: BoundExpression | undefined, place: string, scope: Scope): void {
  if (expression === undefined) return;
  if (isAnyWindowColumn(expression)) throw windowColumnRefused(expression, place, scope);
  mapChildren(expression, (child) => {
    refuseWindowColumns(child, place, scope);
    return child;
  });
}

/** Before the aggregation rows have no window columns: they are made when the window is. */
export function windowColumnRefused(expression: BoundExpression, place: string, scope: Scope): Error {
  const feature = `A window column in ${place}`;
  const position = scope.positionOf(expression);
  return quickwaterError("sql.not-supported-yet", { feature, instead: "" }, { position });
}

export function isAnyWindowColumn(expression: BoundExpression): boolean {
  return (
    expression.kind === "InputColumn" &&
    expression.index >= windowColumnBase &&
    expression.index < aggregateBase
  );
}

function isWindowColumn(expression: BoundExpression, index: number): boolean {
  return expression.kind === "InputColumn" && expression.index === windowColumnBase + index;
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

function columnOf(input: LogicalPlan, index: number): BoundExpression {
  return { kind: "InputColumn", index, type: input.schema.columns[index]!.type };
}

/**
 * Where the aggregation finds its columns: in the input itself, or in a Project where one must be computed.
 */
class InputColumns {
  readonly #input: LogicalPlan;
  readonly #expressions: BoundExpression[] = [];
  readonly #places = new Map<string, number>();

  constructor(input: LogicalPlan) {
    this.#input = input;
  }

  place(expression: BoundExpression): number {
    const key = expressionKey(expression);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const index = this.#expressions.push(expression) - 1;
    this.#places.set(key, index);
    return index;
  }

  plan(): LogicalPlan {
    const { columns } = this.#input.schema;
    const names = this.#expressions.map((expression, index) =>
      expression.kind === "InputColumn" ? columns[expression.index]!.name : `EXPR$${index}`,
    );
    return project(this.#input, this.#expressions, names);
  }
}

/** Turns the select list into expressions over the aggregation's output. */
class OutputColumns {
  readonly #plan: LogicalPlan;
  readonly #keys: ReadonlyMap<string, number>;
  readonly #scope: Scope;
  readonly #properties: readonly WindowProperty[];
  readonly #aggregatesAt: number;

  constructor(
    plan: LogicalPlan,
    keys: readonly GroupKey[],
    scope: Scope,
    properties: readonly WindowProperty[],
  ) {
    this.#plan = plan;
    this.#keys = new Map(keys.map(({ expression }, index) => [expressionKey(expression), index]));
    this.#scope = scope;
    this.#properties = properties;
    this.#aggregatesAt = keys.length + properties.length;
  }

  rewrite(expression: BoundExpression, itemPosition: Expression["position"]): BoundExpression {
    const key = this.#keys.get(expressionKey(expression));
    if (key !== undefined) return columnOf(this.#plan, key);
    if (expression.kind !== "InputColumn") {
      return mapChildren(expression, (child) => this.rewrite(child, itemPosition));
    }
    if (expression.index >= aggregateBase) {
      return columnOf(this.#plan, this.#aggregatesAt + expression.index - aggregateBase);
    }
    const isProperty = isAnyWindowColumn(expression);
    const name = isProperty
      ? this.#scope.windowColumns[expression.index - windowColumnBase]!.name
      : this.#scope.scan().schema.columns[expression.index]!.name;
    const property = isProperty ? this.#properties.indexOf(name as WindowProperty) : -1;
    if (property >= 0) return columnOf(this.#plan, this.#keys.size + property);
    const position = this.#scope.positionOf(expression) ?? itemPosition;
    throw quickwaterError("sql.not-grouped", { expression: name }, { position });
  }
}
