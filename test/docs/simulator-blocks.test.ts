/** The simulators that docs/projects.md shows are ones: they are read, and make events. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { firstEvents, simulatorOf, sourceOf } from "../support/simulated-events.ts";

const page = readFileSync(join(projectRoot, "docs", "projects.md"), "utf8");
const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = ""]) => text);
const simulators = blocks.filter((text) => /^(stream|journeys):/m.test(text));
/** As the page calls two of them. */
const others = {
  "shop.yaml": simulators.find((text) => text.includes("deliveries"))!,
  "mail.yaml": simulators.find((text) => text.includes("letters"))!,
};

test("there is one of each form", () => {
  expect(simulators.length).toBe(4);
});

test.each(simulators)("simulator %#", (yaml) => {
  const source = sourceOf(simulatorOf(yaml, undefined, others));
  const events = firstEvents(source, 5_000);
  for (const stream of source.streams)
    expect(events.some((event) => event.stream === stream)).toBe(stream !== "deliveries");
});
