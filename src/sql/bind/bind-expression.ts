/**
 * Expressions: names become positions, every node gets its type, conversions are written out. Where a name or
 * an aggregate may stand is the context's to say; this file knows none of the clauses.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { aggregateNamed, aggregateNames } from "../../functions/aggregate/aggregate-function.ts";
import { callableFunctions, spelledFunctions } from "../../functions/scalar/registry.ts";
import type { ScalarFunctionName } from "../../functions/scalar/scalar-function.ts";
import type {
  BetweenPredicate,
  BinaryOperator,
  CaseExpression,
  ColumnReference,
  ExistsPredicate,
  Expression,
  FunctionCall,
  InListPredicate,
  InQueryPredicate,
  IsPredicate,
  LikePredicate,
  ScalarSubquery,
  SimilarPredicate,
} from "../parse/ast.ts";
import { bindClock, clockNames } from "./bind-clock.ts";
import { caseOf, conditionals, untypedNull } from "./bind-conditional.ts";
import { bindIsJson, bindJsonArray, bindJsonObject, bindJsonPath } from "./bind-json.ts";
import { bindBinary, bindInterval, bindNumber, bindString, bindTemporal } from "./bind-literal.ts";
import { bindArray, bindElement, bindField, bindMap, bindRow, bindRowEquality } from "./bind-nested.ts";
import {
  bindDistinct,
  bindExtract,
  bindOverlay,
  bindPosition,
  bindRounding,
  bindTimestampCall,
  bindTrim,
} from "./bind-spelled-call.ts";
import { bindType } from "./bind-type.ts";
import { typeOf } from "./bind-typeof.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { refuseCallClauses } from "./call-clauses.ts";
import { call, canCast, castTo, coerce, literal, typeText } from "./coerce.ts";
import { isOfGroupWindow, misplacedGroupWindow } from "./group-window-call.ts";
import {
  type BoundExpressionKind,
  featureRefused,
  isBound,
  notSupportedYet,
  refuseLaterFunction,
} from "./not-supported-yet.ts";

export type Subquery = ScalarSubquery | InQueryPredicate | ExistsPredicate;

export interface BindContext {
  column(reference: ColumnReference): BoundExpression;
  /** Binds an aggregate, or refuses it where none may stand. */
  aggregate(node: FunctionCall, context: BindContext): BoundExpression;
  /** Binds GROUPING and GROUPING_ID; undefined where rows are not grouped. */
  readonly grouping?: ((node: FunctionCall) => BoundExpression) | undefined;
  /** Binds what tells of the window that GROUP BY makes; undefined where it makes none. */
  readonly groupWindow?: ((node: FunctionCall) => BoundExpression) | undefined;
  /** Binds a call with OVER, or refuses it where none may stand. */
  over(node: FunctionCall): BoundExpression;
  /** Binds a sub-query as a value or a condition; undefined where none may stand. */
  readonly subquery?: ((node: Subquery) => BoundExpression) | undefined;
}

type Handler<K extends BoundExpressionKind> = (
  node: Extract<Expression, { kind: K }>,
  context: BindContext,
) => BoundExpression;

const operators: Readonly<Record<Exclude<BinaryOperator, "AND" | "OR">, ScalarFunctionName>> = {
  "+": "ADD",
  "-": "SUBTRACT",
  "*": "MULTIPLY",
  "/": "DIVIDE",
  "%": "MOD",
  "=": "EQUALS",
  "<>": "NOT_EQUALS",
  "<": "LESS",
  "<=": "LESS_OR_EQUAL",
  ">": "GREATER",
  ">=": "GREATER_OR_EQUAL",
  "||": "CONCATENATE",
};

const handlers: { readonly [K in BoundExpressionKind]: Handler<K> } = {
  ColumnReference: (node, context) => context.column(node),
  NumberLiteral: (node) => bindNumber(node, false),
  StringLiteral: bindString,
  BooleanLiteral: (node) => literal(node.value, { kind: "BOOLEAN", nullable: false }),
  NullLiteral: () => untypedNull,
  GivenValue: ({ given }) => literal(given.value, given.type),
  IntervalLiteral: bindInterval,
  TemporalLiteral: bindTemporal,
  BinaryExpression: (node, context) => {
    if (node.operator === "AND" || node.operator === "OR")
      return bindConnective(node, node.operator, context);
    const { left, right, operator } = node;
    if (operator === "=" || operator === "<>") {
      const rows = bindRowEquality(left, right, node.position, within(context));
      if (rows !== undefined) return operator === "=" ? rows : negate(rows);
    }
    const operands = [bindExpression(left, context), bindExpression(right, context)];
    return call(operators[node.operator], operands, node.operator, node.position);
  },
  UnaryExpression: (node, context) => {
    if (node.operator === "NOT") return negate(bindCondition(node.operand, "The operand of NOT", context));
    if (node.operator === "-" && node.operand.kind === "NumberLiteral") return bindNumber(node.operand, true);
    const operand = bindExpression(node.operand, context);
    const signed = call("NEGATE", [operand], node.operator, node.position);
    return node.operator === "-" ? signed : operand;
  },
  IsPredicate: bindIs,
  BetweenPredicate: bindBetween,
  InListPredicate: bindIn,
  LikePredicate: (node, context) => bindPattern("LIKE", node, context),
  SimilarPredicate: (node, context) => bindPattern("SIMILAR", node, context),
  CaseExpression: bindCase,
  CastExpression: (node, context) => {
    const operand = bindExpression(node.operand, context);
    const type = bindType(node.type);
    if (operand.type.kind === "NULL") return literal(null, { ...type, nullable: true });
    if (!canCast(operand.type, type)) {
      const params = { from: typeText(operand.type), to: typeText(type) };
      throw quickwaterError("sql.bad-cast", params, { position: node.position });
    }
    return castTo(operand, type, node.safe);
  },
  ClockExpression: ({ clock, position }) => bindClock(clock, [], position)!,
  FunctionCall: bindCall,
  BinaryLiteral: bindBinary,
  DistinctPredicate: (node, context) => bindDistinct(node, within(context)),
  TrimCall: (node, context) => bindTrim(node, within(context)),
  PositionCall: (node, context) => bindPosition(node, within(context)),
  OverlayCall: (node, context) => bindOverlay(node, within(context)),
  ExtractCall: (node, context) => bindExtract(node, within(context)),
  RoundToUnitCall: (node, context) => bindRounding(node, within(context)),
  TimestampCall: (node, context) => bindTimestampCall(node, within(context)),
  IsJsonPredicate: (node, context) => bindIsJson(node, within(context)),
  JsonPathCall: (node, context) => bindJsonPath(node, within(context)),
  JsonObjectCall: (node, context) => bindJsonObject(node, within(context)),
  JsonArrayCall: (node, context) => bindJsonArray(node, within(context)),
  ElementAccess: (node, context) => bindElement(node, within(context)),
  FieldAccess: (node, context) => bindField(node, within(context)),
  RowConstructor: (node, context) => bindRow(node, within(context)),
  ArrayConstructor: (node, context) => bindArray(node, within(context)),
  MapConstructor: (node, context) => bindMap(node, within(context)),
  ScalarSubquery: (node, context) => bindSubquery(node, "A sub-query as a value", context),
  InQueryPredicate: (node, context) => bindSubquery(node, "IN (sub-query)", context),
  ExistsPredicate: (node, context) => bindSubquery(node, "EXISTS (sub-query)", context),
};

function bindSubquery(node: Subquery, what: string, { subquery }: BindContext): BoundExpression {
  if (subquery !== undefined) return subquery(node);
  const instead = "It may stand in WHERE, HAVING and the select list.";
  throw featureRefused(`${what} in this place`, node.position, instead);
}

export function bindExpression(node: Expression, context: BindContext): BoundExpression {
  if (!isBound(node)) throw notSupportedYet(node);
  return (handlers[node.kind] as Handler<BoundExpressionKind>)(node, context);
}

function within(context: BindContext): (node: Expression) => BoundExpression {
  return (node) => bindExpression(node, context);
}

/** An expression that must be BOOLEAN; `place` names it in the message. */
export function bindCondition(node: Expression, place: string, context: BindContext): BoundExpression {
  const condition = bindExpression(node, context);
  const { kind } = condition.type;
  if (kind === "NULL") return coerce(condition, { kind: "BOOLEAN", nullable: true });
  if (kind === "BOOLEAN") return condition;
  const params = { place, type: typeText(condition.type) };
  throw quickwaterError("sql.not-boolean", params, { position: node.position });
}

function negate(operand: BoundExpression): BoundExpression {
  return { kind: "Call", function: "NOT", arguments: [operand], type: operand.type };
}

/** `a AND b AND c` becomes one call of three: a long chain is a list, not a deep tree. */
function bindConnective(
  node: Extract<Expression, { kind: "BinaryExpression" }>,
  operator: "AND" | "OR",
  context: BindContext,
): BoundExpression {
  const parts: Expression[] = [];
  let rest: Expression = node;
  while (rest.kind === "BinaryExpression" && rest.operator === operator) {
    parts.unshift(rest.right);
    rest = rest.left;
  }
  parts.unshift(rest);
  const operands = parts.map((part) => bindCondition(part, `An operand of ${operator}`, context));
  return call(operator, operands, operator, node.position);
}

function bindIs(node: IsPredicate, context: BindContext): BoundExpression {
  const names = { NULL: "NULL", UNKNOWN: "NULL", TRUE: "TRUE", FALSE: "FALSE" } as const;
  const name: ScalarFunctionName = `IS_${node.negated ? "NOT_" : ""}${names[node.test]}`;
  const operand =
    node.test === "NULL"
      ? bindExpression(node.operand, context)
      : bindCondition(node.operand, `The operand of IS ${node.test}`, context);
  return call(name, [operand], `IS ${node.test}`, node.position);
}

function bindBetween(node: BetweenPredicate, context: BindContext): BoundExpression {
  const [operand, low, high] = [node.operand, node.low, node.high].map(within(context)) as [
    BoundExpression,
    BoundExpression,
    BoundExpression,
  ];
  const between = (from: BoundExpression, to: BoundExpression): BoundExpression => {
    const above = call("GREATER_OR_EQUAL", [operand, from], ">=", node.position);
    const below = call("LESS_OR_EQUAL", [operand, to], "<=", node.position);
    return call("AND", [above, below], "BETWEEN", node.position);
  };
  const either = node.symmetric ? [between(low, high), between(high, low)] : [between(low, high)];
  const held = either.length === 1 ? either[0]! : call("OR", either, "BETWEEN", node.position);
  return node.negated ? negate(held) : held;
}

function bindPattern(
  name: "LIKE" | "SIMILAR",
  node: LikePredicate | SimilarPredicate,
  context: BindContext,
): BoundExpression {
  const parts = [node.operand, node.pattern, ...(node.escape === undefined ? [] : [node.escape])];
  const operands = parts.map(within(context));
  const mark = operands[2];
  if (mark?.kind === "Literal" && typeof mark.value === "string" && Array.from(mark.value).length !== 1) {
    const params = { text: `'${mark.value}'`, expected: "one escape character" };
    throw quickwaterError("sql.bad-literal", params, { position: node.escape!.position });
  }
  const like = call(name, operands, name === "LIKE" ? name : "SIMILAR TO", node.position);
  return node.negated ? negate(like) : like;
}

function bindIn(node: InListPredicate, context: BindContext): BoundExpression {
  const operand = bindExpression(node.operand, context);
  const tests = node.items.map(
    (item) =>
      bindRowEquality(node.operand, item, item.position, within(context)) ??
      call("EQUALS", [operand, bindExpression(item, context)], "=", item.position),
  );
  const any = tests.length === 1 ? tests[0]! : call("OR", tests, "IN", node.position);
  return node.negated ? negate(any) : any;
}

function bindCase(node: CaseExpression, context: BindContext): BoundExpression {
  const operand = node.operand && bindExpression(node.operand, context);
  const branches = node.branches.map(({ when, then }) => ({
    when:
      operand === undefined
        ? bindCondition(when, "The condition after WHEN", context)
        : call("EQUALS", [operand, bindExpression(when, context)], "=", when.position),
    then: bindExpression(then, context),
  }));
  const otherwise = node.otherwise === undefined ? untypedNull : bindExpression(node.otherwise, context);
  return caseOf(branches, otherwise, node.position);
}

function bindCall(node: FunctionCall, context: BindContext): BoundExpression {
  const name = node.name.name.toUpperCase();
  if (node.over !== undefined) return context.over(node);
  const isAggregate = aggregateNamed(name) !== undefined;
  refuseCallClauses(node, isAggregate);
  refuseLaterFunction(node);
  if (isAggregate) return context.aggregate(node, context);
  if (name === "GROUPING" || name === "GROUPING_ID") {
    if (context.grouping !== undefined) return context.grouping(node);
    const params = {
      function: name,
      place: "a query without GROUP BY",
      instead: "It tells grouping sets apart.",
    };
    throw quickwaterError("sql.misplaced-aggregate", params, { position: node.position });
  }
  if (isOfGroupWindow(node)) {
    if (context.groupWindow !== undefined) return context.groupWindow(node);
    throw misplacedGroupWindow(node);
  }
  const details = { position: node.position };
  const conditional = name === "TYPEOF" ? typeOf : conditionals.get(name);
  const scalar = callableFunctions.get(name);
  const isClock = clockNames.includes(name);
  if (conditional === undefined && scalar === undefined && !isClock) {
    const known = [
      ...callableFunctions.keys(),
      ...spelledFunctions,
      ...conditionals.keys(),
      ...clockNames,
      "TYPEOF",
      ...aggregateNames,
    ];
    const suggestion = closestName(name, known);
    const place = { position: node.name.position, suggestion };
    throw quickwaterError("sql.unknown-function", { function: node.name.name }, place);
  }
  if (node.star || node.filter !== undefined) {
    const params = {
      function: name,
      found: node.star ? "*" : "FILTER",
      expected: "values; it is no aggregate",
    };
    throw quickwaterError("sql.wrong-arguments", params, details);
  }
  const given = node.arguments.map((argument) => bindExpression(argument, context));
  const clock = isClock ? bindClock(name, given, node.position) : undefined;
  if (clock !== undefined) return clock;
  if (scalar !== undefined) return call(scalar, given, name, node.position);
  const bound = conditional!.bind(given, node.position);
  if (bound !== undefined) return bound;
  const found = given.map(({ type }) => typeText(type)).join(", ");
  throw quickwaterError(
    "sql.wrong-arguments",
    { function: name, found, expected: conditional!.takes },
    details,
  );
}
