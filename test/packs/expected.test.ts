/** Each pack is what it expects of itself, and each of its views has a twin. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkProject } from "../../src/cli/checked-project.ts";
import { rehearsedProject } from "../../src/cli/rehearsed-project.ts";
import { Rehearsal } from "../../src/rehearsal/rehearsal.ts";

const packs = join(import.meta.dirname, "..", "..", "packs");
const minuteMs = 60_000;

describe.each(readdirSync(packs))("the pack %s", (name) => {
  const rehearsal = new Rehearsal(rehearsedProject(checkProject(join(packs, name))));

  test("is what it expects of itself", { timeout: 10 * minuteMs }, async () => {
    const told: string[] = [];
    let passed = 0;
    for await (const { mistake, differences } of rehearsal.run({ now: () => performance.now() })) {
      if (mistake !== undefined) told.push(mistake);
      else if (differences.length === 0) passed++;
      told.push(...differences.map(({ place, lines }) => [place, ...lines].join("\n")));
    }
    expect(told.join("\n\n")).toBe("");
    expect(passed).toBeGreaterThan(0);
  });

  test("has a twin of each view", () => {
    expect(rehearsal.withoutTwin).toEqual([]);
  });
});

test("B19: a pack is data alone: settings, SQL, simulators, expectations and what its words mean", () => {
  const files = readdirSync(packs, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  expect(files.length).toBeGreaterThan(40);
  expect(files.map(({ name }) => name).filter((name) => !/\.(sql|yaml|md)$/.test(name))).toEqual([]);
});
