/** Operators with their operands: where one binds weaker than its surroundings it gets parentheses. */
import type {
  BetweenPredicate,
  BinaryExpression,
  DistinctPredicate,
  InListPredicate,
  InQueryPredicate,
  IsJsonPredicate,
  IsPredicate,
  LikePredicate,
  OperatorExpression,
  SimilarPredicate,
  UnaryExpression,
} from "./ast.ts";
import { powerOf } from "./binding-power.ts";
import { listed, type Printer } from "./printer.ts";

/** Chains lean left: the left side may be as weak as the operator, the right side must be stronger. */
export function printBinary(node: BinaryExpression, printer: Printer): string {
  const power = powerOf(node);
  const left = printer.expression(node.left, power - 1);
  return `${left} ${node.operator} ${printer.expression(node.right, power)}`;
}

export function printUnary(node: UnaryExpression, printer: Printer): string {
  const operand = printer.expression(node.operand, powerOf(node) - 1);
  // Two minus signs in a row would begin a comment.
  const space = node.operator === "NOT" || operand.startsWith("-") ? " " : "";
  return `${node.operator}${space}${operand}`;
}

export function printIs(node: IsPredicate, printer: Printer): string {
  return `${first(node, printer)} IS ${not(node)}${node.test}`;
}

export function printIsJson(node: IsJsonPredicate, printer: Printer): string {
  return `${first(node, printer)} IS ${not(node)}JSON ${node.test}`;
}

export function printDistinct(node: DistinctPredicate, printer: Printer): string {
  const power = powerOf(node);
  const left = printer.expression(node.left, power - 1);
  return `${left} IS ${not(node)}DISTINCT FROM ${printer.expression(node.right, power)}`;
}

export function printBetween(node: BetweenPredicate, printer: Printer): string {
  const power = powerOf(node);
  const word = node.symmetric ? "BETWEEN SYMMETRIC" : "BETWEEN";
  const bounds = `${printer.expression(node.low, power)} AND ${printer.expression(node.high, power)}`;
  return `${first(node, printer)} ${not(node)}${word} ${bounds}`;
}

export function printInList(node: InListPredicate, printer: Printer): string {
  return `${first(node, printer)} ${not(node)}IN (${listed(printer, node.items)})`;
}

export function printInQuery(node: InQueryPredicate, printer: Printer): string {
  return `${first(node, printer)} ${not(node)}IN (${printer.query(node.query)})`;
}

export function printPattern(node: LikePredicate | SimilarPredicate, word: string, printer: Printer): string {
  const power = powerOf(node);
  const mark = node.escape === undefined ? "" : ` ESCAPE ${printer.expression(node.escape, power)}`;
  return `${first(node, printer)} ${not(node)}${word} ${printer.expression(node.pattern, power)}${mark}`;
}

function first(node: Extract<OperatorExpression, { operand: unknown }>, printer: Printer): string {
  return printer.expression(node.operand, powerOf(node) - 1);
}

function not(node: { readonly negated: boolean }): string {
  return node.negated ? "NOT " : "";
}
