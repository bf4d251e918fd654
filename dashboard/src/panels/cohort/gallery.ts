import type { CohortPanel } from "../../../../src/serving/pages.ts";
import { frame, noon, readingOf } from "../../data/fixture.ts";
import type { GalleryExample, Reading } from "../panel-kind.ts";

const dayMs = 86_400_000;
const today = noon - dayMs / 2;
const analysed: CohortPanel = {
  ...frame,
  kind: "cohort",
  group: null,
  period: null,
  size: null,
  percent: null,
};
const ofColumns: CohortPanel = {
  ...analysed,
  group: "begin",
  period: "day",
  size: "users",
  percent: "percent",
};
const columns = { begin: "timestamp", day: "integer", users: "integer", percent: "decimal" } as const;
const nothingRead = readingOf({}, []);

function shareOf(cohort: number, day: number): number {
  return day === 0 ? 100 : Math.round(4_200 / (day + 1) + cohort * 90) / 100;
}

function instant(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** Of so many days, the last of which is today. */
function cohorts(count: number): readonly object[] {
  return Array.from({ length: count }, (_, cohort) => {
    const beginMs = today - (count - 1 - cohort) * dayMs;
    const size = 400 + cohort * 37;
    return {
      begin: instant(beginMs),
      size,
      periods: Array.from({ length: count - cohort }, (_, day) => ({
        period: day,
        from: instant(beginMs + day * dayMs),
        to: instant(beginMs + (day + 1) * dayMs),
        isFinal: cohort + day < count - 1,
        active: Math.round((size * shareOf(cohort, day)) / 100),
        percent: shareOf(cohort, day),
        averageEvents: 1.5 + day / 7,
      })),
    };
  });
}

function answered(list: unknown): Reading {
  return {
    ...nothingRead,
    answer: { timeZone: "UTC", settings: { grain: "day" }, cohorts: list },
  };
}

const rows = readingOf(
  columns,
  Array.from({ length: 28 }, (_, at) => [Math.floor(at / 7), at % 7] as const)
    .filter(([cohort, day]) => cohort + day < 7)
    .map(([cohort, day]) => [
      instant(today + (cohort - 6) * dayMs),
      day,
      200 + cohort,
      day === 2 && cohort === 1 ? null : `${shareOf(cohort, day)}`,
    ]),
);
const withOpen: Reading = {
  ...rows,
  rows: rows.rows.map((row, at) => ({ ...row, final: at % 7 !== 6 })),
};
const many = readingOf(
  columns,
  Array.from({ length: 100_000 }, (_, at) => [
    instant(today - Math.floor(at / 100) * dayMs),
    at % 100,
    500,
    `${100 - (at % 100)}`,
  ]),
);
const hostile = answered([
  { begin: "<b>never</b>", size: "many", periods: [{ period: 0, percent: "100" }] },
  { begin: null, size: -5, periods: [{ period: 1, percent: -3, isFinal: false }] },
  { begin: "متأخر", size: 1e300, periods: [{ period: 2, percent: 412.5 }, { period: -1 }, null] },
  { begin: "x".repeat(200), size: 12, periods: [{ period: 3, percent: "NaN" }] },
  "none",
]);

export const examples: readonly GalleryExample[] = [
  { title: "An analysis by day", panel: { ...analysed, width: 12 }, readings: [answered(cohorts(9))] },
  { title: "Columns, one without a value, some open", panel: ofColumns, readings: [withOpen] },
  { title: "One cohort that has just begun", panel: analysed, readings: [answered(cohorts(1))] },
  { title: "Nothing", panel: analysed, readings: [answered([])] },
  { title: "100,000 rows", panel: ofColumns, readings: [many] },
  { title: "Hostile", panel: analysed, readings: [hostile] },
];
