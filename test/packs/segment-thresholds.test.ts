/** Where a segment's five minutes become unusual: the last count that is not and the first that is. */
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkProject } from "../../src/cli/checked-project.ts";
import { rehearsedProject } from "../../src/cli/rehearsed-project.ts";
import { shownRows } from "../../src/rehearsal/shown-rows.ts";
import { VirtualEngine } from "../../src/rehearsal/virtual-engine.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const sql = join(import.meta.dirname, "..", "..", "packs", "segments", "sql");
const startMs = Date.parse("2026-03-02T09:00:00Z");
const windowMs = 5 * 60_000;

interface Case {
  /** Of the six windows before, in turn. */
  readonly before: readonly [number, number];
  readonly events: number;
  readonly direction: "down" | "up" | null;
}

/** Six of 850 and 1,150 are 1,000 with a deviation of 164.32; six of 700 and 1,300 one of 328.63. */
const cases: readonly Case[] = [
  { before: [599, 599], events: 299, direction: null },
  { before: [600, 600], events: 361, direction: null },
  { before: [600, 600], events: 360, direction: "down" },
  { before: [600, 600], events: 1_079, direction: null },
  { before: [600, 600], events: 1_080, direction: "up" },
  { before: [850, 1_150], events: 508, direction: null },
  { before: [850, 1_150], events: 507, direction: "down" },
  { before: [700, 1_300], events: 1_985, direction: null },
  { before: [700, 1_300], events: 1_986, direction: "up" },
];

test("X14: a segment is judged of 600 on, by share and three deviations, after half an hour", async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, "sql"));
  for (const name of ["streams.sql", "enriched.sql", "anomalies.sql"])
    cpSync(join(sql, name), join(folder, "sql", name));
  const { script, settings } = rehearsedProject(checkProject(folder));
  const engine = new VirtualEngine(script, settings, startMs);
  const profiles = cases.map((_, number) => ({
    user_id: `u${number}`,
    segment: `s${number}`,
    registration_date: startMs - 86_400_000,
  }));
  engine.send("user_profiles", profiles.map((profile) => JSON.stringify(profile)).join("\n"));
  for (let window = 0; window < 7; window++) {
    const timestamp = startMs + window * windowMs + 60_000;
    engine.moveTo(timestamp + 1_000);
    const lines = cases.flatMap(({ before, events }, number) => {
      const event = JSON.stringify({ user_id: `u${number}`, event_type: "page_view", timestamp });
      return Array<string>(window === 6 ? events : before[window % 2]!).fill(event);
    });
    engine.send("raw_events", lines.join("\n"));
  }
  engine.moveTo(startMs + 8 * windowMs);
  const { schema, rows } = await shownRows(engine, "segment_anomalies");
  const at = (name: string) => schema.columns.findIndex((column) => column.name === name);
  const told = rows.map(({ cells }) =>
    ["segment", "events", "direction"].map((name) => JSON.parse(String(cells[at(name)])) as unknown),
  );
  expect(new Set(told)).toEqual(
    new Set(cases.map(({ events, direction }, number) => [`s${number}`, events, direction])),
  );
});
