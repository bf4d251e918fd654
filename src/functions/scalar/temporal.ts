/**
 * A time plus or less an interval, and intervals among themselves. The result is a plain timestamp: whatever
 * the column was, a computed time no longer orders the table.
 */

import { isTimestamp, physicalOf, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { civilFromDays, daysFromCivil, daysInMonth, millisecondsPerDay } from "../../values/timestamp.ts";
import { withoutAttribute } from "../common-type.ts";
import type { EmitContext, Operand, Signature } from "./scalar-function.ts";

export function resolveTemporal(
  name: "ADD" | "SUBTRACT",
  left: SqlType,
  right: SqlType,
): Signature | undefined {
  const nullable = left.nullable || right.nullable;
  if (isInterval(left) && left.kind === right.kind) {
    return { operands: [left, right], result: { kind: left.kind, nullable } as SqlType };
  }
  if (isTime(left) && isInterval(right)) {
    return { operands: [left, right], result: resultOf(left, nullable) };
  }
  if (name === "ADD" && isInterval(left) && isTime(right)) {
    return { operands: [left, right], result: resultOf(right, nullable) };
  }
  return undefined;
}

export function addTemporal(
  subtract: boolean,
  left: Exclude<SqlValue, null>,
  right: Exclude<SqlValue, null>,
  types: readonly SqlType[],
  result: SqlType,
): SqlValue {
  if (isInterval(result)) return (left as number) + (subtract ? -(right as number) : (right as number));
  const [time, interval] = isInterval(types[0]!) ? [right, left] : [left, right];
  const intervalType = isInterval(types[0]!) ? types[0]! : types[1]!;
  return shift(
    time as number | bigint,
    subtract ? -(interval as number) : (interval as number),
    intervalType,
    result,
  );
}

export function emitTemporal(
  subtract: boolean,
  operands: readonly Operand[],
  result: SqlType,
  context: EmitContext,
): string {
  const [left, right] = operands as readonly [Operand, Operand];
  if (isInterval(result)) return `(${left.value} ${subtract ? "-" : "+"} ${right.value})`;
  const [time, interval] = isInterval(left.type) ? [right, left] : [left, right];
  const amount = subtract ? `-${interval.value}` : interval.value;
  if (physicalOf(result) === "f64" && interval.type.kind === "INTERVAL_MS")
    return `(${time.value} + ${amount})`;
  const call = context.constant((value: number | bigint, by: number) =>
    shift(value, by, interval.type, result),
  );
  return `${call}(${time.value}, ${amount})`;
}

function isInterval(type: SqlType): boolean {
  return type.kind === "INTERVAL_MS" || type.kind === "INTERVAL_MONTHS";
}

function isTime(type: SqlType): boolean {
  return isTimestamp(type) || type.kind === "DATE" || type.kind === "TIME";
}

function resultOf(type: SqlType, nullable: boolean): SqlType {
  return { ...withoutAttribute(type), nullable } as SqlType;
}

function shift(time: number | bigint, by: number, interval: SqlType, type: SqlType): number | bigint {
  if (type.kind === "TIME") {
    // Past midnight a clock begins anew; months do not move it.
    const moved =
      interval.kind === "INTERVAL_MS" ? ((time as number) + by) % millisecondsPerDay : (time as number);
    return moved < 0 ? moved + millisecondsPerDay : moved;
  }
  if (type.kind === "DATE") {
    if (interval.kind === "INTERVAL_MONTHS") return addMonths(time as number, by);
    return (time as number) + Math.trunc(by / millisecondsPerDay);
  }
  if (typeof time === "bigint") {
    if (interval.kind === "INTERVAL_MS") return time + BigInt(by) * 1000n;
    const microsPerDay = BigInt(millisecondsPerDay) * 1000n;
    const within = ((time % microsPerDay) + microsPerDay) % microsPerDay;
    return BigInt(addMonths(Number((time - within) / microsPerDay), by)) * microsPerDay + within;
  }
  if (interval.kind === "INTERVAL_MS") return time + by;
  const days = Math.floor(time / millisecondsPerDay);
  return addMonths(days, by) * millisecondsPerDay + (time - days * millisecondsPerDay);
}

/** The same day of another month, or that month's last day: 31 January and a month is 28 February. */
export function addMonths(days: number, months: number): number {
  const { year, month, day } = civilFromDays(days);
  const total = year * 12 + (month - 1) + months;
  const newYear = Math.floor(total / 12);
  const newMonth = total - newYear * 12 + 1;
  return daysFromCivil(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth)));
}
