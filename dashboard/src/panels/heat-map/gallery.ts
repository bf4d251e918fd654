import type { HeatMapPanel } from "../../../../src/serving/pages.ts";
import { frame, measureOf, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import type { GalleryExample, Reading } from "../panel-kind.ts";

const week = { 1: "Sun", 2: "Mon", 3: "Tue", 4: "Wed", 5: "Thu", 6: "Fri", 7: "Sat" };
const plain: HeatMapPanel = {
  ...frame,
  kind: "heat-map",
  x: "hour_of_day",
  y: "weekday",
  value: measureOf("sum", "events"),
  time: null,
  format: plainNumber,
  yNames: week,
};
const analysed: HeatMapPanel = { ...plain, x: null, y: null, value: null, yNames: {} };
const columns = { weekday: "integer", hour_of_day: "integer", events: "integer" } as const;

/** More by day than by night, less on weekends. */
function eventsOf(weekday: number, hour: number): number {
  const byHour = Math.max(0, Math.round(60 * Math.sin(((hour - 5) / 18) * Math.PI)));
  return (weekday === 1 || weekday === 7 ? 1 : 3) * byHour + ((weekday * 7 + hour * 3) % 5);
}

const hoursOfWeek = Array.from({ length: 168 }, (_, at) => [Math.floor(at / 24) + 1, at % 24] as const);
const whole = readingOf(
  columns,
  hoursOfWeek.map(([weekday, hour]) => [weekday, hour, eventsOf(weekday, hour)]),
);
const withGaps = readingOf(
  columns,
  hoursOfWeek
    .filter(([weekday, hour]) => weekday !== 4 && hour > 6)
    .map(([weekday, hour]) => [weekday, hour, hour === 12 ? 0 : eventsOf(weekday, hour)]),
);
const answered: Reading = {
  ...readingOf({}, []),
  answer: {
    timeZone: "Europe/Berlin",
    cells: hoursOfWeek.map(([weekday, hour]) => ({ weekday, hour, measured: eventsOf(weekday, hour) })),
  },
};

const byStore: HeatMapPanel = {
  ...plain,
  x: "at",
  y: "store",
  value: measureOf("sum", "change"),
  time: "at",
  yNames: {},
};
const storeRows = readingOf(
  { at: "timestamp", store: "string", change: "decimal" },
  ["Berlin", "Hamburg", null, "متجر دبي", "<b>Store</b>"].flatMap((store, row) =>
    Array.from({ length: 6 }, (_, at) => [
      new Date(noon - (6 - at) * 600_000).toISOString(),
      store,
      row === 1 && at === 2 ? null : `${(at - 2) * (row + 1) * 12}.5`,
    ]),
  ),
);
const withOpen: Reading = {
  ...storeRows,
  rows: storeRows.rows.map((row, at) => ({ ...row, final: at % 6 !== 5, revision: at === 9 ? 1 : 0 })),
};
const many = readingOf(
  columns,
  Array.from({ length: 100_000 }, (_, at) => [(at % 7) + 1, at % 24, at % 13]),
);
const wide = readingOf(
  { weekday: "string", hour_of_day: "string", events: "float" },
  Array.from({ length: 100_000 }, (_, at) => [`row ${at % 1_000}`, `column ${at}`, at % 17]),
);

export const examples: readonly GalleryExample[] = [
  { title: "Activity by hour and weekday", panel: { ...plain, width: 12 }, readings: [whole] },
  { title: "An analysis", panel: analysed, readings: [answered] },
  { title: "Hours and a day without rows, noons of zero", panel: plain, readings: [withGaps] },
  { title: "Below zero, the last window open, one corrected", panel: byStore, readings: [withOpen] },
  { title: "One cell", panel: { ...plain, yNames: {} }, readings: [readingOf(columns, [[3, 9, 12]])] },
  { title: "Nothing", panel: plain, readings: [readingOf(columns, [])] },
  { title: "100,000 rows", panel: plain, readings: [many] },
  { title: "100,000 columns", panel: { ...plain, yNames: {} }, readings: [wide] },
];
