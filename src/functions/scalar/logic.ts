/**
 * Three-valued logic. AND and OR take any number of operands and look at them from left to right until the
 * answer is known: what stands behind a FALSE in an AND is not evaluated, so that `y <> 0 AND x / y > 1`
 * never divides by zero. The interpreter and the code generator see to that order themselves; here is what
 * the values mean.
 */
import type { SqlValue } from "../../values/sql-value.ts";
import type { Argument, ScalarFunction, ScalarFunctionName, Signature } from "./scalar-function.ts";

const boolean = { kind: "BOOLEAN", nullable: true } as const;

/** The operand value that settles the answer of AND and OR by itself. */
export const settlingValue = { AND: false, OR: true } as const;

export const logicFunctions: readonly ScalarFunction[] = [
  connective("AND"),
  connective("OR"),
  {
    name: "NOT",
    takes: "a BOOLEAN",
    nulls: "strict",
    resolve: (given) => (given.length === 1 ? booleans(given) : undefined),
    evaluate: ([value]) => !value,
    emit: ([operand]) => `!${operand!.value}`,
  },
  nullTest(
    "IS_NULL",
    (value) => value === null,
    (isNull) => isNull,
  ),
  nullTest(
    "IS_NOT_NULL",
    (value) => value !== null,
    (isNull) => `!${isNull}`,
  ),
  // The value of a NULL is false in generated code, so that IS TRUE need not look at the flag.
  truthTest(
    "IS_TRUE",
    (value) => value === true,
    (_, value) => value,
  ),
  truthTest(
    "IS_NOT_TRUE",
    (value) => value !== true,
    (_, value) => `!${value}`,
  ),
  truthTest(
    "IS_FALSE",
    (value) => value === false,
    (isNull, value) => `(!${isNull} && !${value})`,
  ),
  truthTest(
    "IS_NOT_FALSE",
    (value) => value !== false,
    (isNull, value) => `(${isNull} || ${value})`,
  ),
];

function connective(name: "AND" | "OR"): ScalarFunction {
  return {
    name,
    takes: "BOOLEANs",
    nulls: "own",
    resolve: (given) => (given.length >= 2 ? booleans(given) : undefined),
    evaluate: (values) => {
      const settling = settlingValue[name];
      if (values.includes(settling)) return settling;
      return values.includes(null) ? null : !settling;
    },
    emit: () => {
      throw new Error(`Quickwater bug: ${name} is written by the code generator itself`);
    },
  };
}

function booleans(given: readonly Argument[]): Signature | undefined {
  if (given.some(({ type }) => type.kind !== "BOOLEAN" && type.kind !== "NULL")) return undefined;
  const nullable = given.some(({ type }) => type.nullable);
  return { operands: given.map(() => boolean), result: { kind: "BOOLEAN", nullable } };
}

function nullTest(
  name: ScalarFunctionName,
  test: (value: SqlValue) => boolean,
  emit: (isNull: string) => string,
): ScalarFunction {
  return {
    name,
    takes: "one value",
    nulls: "own",
    resolve: ([only, ...more]) =>
      only === undefined || more.length > 0
        ? undefined
        : { operands: [only.type], result: { kind: "BOOLEAN", nullable: false } },
    evaluate: ([value]) => test(value!),
    emit: ([operand]) => emit(operand!.isNull),
  };
}

function truthTest(
  name: ScalarFunctionName,
  test: (value: SqlValue) => boolean,
  emit: (isNull: string, value: string) => string,
): ScalarFunction {
  return {
    name,
    takes: "a BOOLEAN",
    nulls: "own",
    resolve: (given) => {
      const signature = given.length === 1 ? booleans(given) : undefined;
      return signature && { ...signature, result: { kind: "BOOLEAN", nullable: false } };
    },
    evaluate: ([value]) => test(value!),
    emit: ([operand]) => emit(operand!.isNull, operand!.value),
  };
}
