/**
 * + - * / % and the sign.
 *
 * Integers wrap around as Java's do, an integer division truncates toward zero. DECIMAL results have Flink's
 * derived shapes, are rounded half up, and are NULL where they need more than 38 digits. Division by zero
 * fails the row for integers and decimals, as Flink's generated code does, and is Infinity or NaN for FLOAT
 * and DOUBLE.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import {
  additionShape,
  type DecimalShape,
  divideDecimal,
  divisionShape,
  fitsPrecision,
  moduloShape,
  multiplicationShape,
  powerOfTen,
  rescaleDecimal,
} from "../../values/decimal.ts";
import { decimalPrecisionMax, isNumeric, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { asDecimal, commonType } from "../common-type.ts";
import type { Argument, EmitContext, Operand, ScalarFunction, Signature } from "./scalar-function.ts";
import { addTemporal, emitTemporal, resolveTemporal } from "./temporal.ts";

type ArithmeticName = "ADD" | "SUBTRACT" | "MULTIPLY" | "DIVIDE" | "MOD";
type Decimal = Extract<SqlType, { kind: "DECIMAL" }>;

const shapes: Readonly<Record<ArithmeticName, (left: DecimalShape, right: DecimalShape) => DecimalShape>> = {
  ADD: additionShape,
  SUBTRACT: additionShape,
  MULTIPLY: multiplicationShape,
  DIVIDE: divisionShape,
  MOD: moduloShape,
};

const symbols: Readonly<Record<ArithmeticName, string>> = {
  ADD: "+",
  SUBTRACT: "-",
  MULTIPLY: "*",
  DIVIDE: "/",
  MOD: "%",
};

const takes: Readonly<Record<ArithmeticName, string>> = {
  ADD: "two numbers, or a time and an interval",
  SUBTRACT: "two numbers, or a time and an interval",
  MULTIPLY: "two numbers",
  DIVIDE: "two numbers",
  MOD: "two integers or DECIMALs",
};

export const arithmeticFunctions: readonly ScalarFunction[] = [
  ...(["ADD", "SUBTRACT", "MULTIPLY", "DIVIDE", "MOD"] as const).map(arithmetic),
  {
    name: "NEGATE",
    takes: "a number or an interval",
    nulls: "strict",
    resolve: ([only, ...more]) => {
      const isSigned = only !== undefined && (isNumeric(only.type) || only.type.kind.startsWith("INTERVAL"));
      return isSigned && more.length === 0 ? { operands: [only.type], result: only.type } : undefined;
    },
    evaluate: ([value], _, result) => wrapValue(-(value as number), result),
    emit: ([operand], result) => emitWrapped(`-${operand!.value}`, result),
  },
];

function arithmetic(name: ArithmeticName): ScalarFunction {
  return {
    name,
    takes: takes[name],
    nulls: "strict",
    overflows: true,
    resolve: (given) => resolve(name, given),
    evaluate: ([left, right], types, result) => {
      if (!isNumeric(result)) return addTemporal(name === "SUBTRACT", left!, right!, types, result);
      if (result.kind === "DECIMAL") {
        const [leftType, rightType] = types as readonly Decimal[];
        return computeDecimal(name, left as bigint, leftType!, right as bigint, rightType!, result);
      }
      return compute(name, left!, right!, result);
    },
    emit: (operands, result, context) => {
      if (!isNumeric(result)) return emitTemporal(name === "SUBTRACT", operands, result, context);
      if (result.kind === "DECIMAL") return emitDecimal(name, operands, result, context);
      return emitNumber(name, operands, result, context);
    },
  };
}

function resolve(name: ArithmeticName, given: readonly Argument[]): Signature | undefined {
  const [left, right] = given;
  if (left === undefined || right === undefined || given.length !== 2) return undefined;
  if (!isNumeric(left.type) || !isNumeric(right.type)) {
    return name === "ADD" || name === "SUBTRACT" ? resolveTemporal(name, left.type, right.type) : undefined;
  }
  const nullable = left.type.nullable || right.type.nullable;
  const common = commonOperand(left.type, right.type);
  if (name === "MOD" && (common.kind === "FLOAT" || common.kind === "DOUBLE")) return undefined;
  if (common.kind !== "DECIMAL") {
    // MOD answers in the type of its divisor, which may be the narrower one.
    const result = name === "MOD" ? right.type : common;
    return { operands: [common, common], result: { ...result, nullable } as SqlType };
  }
  const operands = [asDecimal(left.type)!, asDecimal(right.type)!] as const;
  const shape = shapes[name](operands[0], operands[1]);
  const mayOverflow = shape.precision === decimalPrecisionMax;
  return { operands, result: { kind: "DECIMAL", ...shape, nullable: nullable || mayOverflow } };
}

/** Of FLOAT and DOUBLE Flink computes in the type of the left one. */
function commonOperand(left: SqlType, right: SqlType): SqlType {
  const isLeftFirst = [left, right].every(({ kind }) => kind === "FLOAT" || kind === "DOUBLE");
  return isLeftFirst ? left : commonType([left, right])!;
}

// Integers and doubles

function compute(
  name: ArithmeticName,
  left: Exclude<SqlValue, null>,
  right: Exclude<SqlValue, null>,
  result: SqlType,
): SqlValue {
  const [a, b] = [left as number, right as number];
  const isExact = result.kind !== "FLOAT" && result.kind !== "DOUBLE";
  switch (name) {
    case "ADD":
      return wrapValue(a + b, result);
    case "SUBTRACT":
      return wrapValue(a - b, result);
    case "MULTIPLY":
      return wrapValue(result.kind === "INT" ? Math.imul(a, b) : a * b, result);
    case "DIVIDE":
      if (isExact && Number(b) === 0) throw divisionByZero(result);
      return wrapValue(a / b, result);
    case "MOD":
      if (isExact && Number(b) === 0) throw divisionByZero(result);
      // An operand may be wider than the result, as MOD(BIGINT, INT) is.
      return wrapValue(convertLane(a % b, result) as number, result);
  }
}

/**
 * Brings a result back into its type, as Java's narrowing does. Exported for casts, which narrow the same
 * way.
 */
export function wrapValue(value: number | bigint, type: SqlType): SqlValue {
  switch (type.kind) {
    case "TINYINT":
      return (Math.trunc(Number(value)) << 24) >> 24;
    case "SMALLINT":
      return (Math.trunc(Number(value)) << 16) >> 16;
    case "INT":
      return Math.trunc(Number(value)) | 0;
    case "BIGINT":
      return BigInt.asIntN(64, value as bigint);
    case "FLOAT":
      return Math.fround(value as number);
    default:
      return value;
  }
}

function convertLane(value: number | bigint, type: SqlType): number | bigint {
  return typeof value === "bigint" && type.kind !== "BIGINT" ? Number(value) : value;
}

function emitWrapped(text: string, type: SqlType): string {
  switch (type.kind) {
    case "TINYINT":
      return `((${text}) << 24 >> 24)`;
    case "SMALLINT":
      return `((${text}) << 16 >> 16)`;
    case "INT":
      return `((${text}) | 0)`;
    case "BIGINT":
      return `BigInt.asIntN(64, ${text})`;
    case "FLOAT":
      return `Math.fround(${text})`;
    default:
      return `(${text})`;
  }
}

function emitNumber(
  name: ArithmeticName,
  operands: readonly Operand[],
  result: SqlType,
  context: EmitContext,
): string {
  const [left, right] = [operands[0]!.value, operands[1]!.value];
  const operandKind = operands[0]!.type.kind;
  if (name === "MULTIPLY" && result.kind === "INT") return `Math.imul(${left}, ${right})`;
  const isApproximate = operandKind === "FLOAT" || operandKind === "DOUBLE";
  if ((name !== "DIVIDE" && name !== "MOD") || isApproximate) {
    return emitWrapped(`${left} ${symbols[name]} ${right}`, result);
  }
  const isWide = operandKind === "BIGINT";
  const fail = context.constant(failDivision);
  const zero = isWide ? "0n" : "0";
  const quotient = `${left} ${symbols[name]} ${right}`;
  const value = isWide && result.kind !== "BIGINT" ? `Number(${quotient})` : quotient;
  return `(${right} === ${zero} ? ${fail}("${result.kind}") : ${emitWrapped(value, result)})`;
}

function failDivision(kind: string): never {
  throw quickwaterError("sql.division-by-zero", { type: kind });
}

function divisionByZero(type: SqlType): Error {
  return quickwaterError("sql.division-by-zero", { type: type.kind });
}

// Decimals

function computeDecimal(
  name: ArithmeticName,
  left: bigint,
  leftType: DecimalShape,
  right: bigint,
  rightType: DecimalShape,
  result: DecimalShape,
): bigint | null {
  const scale = Math.max(leftType.scale, rightType.scale);
  let value: bigint;
  switch (name) {
    case "MULTIPLY":
      value = rescaleDecimal(left * right, leftType.scale + rightType.scale, result.scale);
      break;
    case "DIVIDE":
      if (right === 0n) failDivision("DECIMAL");
      value = divideDecimal(left, leftType.scale, right, rightType.scale, result.scale);
      break;
    default: {
      const a = left * powerOfTen(scale - leftType.scale);
      const b = right * powerOfTen(scale - rightType.scale);
      if (name === "MOD" && b === 0n) failDivision("DECIMAL");
      const exact = name === "ADD" ? a + b : name === "SUBTRACT" ? a - b : a % b;
      value = rescaleDecimal(exact, scale, result.scale);
    }
  }
  return fitsPrecision(value, result.precision) ? value : null;
}

/**
 * Where no digit can be lost and none overflow, the sum and product are written out; the rest goes by call.
 */
function emitDecimal(
  name: ArithmeticName,
  operands: readonly Operand[],
  result: Decimal,
  context: EmitContext,
): string {
  const [left, right] = operands as readonly [Operand, Operand];
  const [leftType, rightType] = [left.type as Decimal, right.type as Decimal];
  const mayOverflow = result.precision === decimalPrecisionMax;
  if (!mayOverflow && name === "MULTIPLY") return `(${left.value} * ${right.value})`;
  if (!mayOverflow && (name === "ADD" || name === "SUBTRACT")) {
    const scaled = (operand: Operand, scale: number): string =>
      scale === result.scale ? operand.value : `${operand.value} * ${powerOfTen(result.scale - scale)}n`;
    return `(${scaled(left, leftType.scale)} ${symbols[name]} ${scaled(right, rightType.scale)})`;
  }
  const call = context.constant((a: bigint, b: bigint) =>
    computeDecimal(name, a, leftType, b, rightType, result),
  );
  return `${call}(${left.value}, ${right.value})`;
}
