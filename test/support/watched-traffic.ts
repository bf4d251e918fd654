/** A pack's view of anomalies over simulated traffic, of which some may be lost. */
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { checkProject } from "../../src/cli/checked-project.ts";
import { rehearsedProject } from "../../src/cli/rehearsed-project.ts";
import { shownRows } from "../../src/rehearsal/shown-rows.ts";
import { type SimulatedEvent, simulatedEvents } from "../../src/rehearsal/simulated-events.ts";
import { VirtualEngine } from "../../src/rehearsal/virtual-engine.ts";
import { scratchFolder } from "./scratch-folder.ts";

export interface Traffic {
  readonly pack: string;
  readonly view: string;
  /** Statements that the view needs, so that nothing else is computed. */
  readonly sql: readonly string[];
  readonly simulator: string;
  /** Events a second. */
  readonly rate: number;
}

export interface Judged {
  /** The column that tells windows of one time apart. */
  readonly what: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly usual: number;
  readonly direction: string | null;
}

const packs = join(import.meta.dirname, "..", "..", "packs");

export const packsThatJudge: readonly Traffic[] = [
  {
    pack: "commerce",
    view: "traffic_anomalies",
    sql: ["streams", "customers", "anomalies"],
    simulator: "shop",
    rate: 5,
  },
  {
    pack: "segments",
    view: "segment_anomalies",
    sql: ["streams", "enriched", "anomalies"],
    simulator: "app",
    rate: 6,
  },
  {
    pack: "clickstream",
    view: "click_anomalies",
    sql: ["streams", "anomalies"],
    simulator: "site",
    rate: 4,
  },
];

/** Windows that had ended when the traffic did. `isLost` says which events, by their number, are not sent. */
export async function judgedTraffic(
  traffic: Traffic,
  { seed, startMs, hours }: { readonly seed: number; readonly startMs: number; readonly hours: number },
  isLost: (event: SimulatedEvent, number: number) => boolean = () => false,
): Promise<readonly Judged[]> {
  const { script, settings, simulators } = rehearsedProject(checkProject(partOf(traffic)));
  const engine = new VirtualEngine(script, settings, startMs);
  const running = simulators.filter(({ name }) => name === traffic.simulator);
  const endMs = startMs + hours * 3_600_000;
  const told = new Map<string, string[]>();
  const send = () => {
    for (const [stream, lines] of told) engine.send(stream, lines.join("\n"));
    told.clear();
  };
  let number = 0;
  const begin = { simulators: running, seed, startMs, rate: traffic.rate, count: Number.POSITIVE_INFINITY };
  for (const event of simulatedEvents(begin)) {
    if (event.timeMs >= endMs) break;
    if (event.timeMs >= engine.nowMs + 1_000) {
      send();
      engine.moveTo(event.timeMs);
    }
    if (isLost(event, number++)) continue;
    told.set(event.stream, [...(told.get(event.stream) ?? []), event.line]);
  }
  send();
  engine.moveTo(endMs + 3_600_000);
  if (engine.failures.size > 0) throw new Error([...engine.failures].join("\n"));
  return (await judgedRows(engine, traffic.view)).filter((row) => row.endMs <= endMs);
}

/** The pack with these statements alone. */
export function partOf({ pack, sql }: Traffic): string {
  const folder = scratchFolder();
  mkdirSync(join(folder, "sql"));
  cpSync(join(packs, pack, "simulators"), join(folder, "simulators"), { recursive: true });
  for (const name of sql) {
    cpSync(join(packs, pack, "sql", `${name}.sql`), join(folder, "sql", `${name}.sql`));
  }
  return folder;
}

export async function judgedRows(engine: VirtualEngine, view: string): Promise<readonly Judged[]> {
  const { schema, rows } = await shownRows(engine, view);
  const at = (name: string) => schema.columns.findIndex((column) => column.name === name);
  return rows.map(({ cells }): Judged => {
    const value = (place: number) => JSON.parse(String(cells[place])) as string | number | null;
    return {
      what: String(value(2)),
      startMs: Date.parse(String(value(at("window_start")))),
      endMs: Date.parse(String(value(at("window_end")))),
      usual: Number(value(at("usual"))),
      direction: value(at("direction")) as string | null,
    };
  });
}
