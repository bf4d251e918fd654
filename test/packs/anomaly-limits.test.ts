/**
 * Where the limits of what is unusual in the shop lie: 600 events, two fifths less, four fifths more, three
 * deviations.
 */
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { checkProject } from "../../src/cli/checked-project.ts";
import { rehearsedProject } from "../../src/cli/rehearsed-project.ts";
import { shownRows } from "../../src/rehearsal/shown-rows.ts";
import { VirtualEngine } from "../../src/rehearsal/virtual-engine.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const windowMs = 5 * 60_000;
const startMs = Date.parse("2026-03-02T09:00:00Z");
const eventTypes = { view: "page_view", cart: "add_to_cart", purchase: "purchase", other: "wish_list" };

type Step = keyof typeof eventTypes;
/** What the six windows before had, and the one that is judged. */
type Counts = readonly [before: readonly number[], now: number];

const steady = (events: number): readonly number[] => Array.from({ length: 6 }, () => events);
/** Their mean is 600, their deviation 109.54: three of it are 328.6. */
const scattered = [500, 700, 500, 700, 500, 700];
/** So is theirs; three deviations are 657.3. */
const wide = [400, 800, 400, 800, 400, 800];

test.each<{
  readonly name: string;
  readonly counts: Record<Step, Counts>;
  readonly directions: Record<Step, string | null>;
}>([
  {
    name: "of steady traffic",
    counts: {
      view: [steady(599), 300],
      cart: [steady(600), 360],
      purchase: [steady(600), 1080],
      other: [steady(600), 1079],
    },
    directions: { view: null, cart: "down", purchase: "up", other: null },
  },
  {
    name: "of scattered traffic",
    counts: {
      view: [steady(600), 361],
      cart: [scattered, 272],
      purchase: [scattered, 271],
      other: [steady(599), 1200],
    },
    directions: { view: null, cart: null, purchase: "down", other: null },
  },
  {
    name: "of wide traffic",
    counts: {
      view: [wide, 1257],
      cart: [wide, 1258],
      purchase: [wide, 360],
      other: [steady(700), 420],
    },
    directions: { view: null, cart: "up", purchase: null, other: "down" },
  },
])("X14: what is judged and what is unusual, $name", { timeout: 180_000 }, async ({ counts, directions }) => {
  const { script, settings } = rehearsedProject(checkProject(projectThatJudges()));
  const engine = new VirtualEngine(script, settings, startMs);
  const steps = Object.keys(eventTypes) as Step[];
  for (let window = 0; window < 7; window++) {
    engine.moveTo(startMs + window * windowMs + 1_000);
    const lines = steps.flatMap((step) => {
      const [before, now] = counts[step];
      return eventsOf(step, window, before[window] ?? now);
    });
    engine.send("customer_events", lines.join("\n"));
  }
  engine.moveTo(startMs + 8 * windowMs);
  const { schema, rows } = await shownRows(engine, "traffic_anomalies");
  const at = (name: string) => schema.columns.findIndex((column) => column.name === name);
  const judged = rows.map(({ cells }) =>
    ["step", "direction"].map((name) => JSON.parse(String(cells[at(name)]))),
  );
  // Only the seventh window has six before it.
  expect(judged).toHaveLength(steps.length);
  expect(Object.fromEntries(judged)).toEqual(directions);
});

function eventsOf(step: Step, window: number, count: number): readonly string[] {
  const timestamp = new Date(startMs + window * windowMs).toISOString();
  return Array.from({ length: count }, (_, number) =>
    JSON.stringify({
      event_id: `${step}-${window}-${number}`,
      customer_id: "c1",
      event_type: eventTypes[step],
      timestamp,
    }),
  );
}

/** The pack with the statements of its anomalies alone. */
function projectThatJudges(): string {
  const folder = scratchFolder();
  mkdirSync(join(folder, "sql"));
  for (const name of ["streams", "customers", "anomalies"]) {
    cpSync(join(projectRoot, "packs", "commerce", "sql", `${name}.sql`), join(folder, "sql", `${name}.sql`));
  }
  return folder;
}
