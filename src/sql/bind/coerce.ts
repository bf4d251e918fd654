/** Calls and casts as bound nodes: every conversion that SQL makes silently is written out as a Cast here. */
import { QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { casterOf, castMayOverflow } from "../../functions/scalar/cast.ts";
import { scalarFunction } from "../../functions/scalar/registry.ts";
import type { Argument, ScalarFunctionName } from "../../functions/scalar/scalar-function.ts";
import { formatType, type SqlType, withNullable } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { BoundExpression } from "./bound-expression.ts";

export function literal(value: SqlValue, type: SqlType): BoundExpression {
  return { kind: "Literal", value, type };
}

/** A word of a call, as the function takes it. */
export function word(text: string): BoundExpression {
  return literal(text, { kind: "CHAR", length: text.length, nullable: false });
}

/**
 * The same value as another type; nullability stays what it is, but for what a narrower DECIMAL makes NULL.
 */
export function coerce(expression: BoundExpression, target: SqlType): BoundExpression {
  const { type } = expression;
  if (type.kind === "NULL") return literal(null, withNullable(target, true));
  if (sameType(type, target)) return expression;
  return castTo(expression, target, false);
}

export function castTo(operand: BoundExpression, target: SqlType, safe: boolean): BoundExpression {
  const nullable = operand.type.nullable || safe || castMayOverflow(operand.type, target);
  return { kind: "Cast", operand, type: withNullable(target, nullable), safe };
}

/** Whether there is a cast between the types at all, written or not. */
export function canCast(from: SqlType, to: SqlType): boolean {
  return from.kind === "NULL" || casterOf(from, to) !== undefined;
}

/** Equal but for nullability and for being a time attribute. */
export function sameType(left: SqlType, right: SqlType): boolean {
  return (
    left.kind === right.kind && formatType(withNullable(left, true)) === formatType(withNullable(right, true))
  );
}

/**
 * Calls a function with its arguments cast to what it takes. `label` is what the user wrote for it, `shown`
 * are the arguments that a message speaks of: all but words that were made into arguments.
 */
export function call(
  name: ScalarFunctionName,
  given: readonly BoundExpression[],
  label: string,
  position: SourcePosition,
  shown: readonly BoundExpression[] = given,
): BoundExpression {
  const scalar = scalarFunction(name);
  const described = given.map(
    (expression): Argument => ({
      type: expression.type,
      literal: expression.kind === "Literal" ? expression.value : undefined,
    }),
  );
  const signature = resolveAt(position, () => scalar.resolve(described));
  if (signature === undefined) throw wrongArguments(name, label, scalar.takes, shown, position);
  const argumentsCast = given.map((expression, index) => coerce(expression, signature.operands[index]!));
  // A cast among the arguments may overflow to NULL, which the signature could not know.
  const nullable =
    signature.result.nullable ||
    (scalar.nulls === "strict" && argumentsCast.some(({ type }) => type.nullable));
  return {
    kind: "Call",
    function: name,
    arguments: argumentsCast,
    type: withNullable(signature.result, nullable),
  };
}

/** A signature that finds a literal wrong, as a pattern may be, says so without knowing where it stands. */
function resolveAt<T>(position: SourcePosition, resolve: () => T): T {
  try {
    return resolve();
  } catch (error) {
    if (!(error instanceof QuickwaterError) || error.position !== undefined) throw error;
    throw new QuickwaterError(error.code, error.params, { position, cause: error });
  }
}

export function typeText(type: SqlType): string {
  return formatType(withNullable(type, true));
}

const comparisons: ReadonlySet<ScalarFunctionName> = new Set([
  "EQUALS",
  "NOT_EQUALS",
  "LESS",
  "LESS_OR_EQUAL",
  "GREATER",
  "GREATER_OR_EQUAL",
]);

function wrongArguments(
  name: ScalarFunctionName,
  label: string,
  takes: string,
  given: readonly BoundExpression[],
  position: SourcePosition,
): Error {
  const types = given.map(({ type }) => typeText(type));
  if (comparisons.has(name) && types.length === 2) {
    const params = { left: types[0]!, operator: label, right: types[1]! };
    return quickwaterError("sql.incomparable", params, { position });
  }
  const params = { function: label, found: types.join(", "), expected: takes };
  return quickwaterError("sql.wrong-arguments", params, { position });
}
