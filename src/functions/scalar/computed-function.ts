/**
 * Scalar functions that one JavaScript function computes: both readings call it, the interpreter with the
 * values of a row as if they were literals, compiled code with what was prepared once for the query. What a
 * pattern, a path or a format says is read when a row first has it, and kept until a row has another one.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { isCharacter, isInteger, isNumeric, type SqlType, stringLengthMax } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { Argument, Operand, ScalarFunction, ScalarFunctionName, Signature } from "./scalar-function.ts";

export type Computation = (...values: never[]) => SqlValue;

export interface Computed {
  readonly name: ScalarFunctionName;
  readonly takes: string;
  readonly resolve: (given: readonly Argument[]) => Signature | undefined;
  readonly nulls?: "own";
  /** What computes a row; NULLs reach it only where `nulls` is `own`. */
  readonly prepare: (operands: readonly Argument[], result: SqlType) => Computation;
}

/** A result may be NULL although no operand is: its type says so. */
export function computedFunction({ name, takes, resolve, nulls, prepare }: Computed): ScalarFunction {
  return {
    name,
    takes,
    nulls: nulls ?? "strict",
    overflows: true,
    resolve,
    evaluate: (values, types, result) => {
      const operands = types.map((type, index) => ({ type, literal: values[index] }));
      return prepare(operands, result)(...(values as never[]));
    },
    emit: (operands, result, context) => {
      const described = operands.map(({ type, literal }) => ({ type, literal }));
      const call = context.constant(prepare(described, result));
      return `${call}(${operands.map(nulls === "own" ? valueOrNull : plainValue).join(", ")})`;
    },
  };
}

function plainValue({ value }: Operand): string {
  return value;
}

function valueOrNull({ value, isNull }: Operand): string {
  return isNull === "false" ? value : `(${isNull} ? null : ${value})`;
}

/** What an argument of a type is cast to, or undefined where the function does not take it. */
export type Take = (type: SqlType) => SqlType | undefined;

export const string: SqlType = { kind: "VARCHAR", length: stringLengthMax, nullable: true };
export const bytes: SqlType = { kind: "VARBINARY", length: stringLengthMax, nullable: true };
export const int: SqlType = { kind: "INT", nullable: true };
export const bigint: SqlType = { kind: "BIGINT", nullable: true };
export const double: SqlType = { kind: "DOUBLE", nullable: true };
export const boolean: SqlType = { kind: "BOOLEAN", nullable: true };

export const takeText: Take = (type) =>
  type.kind === "NULL" ? string : isCharacter(type) ? type : undefined;
export const takeBinary: Take = (type) =>
  type.kind === "NULL" ? bytes : type.kind === "BINARY" || type.kind === "VARBINARY" ? type : undefined;
export const takeTextOrBinary: Take = (type) => takeText(type) ?? takeBinary(type);
/** Where Flink takes an INT it takes narrower integers too, and no wider ones. */
export const takeInt: Take = (type) =>
  type.kind === "NULL" || (isInteger(type) && type.kind !== "BIGINT") ? int : undefined;
export const takeBigint: Take = (type) => (type.kind === "NULL" || isInteger(type) ? bigint : undefined);
export const takeDouble: Take = (type) => (type.kind === "NULL" || isNumeric(type) ? double : undefined);

export interface Shape {
  readonly takes: readonly Take[];
  /** How many of the last arguments may be left out. */
  readonly optional?: number;
  readonly result: SqlType | ((operands: readonly SqlType[]) => SqlType);
  /** NULL is an answer even where no argument is NULL. */
  readonly mayBeNull?: boolean;
}

/** The signature of a call that has the shape, for functions that are NULL where an argument is. */
export function resolveShape(given: readonly Argument[], shape: Shape): Signature | undefined {
  const { takes, optional = 0, result, mayBeNull = false } = shape;
  if (given.length > takes.length || given.length < takes.length - optional) return undefined;
  const operands: SqlType[] = [];
  for (const [index, { type }] of given.entries()) {
    const operand = takes[index]!(type);
    if (operand === undefined) return undefined;
    operands.push(operand);
  }
  const nullable = mayBeNull || given.some(({ type }) => type.nullable);
  const bare = typeof result === "function" ? result(operands) : result;
  return { operands, result: { ...bare, nullable } as SqlType };
}

/** The text's type without a fixed length. */
export function varyingOf(type: SqlType): SqlType {
  return { kind: "VARCHAR", length: "length" in type ? type.length : stringLengthMax, nullable: true };
}

/**
 * What is made of a text that is nearly always the same, as a pattern is. It is made only when it is asked
 * for: a row that never comes to its pattern does not fail because the pattern is wrong.
 */
export function keepLast<T>(make: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly made: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, made: make(text) };
    return last.made;
  };
}

/** The longest text that a function may make: 16 Mi characters. */
const madeTextMax = 16 * 1024 * 1024;

/** Fails the row where a function would make a text that fills the memory. */
export function checkMadeLength(name: ScalarFunctionName, length: number): void {
  if (length <= madeTextMax) return;
  const reason = `the result would have ${length} characters, ${madeTextMax} are allowed`;
  throw quickwaterError("sql.bad-argument", { function: name, reason });
}

export function badArgument(name: string, reason: string): Error {
  return quickwaterError("sql.bad-argument", { function: name, reason });
}
