/**
 * Expressions as SQL again. Parentheses stand only where the binding powers need them, so that long chains
 * stay as flat as they were written.
 */
import type { CaseExpression, ElementAccess, Expression, ExpressionKind } from "./ast.ts";
import { powerOf } from "./binding-power.ts";
import { printFunctionCall } from "./print-call.ts";
import { printJsonArray, printJsonObject, printJsonPath } from "./print-json-call.ts";
import { printName, printText } from "./print-name.ts";
import * as operator from "./print-operator.ts";
import * as spelled from "./print-spelled-call.ts";
import { printRange, printType } from "./print-type.ts";
import { listed, type Printer } from "./printer.ts";

type Handler<K extends ExpressionKind> = (node: Extract<Expression, { kind: K }>, printer: Printer) => string;

const handlers: { readonly [K in ExpressionKind]: Handler<K> } = {
  NumberLiteral: ({ text }) => text,
  StringLiteral: ({ value }) => printText(value),
  BinaryLiteral: ({ digits }) => `X'${digits}'`,
  BooleanLiteral: ({ value }) => (value ? "TRUE" : "FALSE"),
  NullLiteral: () => "NULL",
  GivenValue: ({ name }) => `:${name}`,
  IntervalLiteral: ({ value, negative, from, to }) =>
    `INTERVAL ${negative ? "-" : ""}${printText(value)} ${printRange({ from, to })}`,
  TemporalLiteral: ({ type, value }) => `${type} ${printText(value)}`,
  ClockExpression: ({ clock }) => clock,
  ColumnReference: ({ path }) => path.map(printName).join("."),
  ElementAccess: printElement,
  FieldAccess: ({ operand, field }, printer) => `${printWhole(operand, printer)}.${printName(field)}`,
  RowConstructor: ({ written, values }, printer) =>
    `${written === "ROW" ? "ROW" : ""}(${listed(printer, values)})`,
  ArrayConstructor: ({ elements }, printer) => `ARRAY[${listed(printer, elements)}]`,
  MapConstructor: ({ entries }, printer) => {
    const flat = entries.flatMap(({ key, value }) => [key, value]);
    return `MAP[${listed(printer, flat)}]`;
  },
  BinaryExpression: operator.printBinary,
  UnaryExpression: operator.printUnary,
  IsPredicate: operator.printIs,
  IsJsonPredicate: operator.printIsJson,
  DistinctPredicate: operator.printDistinct,
  BetweenPredicate: operator.printBetween,
  InListPredicate: operator.printInList,
  InQueryPredicate: operator.printInQuery,
  LikePredicate: (node, printer) => operator.printPattern(node, "LIKE", printer),
  SimilarPredicate: (node, printer) => operator.printPattern(node, "SIMILAR TO", printer),
  ExistsPredicate: ({ query }, printer) => `EXISTS (${printer.query(query)})`,
  ScalarSubquery: ({ query }, printer) => `(${printer.query(query)})`,
  CaseExpression: printCase,
  CastExpression: ({ operand, type, safe }, printer) =>
    `${safe ? "TRY_CAST" : "CAST"}(${printer.expression(operand)} AS ${printType(type)})`,
  FunctionCall: printFunctionCall,
  ExtractCall: spelled.printExtract,
  RoundToUnitCall: spelled.printRoundToUnit,
  TimestampCall: spelled.printTimestamp,
  TrimCall: spelled.printTrim,
  PositionCall: spelled.printPosition,
  OverlayCall: spelled.printOverlay,
  JsonPathCall: printJsonPath,
  JsonObjectCall: printJsonObject,
  JsonArrayCall: printJsonArray,
};

export function printExpressionWith(printer: Printer, expression: Expression, outer: number): string {
  const text = (handlers[expression.kind] as Handler<ExpressionKind>)(expression, printer);
  return powerOf(expression) > outer ? text : `(${text})`;
}

const wholeKinds: ReadonlySet<ExpressionKind> = new Set<ExpressionKind>([
  "ElementAccess",
  "FieldAccess",
  "ArrayConstructor",
  "MapConstructor",
  "CaseExpression",
  "CastExpression",
  "FunctionCall",
]);

/** A column needs no parentheses, unless its name would begin a constructor. */
function printElement({ operand, index }: ElementAccess, printer: Printer): string {
  const isColumn = operand.kind === "ColumnReference" && printer.expression(operand).toUpperCase() !== "MAP";
  const whole = isColumn ? printer.expression(operand) : printWhole(operand, printer);
  return `${whole}[${printer.expression(index)}]`;
}

/**
 * What `[…]` or `.field` follows. A plain column stands in parentheses, because without them its name and the
 * field would be one path.
 */
function printWhole(operand: Expression, printer: Printer): string {
  const text = printer.expression(operand);
  return wholeKinds.has(operand.kind) ? text : `(${text})`;
}

function printCase(expression: CaseExpression, printer: Printer): string {
  const { operand, branches, otherwise } = expression;
  const parts = [
    "CASE",
    ...(operand === undefined ? [] : [printer.expression(operand)]),
    ...branches.map(({ when, then }) => `WHEN ${printer.expression(when)} THEN ${printer.expression(then)}`),
    ...(otherwise === undefined ? [] : [`ELSE ${printer.expression(otherwise)}`]),
    "END",
  ];
  return parts.join(" ");
}
