/** SELECT to a logical plan: with a window aggregation, or row by row. */
import type { Catalog, TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { aggregateNamed } from "../../functions/aggregate/aggregate-function.ts";
import type { Expression, Identifier, Query, SelectItem, SelectStar } from "../parse/ast.ts";
import { filter, project } from "../plan/build.ts";
import { childrenOf } from "../plan/expressions.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import {
  type BoundAggregation,
  bindAggregation,
  contextWithoutAggregates,
  isAnyWindowColumn,
  windowColumnRefused,
} from "./bind-aggregation.ts";
import { bindCondition, bindExpression } from "./bind-expression.ts";
import { bindWindow } from "./bind-window.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { refuseCallClauses } from "./not-supported-yet.ts";
import { type PlainSelect, plainName, plainSelect, tableOf } from "./plain-query.ts";
import { Scope } from "./scope.ts";

export interface BoundQuery {
  readonly plan: LogicalPlan;
  /** The table that is read. */
  readonly table: TableDefinition;
  /** Whether the query gave each output column a name, by AS or by naming a column. */
  readonly named: readonly boolean[];
  /**
   * What tells the rows of a window aggregation apart, with its output column, if it is in the select list.
   */
  readonly keys: readonly { readonly text: string; readonly output: number | undefined }[] | undefined;
}

export function bindQuery(written: Query, catalog: Catalog): BoundQuery {
  const query = plainSelect(written);
  const { from } = query;
  const table = findTable(tableOf(from), catalog);
  const window = from.kind === "WindowTable" ? bindWindow(from, table) : undefined;
  const scope = new Scope(table, from.alias?.name, window?.columns ?? []);
  const predicate =
    query.where && bindCondition(query.where, "WHERE", contextWithoutAggregates(scope, "WHERE"));
  if (predicate !== undefined) refuseWindowColumns(predicate, "WHERE", scope);
  const makeInput = (): LogicalPlan =>
    predicate === undefined ? scope.scan() : filter(scope.scan(), predicate);
  const aggregate = findAggregate(query.items);
  if (query.groupBy.length === 0 && aggregate === undefined) {
    return { table, keys: undefined, ...bindRows(query, scope, makeInput) };
  }
  if (window === undefined || query.groupBy.length === 0) {
    const reason = window === undefined ? "it reads from no window" : "it has no GROUP BY";
    const position = aggregate?.position ?? query.groupBy[0]!.position;
    throw quickwaterError("sql.unbounded-state", { reason }, { position });
  }
  return { table, ...bindGroups(query, bindAggregation(query, scope, window, makeInput)) };
}

function findTable(name: Identifier, catalog: Catalog): TableDefinition {
  const table = catalog.table(name.name);
  if (table !== undefined) return table;
  const details = { position: name.position };
  if (catalog.view(name.name) !== undefined)
    throw quickwaterError("sql.query-of-view", { view: name.name }, details);
  const suggestion = closestName(
    name.name,
    catalog.tables().map((known) => known.name),
  );
  throw quickwaterError("sql.unknown-table", { table: name.name }, { ...details, suggestion });
}

type Bound = Pick<BoundQuery, "plan" | "named">;

function bindRows(query: PlainSelect, scope: Scope, makeInput: () => LogicalPlan): Bound {
  const context = contextWithoutAggregates(scope, "a query without GROUP BY");
  const outputs: { name: string | undefined; expression: BoundExpression }[] = [];
  for (const item of query.items) {
    if (item.kind === "SelectStar") {
      outputs.push(...expandStar(item, scope));
    } else {
      const expression = bindExpression(item.expression, context);
      if (expression.type.kind === "NULL") throw untyped(item.expression);
      refuseWindowColumns(expression, "a query without GROUP BY", scope);
      outputs.push({ name: nameOf(item), expression });
    }
  }
  const names = outputs.map(({ name }, index) => name ?? `EXPR$${index}`);
  const expressions = outputs.map(({ expression }) => expression);
  return {
    plan: project(makeInput(), expressions, names),
    named: outputs.map(({ name }) => name !== undefined),
  };
}

function expandStar(item: SelectStar, scope: Scope): { name: string; expression: BoundExpression }[] {
  const { position } = item;
  const qualifier = item.qualifier && plainName(item.qualifier);
  if (qualifier !== undefined && !scope.isQualifier(qualifier.name)) {
    const suggestion = closestName(qualifier.name, [scope.qualifier]);
    throw quickwaterError(
      "sql.unknown-table",
      { table: qualifier.name },
      { position: qualifier.position, suggestion },
    );
  }
  return scope.starNames().map((name) => {
    const expression = scope.resolve([{ kind: "Identifier", name, quoted: true, position }], position);
    refuseWindowColumns(expression, "a query without GROUP BY", scope);
    return { name, expression };
  });
}

function bindGroups(query: PlainSelect, aggregation: BoundAggregation): Bound & Pick<BoundQuery, "keys"> {
  const { expressions, plan } = aggregation;
  const names = query.items.map((item) => (item.kind === "SelectExpression" ? nameOf(item) : undefined));
  for (const [index, { type }] of expressions.entries()) {
    const item = query.items[index]!;
    if (type.kind === "NULL" && item.kind === "SelectExpression") throw untyped(item.expression);
  }
  const keys = aggregation.keys.map(({ text, index }) => {
    const output = expressions.findIndex((item) => item.kind === "InputColumn" && item.index === index);
    return { text, output: output < 0 ? undefined : output };
  });
  return {
    plan: project(
      plan,
      expressions,
      names.map((name, index) => name ?? `EXPR$${index}`),
    ),
    named: names.map((name) => name !== undefined),
    keys,
  };
}

/** A column keeps its name, an expression needs AS. */
function nameOf(item: Extract<SelectItem, { kind: "SelectExpression" }>): string | undefined {
  if (item.alias !== undefined) return item.alias.name;
  return item.expression.kind === "ColumnReference" ? item.expression.path.at(-1)!.name : undefined;
}

function untyped(expression: Expression): Error {
  return quickwaterError("sql.untyped-null", {}, { position: expression.position });
}

function refuseWindowColumns(expression: BoundExpression, place: string, scope: Scope): void {
  if (isAnyWindowColumn(expression)) throw windowColumnRefused(expression, place, scope);
  for (const child of childrenOf(expression)) refuseWindowColumns(child, place, scope);
}

/** The first aggregate of a select list; it alone makes the query an aggregation. */
function findAggregate(items: readonly SelectItem[]): Expression | undefined {
  for (const item of items) {
    const found = item.kind === "SelectExpression" ? aggregateIn(item.expression) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function aggregateIn(node: Expression): Expression | undefined {
  if (node.kind === "FunctionCall" && aggregateNamed(node.name.name) !== undefined) {
    refuseCallClauses(node);
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
