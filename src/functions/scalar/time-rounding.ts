/**
 * FLOOR and CEIL of a date or time to a unit. Weeks begin on Sunday. CEIL to a unit above a day is taken of a
 * DATE only: of a timestamp Flink forgets the time of the day there and may answer something earlier.
 */
import { isTimestamp, type SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { type CivilDate, civilFromDays, daysFromCivil, millisecondsPerDay } from "../../values/timestamp.ts";
import { withoutAttribute } from "../common-type.ts";
import { computedFunction } from "./computed-function.ts";
import type { Argument, ScalarFunction, Signature } from "./scalar-function.ts";
import { dayOfWeek, wholeMs } from "./time-fields.ts";

const clockUnitsMs: Readonly<Record<string, number>> = {
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
  MILLISECOND: 1,
};

/** The first day of the unit that a day is in. */
const firstDays: Readonly<Record<string, (days: number, date: CivilDate) => number>> = {
  DAY: (days) => days,
  WEEK: (days) => days - dayOfWeek(days),
  MONTH: (_, { year, month }) => daysFromCivil(year, month, 1),
  QUARTER: (_, { year, month }) => daysFromCivil(year, month - ((month - 1) % 3), 1),
  YEAR: (_, { year }) => daysFromCivil(year, 1, 1),
  DECADE: (_, { year }) => daysFromCivil(Math.floor(year / 10) * 10, 1, 1),
  CENTURY: (_, { year }) => daysFromCivil(Math.floor((year - 1) / 100) * 100 + 1, 1, 1),
  MILLENNIUM: (_, { year }) => daysFromCivil(Math.floor((year - 1) / 1000) * 1000 + 1, 1, 1),
};
const dateCeilings: readonly string[] = ["WEEK", "MONTH", "YEAR"];

export const timeRoundingFunctions: readonly ScalarFunction[] = [
  rounding("FLOOR_TO", floorDays, Math.floor),
  rounding("CEIL_TO", ceilDays, Math.ceil),
];

function rounding(
  name: "FLOOR_TO" | "CEIL_TO",
  roundDays: (days: number, unit: string) => number,
  round: (quotient: number) => number,
): ScalarFunction {
  return computedFunction({
    name,
    takes: "a date, time or timestamp, and a unit that it has",
    resolve: (given) => resolve(name === "CEIL_TO", given),
    prepare: ([operand, unit], result) => {
      const name = String(unit!.literal);
      const size = name === "DAY" && operand!.type.kind !== "DATE" ? millisecondsPerDay : clockUnitsMs[name];
      return (value: number | bigint) => {
        if (operand!.type.kind === "DATE") return roundDays(value as number, name);
        const ms = wholeMs(value);
        const rounded =
          size === undefined
            ? roundDays(Math.floor(ms / millisecondsPerDay), name) * millisecondsPerDay
            : round(ms / size) * size;
        return inLane(rounded, result);
      };
    },
  });
}

function resolve(up: boolean, [operand, unit]: readonly Argument[]): Signature | undefined {
  const type = operand!.type;
  const name = String(unit!.literal);
  if (!isRounded(type, name, up)) return undefined;
  return { operands: [type, unit!.type], result: withoutAttribute(type) };
}

function isRounded(type: SqlType, unit: string, up: boolean): boolean {
  if (type.kind === "TIME") return unit in clockUnitsMs;
  if (type.kind === "DATE") return up ? unit === "DAY" || dateCeilings.includes(unit) : unit in firstDays;
  if (!isTimestamp(type)) return false;
  return unit in clockUnitsMs || (up ? unit === "DAY" : unit in firstDays);
}

function inLane(ms: number, type: SqlType): SqlValue {
  return isTimestamp(type) && type.precision > 3 ? BigInt(ms) * 1000n : ms;
}

function floorDays(days: number, unit: string): number {
  return firstDays[unit]!(days, civilFromDays(days));
}

function ceilDays(days: number, unit: string): number {
  const first = floorDays(days, unit);
  if (first === days) return days;
  // No unit is longer than 366 days, and the first day of the next one is in that unit.
  const span = unit === "WEEK" ? 7 : unit === "MONTH" ? 31 : 366;
  return floorDays(first + span, unit);
}
