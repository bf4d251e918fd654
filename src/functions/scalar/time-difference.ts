/**
 * TIMESTAMPADD and TIMESTAMPDIFF. A month is added by the calendar, 31 January and a month is 28 February;
 * a difference counts whole units, and is an INT.
 */
import { isInteger, isTimestamp, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { millisecondsPerDay } from "../../values/timestamp.ts";
import { withoutAttribute } from "../common-type.ts";
import { computedFunction, int } from "./computed-function.ts";
import type { Argument, ScalarFunction, Signature } from "./scalar-function.ts";
import { addMonths } from "./temporal.ts";
import { wholeMs } from "./time-fields.ts";

const unitMonths: Readonly<Record<string, number>> = { YEAR: 12, QUARTER: 3, MONTH: 1 };
const unitMs: Readonly<Record<string, number>> = {
  WEEK: 7 * millisecondsPerDay,
  DAY: millisecondsPerDay,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
};

export const timeDifferenceFunctions: readonly ScalarFunction[] = [
  computedFunction({
    name: "TIMESTAMPADD",
    takes: "YEAR to SECOND, an integer, and a timestamp, or a date for days and more",
    resolve: resolveAdd,
    prepare: ([unit, , time]) => adder(String(unit!.literal), time!.type),
  }),
  computedFunction({
    name: "TIMESTAMPDIFF",
    takes: "YEAR to SECOND, and two dates or timestamps",
    resolve: resolveDifference,
    prepare: ([unit, from, to]) => {
      const name = String(unit!.literal);
      return (_: string, first: number | bigint, second: number | bigint) =>
        difference(name, milliseconds(first, from!.type), milliseconds(second, to!.type));
    },
  }),
];

function resolveAdd([unit, count, time]: readonly Argument[]): Signature | undefined {
  const name = String(unit!.literal);
  const isLong = name in unitMonths || name === "WEEK" || name === "DAY";
  const type = time!.type;
  const isTaken = isTimestamp(type) ? isLong || name in unitMs : type.kind === "DATE" && isLong;
  if (!isTaken || !(isInteger(count!.type) || count!.type.kind === "NULL")) return undefined;
  const nullable = count!.type.nullable || type.nullable;
  const amount: SqlType = { kind: "BIGINT", nullable: true };
  return { operands: [unit!.type, amount, type], result: { ...withoutAttribute(type), nullable } as SqlType };
}

function adder(unit: string, type: SqlType): (_: string, count: bigint, time: number | bigint) => SqlValue {
  const months = unitMonths[unit];
  const ms = unitMs[unit] ?? 0;
  return (_, count, time) => {
    if (type.kind === "DATE") {
      const days = time as number;
      return months === undefined
        ? days + Number(count) * (ms / millisecondsPerDay)
        : addMonths(days, Number(count) * months);
    }
    const old = wholeMs(time);
    const moved = months === undefined ? old + Number(count) * ms : movedMonths(old, Number(count) * months);
    return typeof time === "number" ? moved : BigInt(moved) * 1000n + (time - BigInt(old) * 1000n);
  };
}

function movedMonths(ms: number, months: number): number {
  const days = Math.floor(ms / millisecondsPerDay);
  return addMonths(days, months) * millisecondsPerDay + (ms - days * millisecondsPerDay);
}

function resolveDifference([unit, from, to]: readonly Argument[]): Signature | undefined {
  const name = String(unit!.literal);
  if (!(name in unitMonths || name in unitMs)) return undefined;
  const kinds = [from!.type.kind, to!.type.kind];
  const isLocal = kinds.every((kind) => kind === "TIMESTAMP_LTZ");
  if (!isLocal && !kinds.every((kind) => kind === "TIMESTAMP" || kind === "DATE")) return undefined;
  const nullable = from!.type.nullable || to!.type.nullable;
  return { operands: [unit!.type, from!.type, to!.type], result: { ...int, nullable } as SqlType };
}

function milliseconds(value: number | bigint, type: SqlType): number {
  return type.kind === "DATE" ? (value as number) * millisecondsPerDay : wholeMs(value);
}

function difference(unit: string, from: number, to: number): number {
  const months = unitMonths[unit];
  const whole = months === undefined ? (to - from) / unitMs[unit]! : monthsBetween(to, from) / months;
  return Number(BigInt.asIntN(32, BigInt(Math.trunc(whole))));
}

/** Calendar months from the second time to the first; one that is not over does not count. */
function monthsBetween(to: number, from: number): number {
  const [toDay, fromDay] = [Math.floor(to / millisecondsPerDay), Math.floor(from / millisecondsPerDay)];
  const months = toDay < fromDay ? -monthsUpTo(fromDay, toDay) : monthsUpTo(toDay, fromDay);
  const [toMs, fromMs] = [to - toDay * millisecondsPerDay, from - fromDay * millisecondsPerDay];
  return addMonths(fromDay, months) === toDay && toMs < fromMs ? months - 1 : months;
}

function monthsUpTo(later: number, earlier: number): number {
  let months = Math.floor((later - earlier) / 31);
  while (addMonths(earlier, months) < later && addMonths(earlier, months + 1) <= later) months++;
  return months;
}
