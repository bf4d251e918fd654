import { join } from "node:path";
import { expect, test } from "vitest";
import { projectOf } from "../../test/support/project-folder.ts";
import { readSimulator } from "../project/simulator-file.ts";
import { simulatedEvents } from "./simulated-events.ts";

const stream = "stream: orders\nrate: 2\nfields: { id: { uuid: true }, ts: { now: true } }\n";
const world = `rate: 5
journeys:
  visit:
    weight: 1
    steps:
      - send: clicks
        fields: { id: { uuid: true }, ts: { now: true } }
      - wait: { from: 1 s, to: 9 s }
      - send: carts
        fields: { id: { uuid: true }, ts: { now: true } }
faults:
  clicks: { late: { share: 0.2, by: { from: 1 s, to: 20 s } } }
`;
const folder = () => projectOf({ "orders.yaml": stream, "world.yaml": world });
const begin = { startMs: Date.UTC(2026, 2, 2, 9), rate: undefined, count: 600 };

test("events of several simulators go out in the order of time, the same for a seed", () => {
  const files = folder();
  const simulators = ["orders", "world"].map((name) => readSimulator(join(files, `${name}.yaml`)));
  const events = [...simulatedEvents({ ...begin, simulators, seed: 7 })];
  expect(events).toHaveLength(600);
  expect(new Set(events.map((event) => event.stream))).toEqual(new Set(["orders", "clicks", "carts"]));
  const times = events.map(({ timeMs }) => timeMs);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(times[0]).toBeGreaterThanOrEqual(begin.startMs);
  const lateOnes = events.filter(({ line, timeMs }) => Date.parse(JSON.parse(line).ts) < timeMs - 500);
  expect(lateOnes.length).toBeGreaterThan(10);
  expect([...simulatedEvents({ ...begin, simulators, seed: 7 })]).toEqual(events);
  expect([...simulatedEvents({ ...begin, simulators, seed: 8 })]).not.toEqual(events);
});
