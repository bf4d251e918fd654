/** Figures of the newsletter over days: of their hundreds of rows those where something changes. */
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkProject } from "../../src/cli/checked-project.ts";
import { rehearsedProject } from "../../src/cli/rehearsed-project.ts";
import { shownRows } from "../../src/rehearsal/shown-rows.ts";
import { VirtualEngine } from "../../src/rehearsal/virtual-engine.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const sql = join(import.meta.dirname, "..", "..", "packs", "email", "sql");

type Told = readonly [at: string, type: string, user: string, revenue?: string];

/** The rows of a view when these events and the time up to then are taken, by the ends of their windows. */
async function rowsOf(view: string, file: string, events: readonly Told[], until: string) {
  const folder = scratchFolder();
  mkdirSync(join(folder, "sql"));
  for (const name of ["streams.sql", file]) cpSync(join(sql, name), join(folder, "sql", name));
  const { script, settings } = rehearsedProject(checkProject(folder));
  const engine = new VirtualEngine(script, settings, Date.parse(events[0]![0]));
  for (const [number, [timestamp, event_type, user_id, revenue]] of events.entries()) {
    engine.moveTo(Date.parse(timestamp));
    const properties = revenue === undefined ? undefined : { revenue };
    const event = { event_id: `e${number}`, event_type, user_id, timestamp, properties };
    engine.send("analytics-events", JSON.stringify(event));
  }
  engine.moveTo(Date.parse(until));
  const { schema, rows } = await shownRows(engine, view);
  const names = schema.columns.map(({ name }) => name);
  const objects = rows.map(({ cells }): Readonly<Record<string, unknown>> => {
    return Object.fromEntries(names.map((name, at) => [name, JSON.parse(String(cells[at]))]));
  });
  return (end: string) => objects.filter((row) => row.window_end === end);
}

const readers: readonly Told[] = [
  ["2026-03-01T08:58:00Z", "user_registration", "r0"],
  ["2026-03-01T10:00:00Z", "conversion", "r1", "40.00"],
  ["2026-03-01T11:00:00Z", "email_sent", "r1"],
  ["2026-03-01T11:00:00Z", "email_sent", "r2"],
  ["2026-03-01T11:10:00Z", "email_opened", "r1"],
  ["2026-03-02T10:00:00Z", "conversion", "r1", "50.00"],
  ["2026-03-02T10:00:00Z", "conversion", "r2", "10.00"],
  ["2026-03-02T11:00:00Z", "email_sent", "r1"],
  ["2026-03-02T11:10:00Z", "email_opened", "r1"],
  // Mails of yesterday: who reads them is active, and was not sent one today.
  ["2026-03-02T11:20:00Z", "email_opened", "r3"],
  ["2026-03-02T11:20:00Z", "email_clicked", "r4"],
];

test("E8: growth waits until the day before is known from its beginning on; engagement is of those reached", {
  timeout: 180_000,
}, async () => {
  const rowsAt = await rowsOf("email_kpis_24h", "rates.sql", readers, "2026-03-03T09:01:00Z");
  const figures = {
    revenue_24h: "60.00",
    conversions_24h: 2,
    active_users_24h: 4,
    engagement_rate_24h: "100.00",
  };
  // r0, who came first, came within the 24 hours before: what was before in them, nobody knows.
  expect(rowsAt("2026-03-03T08:55:00.000Z")).toMatchObject([
    {
      ...figures,
      revenue_growth_24h: null,
      conversion_growth_24h: null,
      user_growth_24h: null,
      engagement_growth_24h: null,
    },
  ]);
  // 60.00 after 40.00, two conversions after one, four users after one, one reader of one after one of two.
  expect(rowsAt("2026-03-03T09:00:00.000Z")).toMatchObject([
    {
      ...figures,
      revenue_growth_24h: "50.00",
      conversion_growth_24h: "100.00",
      user_growth_24h: "300.00",
      engagement_growth_24h: "100.00",
    },
  ]);
});

test("X10: what a user did counts for 24 hours, however often it is done again", {
  timeout: 180_000,
}, async () => {
  const clicks = ["02T00:30", "02T23:30", "03T22:30", "04T21:30"].map(
    (at): Told => [`2026-03-${at}:00Z`, "email_clicked", "r1"],
  );
  const rowsAt = await rowsOf("user_events_24h", "campaigns.sql", clicks, "2026-03-04T23:01:00Z");
  const counted = ["03T00:00", "03T01:00", "03T23:00", "04T00:00", "04T22:00", "04T23:00"].map((end) =>
    rowsAt(`2026-03-${end}:00.000Z`).map(({ events }) => events),
  );
  expect(counted).toEqual([[2], [1], [2], [1], [2], [1]]);
});
