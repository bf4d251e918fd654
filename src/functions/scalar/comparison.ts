/**
 * = <> < <= > >=. Numbers meet in their common type, decimals are compared exactly whatever their scales,
 * texts by code point. Texts and binaries that lie in an arena are compared there, byte by byte, without
 * becoming strings.
 */
import { compareSlices } from "../../values/byte-slices.ts";
import { compareBytes, compareStrings, compareValues, type Ordering } from "../../values/compare.ts";
import { powerOfTen } from "../../values/decimal.ts";
import { isCharacter, isNested, isTimestamp, physicalOf, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { asDecimal, commonType } from "../common-type.ts";
import type { Argument, EmitContext, Operand, ScalarFunction, Signature, Slice } from "./scalar-function.ts";

type ComparisonName = "EQUALS" | "NOT_EQUALS" | "LESS" | "LESS_OR_EQUAL" | "GREATER" | "GREATER_OR_EQUAL";
type Decimal = Extract<SqlType, { kind: "DECIMAL" }>;

const operators: Readonly<Record<ComparisonName, string>> = {
  EQUALS: "===",
  NOT_EQUALS: "!==",
  LESS: "<",
  LESS_OR_EQUAL: "<=",
  GREATER: ">",
  GREATER_OR_EQUAL: ">=",
};

const holds: Readonly<Record<ComparisonName, (order: Ordering | undefined) => boolean>> = {
  EQUALS: (order) => order === 0,
  NOT_EQUALS: (order) => order !== 0,
  LESS: (order) => order === -1,
  LESS_OR_EQUAL: (order) => order === -1 || order === 0,
  GREATER: (order) => order === 1,
  GREATER_OR_EQUAL: (order) => order === 1 || order === 0,
};

export const comparisonFunctions: readonly ScalarFunction[] = (
  ["EQUALS", "NOT_EQUALS", "LESS", "LESS_OR_EQUAL", "GREATER", "GREATER_OR_EQUAL"] as const
).map((name) => ({
  name,
  takes: "two values of one kind",
  nulls: "strict",
  resolve: (given) => resolve(name, given),
  evaluate: ([left, right], types) => holds[name](compareTyped(left!, right!, types)),
  emit: ([left, right], _, context) => emitComparison(name, left!, right!, context),
}));

function resolve(name: ComparisonName, given: readonly Argument[]): Signature | undefined {
  const [left, right] = given.map((argument) => argument.type);
  if (left === undefined || right === undefined || given.length !== 2) return undefined;
  const common = commonType([left, right]) ?? commonMoment(left, right);
  if (common === undefined) return undefined;
  // Values that are made of values are equal where their bytes are, and have no order.
  if (isNested(common) && name !== "EQUALS" && name !== "NOT_EQUALS") return undefined;
  const result: SqlType = { kind: "BOOLEAN", nullable: left.nullable || right.nullable };
  // A common DECIMAL of two wide ones could lose digits, and then unequal values would be equal.
  if (common.kind === "DECIMAL")
    return { operands: [asDecimal(left) ?? common, asDecimal(right) ?? common], result };
  if (common.kind === "VARCHAR" || common.kind === "VARBINARY") {
    return {
      operands: [left.kind === "NULL" ? common : left, right.kind === "NULL" ? common : right],
      result,
    };
  }
  return { operands: [common, common], result };
}

/** A TIMESTAMP is compared with an instant as the instant that it is in the session's zone, UTC. */
function commonMoment(left: SqlType, right: SqlType): SqlType | undefined {
  if (!isTimestamp(left) || !isTimestamp(right)) return undefined;
  const precision = Math.max(left.precision, right.precision);
  return { kind: "TIMESTAMP_LTZ", precision, nullable: left.nullable || right.nullable };
}

function compareTyped(
  left: Exclude<SqlValue, null>,
  right: Exclude<SqlValue, null>,
  types: readonly SqlType[],
): Ordering | undefined {
  if (types[0]!.kind !== "DECIMAL") return compareValues(left, right);
  const [leftScale, rightScale] = types.map((type) => (type as Decimal).scale) as [number, number];
  const scale = Math.max(leftScale, rightScale);
  return compareValues(
    (left as bigint) * powerOfTen(scale - leftScale),
    (right as bigint) * powerOfTen(scale - rightScale),
  );
}

function emitComparison(name: ComparisonName, left: Operand, right: Operand, context: EmitContext): string {
  const operator = operators[name];
  if (physicalOf(left.type) === "bytes") return emitBytes(name, left, right, context);
  if (left.type.kind === "DECIMAL") {
    const rightScale = (right.type as Decimal).scale;
    const scale = Math.max(left.type.scale, rightScale);
    const [a, b] = [scaled(left.value, scale - left.type.scale), scaled(right.value, scale - rightScale)];
    return `(${a} ${operator} ${b})`;
  }
  return `(${left.value} ${operator} ${right.value})`;
}

function scaled(value: string, digits: number): string {
  return digits === 0 ? value : `${value} * ${powerOfTen(digits)}n`;
}

function emitBytes(name: ComparisonName, left: Operand, right: Operand, context: EmitContext): string {
  const [leftSlice, rightSlice] = [sliceOf(left, context), sliceOf(right, context)];
  const operator = operators[name];
  if (leftSlice !== undefined && rightSlice !== undefined) {
    const places = [leftSlice, rightSlice]
      .flatMap(({ arena, start, length }) => [arena, start, length])
      .join(", ");
    if (name !== "EQUALS" && name !== "NOT_EQUALS")
      return `(${context.constant(compareSlices)}(${places}) ${operator} 0)`;
    const same = `${context.constant(slicesEqual)}(${places})`;
    return name === "EQUALS" ? same : `!${same}`;
  }
  if (isCharacter(left.type)) {
    if (name === "EQUALS" || name === "NOT_EQUALS") return `(${left.value} ${operator} ${right.value})`;
    return `(${context.constant(compareStrings)}(${left.value}, ${right.value}) ${operator} 0)`;
  }
  return `(${context.constant(compareBytes)}(${left.value}, ${right.value}) ${operator} 0)`;
}

function sliceOf(operand: Operand, context: EmitContext): Slice | undefined {
  if (operand.slice !== undefined) return operand.slice;
  const { literal } = operand;
  if (literal === undefined || literal === null) return undefined;
  const bytes = typeof literal === "string" ? new TextEncoder().encode(literal) : (literal as Uint8Array);
  return { arena: context.constant(bytes), start: "0", length: String(bytes.length) };
}

function slicesEqual(
  left: Uint8Array,
  leftStart: number,
  leftLength: number,
  right: Uint8Array,
  rightStart: number,
  rightLength: number,
): boolean {
  if (leftLength !== rightLength) return false;
  for (let at = 0; at < leftLength; at++) {
    if (left[leftStart + at] !== right[rightStart + at]) return false;
  }
  return true;
}
