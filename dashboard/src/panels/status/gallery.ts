import type { StatusItem, StatusPanel } from "../../../../src/serving/pages.ts";
import { euros, frame, measureOf, plainNumber, readingOf } from "../../data/fixture.ts";
import type { GalleryExample } from "../panel-kind.ts";

const alertCount: StatusItem = {
  title: "Total alerts",
  shows: { is: "measure", source: 0, value: measureOf("sum", "alerts"), format: plainNumber },
};

const status: StatusPanel = {
  ...frame,
  kind: "status",
  title: "System status",
  items: [
    { title: "Connection", shows: { is: "connection" } },
    { title: "Views", shows: { is: "views" } },
    alertCount,
    { title: "Running for", shows: { is: "uptime" } },
    { title: "Server time", shows: { is: "clock" } },
  ],
};

function measures(...formats: readonly StatusItem[]): StatusPanel {
  return { ...status, items: formats };
}

const money: StatusItem = {
  title: "W".repeat(200),
  shows: { is: "measure", source: 0, value: measureOf("sum", "alerts"), format: euros },
};

const gone: StatusItem = {
  title: "حالة <b>",
  shows: { is: "measure", source: 7, value: measureOf("latest", "gone"), format: plainNumber },
};

const many = Array.from({ length: 100_000 }, (_, at) => [at % 7]);

export const examples: readonly GalleryExample[] = [
  { title: "Filled", panel: status, readings: [readingOf({ alerts: "integer" }, [[12], [30]])] },
  { title: "One value", panel: measures(alertCount), readings: [readingOf({ alerts: "integer" }, [[1]])] },
  {
    title: "Open window",
    panel: measures(alertCount),
    readings: [readingOf({ alerts: "integer" }, [[5]], { final: false })],
  },
  { title: "No rows", panel: status, readings: [readingOf({ alerts: "integer" }, [])] },
  { title: "Empty", panel: measures(), readings: [] },
  {
    title: "Hostile values",
    panel: measures(money, gone, alertCount),
    readings: [
      readingOf({ alerts: "decimal" }, [
        [null],
        [Number.NaN],
        ["<b>"],
        ["-99999999999999999999.99"],
        [{ a: 1 }],
      ]),
    ],
  },
  {
    title: "100,000 rows",
    panel: measures(alertCount),
    readings: [readingOf({ alerts: "integer" }, many)],
  },
];
