/** Walking and comparing bound expressions; every pass and the binder of aggregations go through here. */
import type { BoundExpression } from "../bind/bound-expression.ts";

/** Two expressions with the same key compute the same value. */
export function expressionKey(expression: BoundExpression): string {
  return structureKey(expression);
}

/** The same text for plain data that is equal, whatever kinds of numbers are in it. */
export function structureKey(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))
      return `${1 / value}/${value}`;
    return value instanceof Uint8Array ? `x${value.join()}` : value;
  });
}

/** The same expression with its direct parts replaced. */
export function mapChildren(
  expression: BoundExpression,
  map: (child: BoundExpression) => BoundExpression,
): BoundExpression {
  switch (expression.kind) {
    case "InputColumn":
    case "Literal":
    case "Clock":
      return expression;
    case "Call":
      return { ...expression, arguments: expression.arguments.map(map) };
    case "Cast":
      return { ...expression, operand: map(expression.operand) };
    case "Case":
      return {
        ...expression,
        branches: expression.branches.map(({ when, then }) => ({ when: map(when), then: map(then) })),
        otherwise: map(expression.otherwise),
      };
  }
}

export function childrenOf(expression: BoundExpression): readonly BoundExpression[] {
  switch (expression.kind) {
    case "InputColumn":
    case "Literal":
    case "Clock":
      return [];
    case "Call":
      return expression.arguments;
    case "Cast":
      return [expression.operand];
    case "Case":
      return [...expression.branches.flatMap(({ when, then }) => [when, then]), expression.otherwise];
  }
}

/** Adds the positions of the input that the expression reads. */
export function collectColumns(expression: BoundExpression, into: Set<number>): void {
  if (expression.kind === "InputColumn") into.add(expression.index);
  for (const child of childrenOf(expression)) collectColumns(child, into);
}

/** Whether its value depends on when the row came. */
export function readsClock(expression: BoundExpression): boolean {
  return expression.kind === "Clock" || childrenOf(expression).some(readsClock);
}

/** Positions of the input that any of the expressions reads. */
export function columnsOf(expressions: readonly BoundExpression[]): Set<number> {
  const columns = new Set<number>();
  for (const expression of expressions) collectColumns(expression, columns);
  return columns;
}

/** The same expression over an input whose columns have moved. */
export function moveColumns(
  expression: BoundExpression,
  newIndex: (index: number) => number,
): BoundExpression {
  if (expression.kind === "InputColumn") return { ...expression, index: newIndex(expression.index) };
  return mapChildren(expression, (child) => moveColumns(child, newIndex));
}

/** The same expression over the input of a projection, whose columns are replaced by what they compute. */
export function replaceColumns(
  expression: BoundExpression,
  columns: readonly BoundExpression[],
): BoundExpression {
  if (expression.kind !== "InputColumn") {
    return mapChildren(expression, (child) => replaceColumns(child, columns));
  }
  const column = columns[expression.index]!;
  // What reads it was bound to its type, also where that is one of fewer attributes.
  return column.kind === "InputColumn" ? { ...column, type: expression.type } : column;
}
