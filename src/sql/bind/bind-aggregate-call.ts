/** A call of an aggregate: its argument, the constants behind it, what comes of it. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import {
  type AggregateName,
  aggregateNamed,
  aggregateSignature,
  type ResolvedAggregate,
} from "../../functions/aggregate/aggregate-function.ts";
import { arrayFields } from "../../functions/aggregate/array-agg.ts";
import { casterOf } from "../../functions/scalar/cast.ts";
import { isNumeric, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { FunctionCall } from "../parse/ast.ts";
import { expressionKey } from "../plan/expressions.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { castTo, coerce, typeText } from "./coerce.ts";

export interface BoundAggregate {
  readonly name: AggregateName;
  readonly argument: BoundExpression | undefined;
  readonly parameters: readonly SqlValue[];
  readonly distinct: boolean;
  /** The argument as it was written, before any cast. */
  readonly given: BoundExpression | undefined;
  /** Of the column that the aggregation gives. */
  readonly type: SqlType;
  readonly resultType: SqlType;
  /** What SQL sees of that column. */
  readonly result: (column: BoundExpression) => BoundExpression;
}

const same = (column: BoundExpression) => column;

/** `bind` binds an argument where the call stands. */
export function bindAggregateCall(
  node: FunctionCall,
  bind: (node: FunctionCall["arguments"][number]) => BoundExpression,
  filtered: boolean,
): BoundAggregate {
  const name = aggregateNamed(node.name.name)!;
  const given = node.arguments.map(bind);
  const [argument, ...behind] = given;
  const resolved = node.star
    ? resolveStar(name, node)
    : argument && resolveGiven(name, argument, behind, filtered);
  if (resolved === undefined) throw wrongArguments(node, name, given);
  const { result, computedAs = result } = resolved;
  return {
    name,
    argument: taken(name, argument, resolved, node),
    parameters: behind.map((parameter) => constantOf(parameter)!),
    // Of an extreme it makes no difference.
    distinct: node.distinct && name !== "MIN" && name !== "MAX",
    given: argument,
    type: computedAs,
    resultType: result,
    result: resolved.computedAs === undefined ? same : (column) => resultOf(column, result),
  };
}

/** What comes to the accumulator: of ARRAY_AGG a ROW that is never NULL, whatever is in it. */
function taken(
  name: AggregateName,
  argument: BoundExpression | undefined,
  { result, computedAs }: ResolvedAggregate,
  node: FunctionCall,
): BoundExpression | undefined {
  if (argument === undefined) return undefined;
  if (name !== "ARRAY_AGG" || result.kind !== "ARRAY")
    return computedAs === undefined ? argument : coerce(argument, computedAs);
  if (node.distinct && (argument.type.kind === "ROW" || argument.type.kind === "MAP")) {
    const rule = "In Flink ARRAY_AGG(DISTINCT …) takes no ROW and no MAP";
    const instead = "Leave DISTINCT out, or collect a field of it.";
    throw quickwaterError("sql.not-flink", { rule, instead }, { position: node.position });
  }
  const field = { name: arrayFields[node.nulls ?? "RESPECT"], type: result.element };
  const type: SqlType = { kind: "ROW", fields: [field], nullable: false };
  return { kind: "Call", function: "ROW", arguments: [argument], type };
}

/** What is the same call is computed once. */
export function aggregateKey({ name, argument, parameters, distinct }: BoundAggregate): string {
  return JSON.stringify([name, argument && expressionKey(argument), parameters.map(String), distinct]);
}

function resultOf(column: BoundExpression, result: SqlType): BoundExpression {
  const cast = coerce(column, result);
  // A variance has the digits that a DOUBLE has: the result is as long as its type says, whatever it is.
  return cast === column ? cast : { ...castTo(column, result, false), type: result };
}

function resolveStar(name: AggregateName, { distinct }: FunctionCall): ResolvedAggregate | undefined {
  return name === "COUNT" && !distinct ? { result: { kind: "BIGINT", nullable: false } } : undefined;
}

function resolveGiven(
  name: AggregateName,
  { type }: BoundExpression,
  behind: readonly BoundExpression[],
  filtered: boolean,
): ResolvedAggregate | undefined {
  const signature = aggregateSignature(name);
  if (behind.length > signature.parametersMax) return undefined;
  const parameters = behind.map(constantOf);
  return signature.resolve({ argument: type, parameters, nullable: type.nullable || filtered });
}

/** Undefined where it is none; a number as a DOUBLE. */
function constantOf(expression: BoundExpression): SqlValue | undefined {
  if (expression.kind !== "Literal") return undefined;
  const { value, type } = expression;
  if (value === null || !isNumeric(type)) return value;
  return casterOf(type, { kind: "DOUBLE", nullable: false })!(value);
}

function wrongArguments(node: FunctionCall, name: AggregateName, given: readonly BoundExpression[]): Error {
  const found = node.star ? "*" : given.map((value) => typeText(value.type)).join(", ");
  const params = {
    function: node.name.name.toUpperCase(),
    found,
    expected: aggregateSignature(name).takes,
  };
  return quickwaterError("sql.wrong-arguments", params, { position: node.position });
}
