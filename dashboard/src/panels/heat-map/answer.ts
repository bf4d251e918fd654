/** What the analysis `heat-map` answers: hours of weekdays, the week from Monday on as everywhere. */
import { decimalIn, type Members, membersIn } from "../../data/answers.ts";
import type { ExactDecimal } from "../../numbers/exact-decimal.ts";

export interface WeekCell {
  /** 1 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly value: ExactDecimal | undefined;
}

export const weekdays = [2, 3, 4, 5, 6, 7, 1];
export const hours = Array.from({ length: 24 }, (_, hour) => hour);

const dayMs = 86_400_000;
/** A Sunday. */
const sundayMs = Date.UTC(2026, 2, 1);
const weekdayFormat = new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" });

export function weekdayName(weekday: number): string {
  return weekdayFormat.format(sundayMs + (weekday - 1) * dayMs);
}

export function answeredCells({ cells }: Members): readonly WeekCell[] {
  return membersIn(cells).flatMap(({ weekday, hour, measured }) => {
    if (!weekdays.includes(Number(weekday)) || !hours.includes(Number(hour))) return [];
    return [{ weekday: Number(weekday), hour: Number(hour), value: decimalIn(measured) }];
  });
}
