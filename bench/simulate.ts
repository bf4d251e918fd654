/** How fast simulators make events: the text of each, as bytes, without sending it anywhere. */
import { join } from "node:path";
import { readSimulator } from "../src/project/simulator-file.ts";
import { Outbox } from "../src/simulate/event-source.ts";
import { openSource } from "../src/simulate/open-source.ts";
import { seed } from "./events.ts";
import { median, type Report, thousands } from "./report.ts";

const eventCount = 300_000;
const rounds = 5;
const root = join(import.meta.dirname, "..");
const simulators = {
  document: join(root, "packs", "commerce", "simulators", "document.yaml"),
  shop: join(root, "packs", "commerce", "simulators", "shop.yaml"),
  world: join(root, "demo", "simulators", "world.yaml"),
};
const wanted = 150_000;

export function benchSimulate(): Report {
  const results = Object.entries(simulators).map(([name, file]) => ({ name, ...measure(file) }));
  return {
    title: "Simulators",
    command: "npm run bench -- simulate",
    method:
      `${thousands(eventCount)} events of each simulator of the commerce pack and of the demo's world, in ` +
      `boxes of 1,000, joined and encoded as UTF-8, on one core; the world is opened and as many are made ` +
      `to warm up first. ` +
      `Medians of ${rounds} rounds that go on where the one before ended.`,
    columns: ["simulator", "bytes an event", "events/s", "events/s of CPU"],
    rows: results.map(({ name, bytes, perSecond, perCpuSecond }) => [
      `\`${name}\``,
      String(bytes),
      thousands(perSecond),
      thousands(perCpuSecond),
    ]),
    findings: results.map(({ name, perCpuSecond }) => {
      const verdict = perCpuSecond >= wanted ? "reached" : "missed";
      return `\`${name}\`: ${thousands(wanted)} events/s on one core ${verdict}.`;
    }),
  };
}

function measure(file: string): { bytes: number; perSecond: number; perCpuSecond: number } {
  const spec = readSimulator(file);
  const source = openSource(spec, { seed, startMs: Date.UTC(2026, 2, 2) });
  const encoder = new TextEncoder();
  const box = new Outbox();
  const make = (): number => {
    let bytes = 0;
    for (let made = 0; made < eventCount; made += box.count) {
      box.clear();
      source.run(Number.POSITIVE_INFINITY, 1_000, box);
      bytes += encoder.encode(box.lines.join("\n")).length;
    }
    return bytes;
  };
  make();
  const times: number[] = [];
  const cpuTimes: number[] = [];
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    const [cpu, begunMs] = [process.cpuUsage(), performance.now()];
    bytes = make();
    times.push((performance.now() - begunMs) / 1_000);
    cpuTimes.push(process.cpuUsage(cpu).user / 1e6);
  }
  const rate = (seconds: readonly number[]) => eventCount / median(seconds);
  return { bytes: Math.round(bytes / eventCount), perSecond: rate(times), perCpuSecond: rate(cpuTimes) };
}
