/** Each pack is what it expects of itself. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkProject } from "../../src/cli/checked-project.ts";
import { rehearsedProject } from "../../src/cli/rehearsed-project.ts";
import { Rehearsal } from "../../src/rehearsal/rehearsal.ts";

const packs = join(import.meta.dirname, "..", "..", "packs");

describe.each(readdirSync(packs))("the pack %s", (name) => {
  const checked = checkProject(join(packs, name));
  const rehearsal = new Rehearsal(rehearsedProject(checked));

  test("expects something", () => {
    expect(rehearsal.names).not.toEqual([]);
  });

  test.each(rehearsal.names)("%s", async (only) => {
    for await (const { mistake, differences } of rehearsal.run({ only, now: () => performance.now() })) {
      expect(mistake).toBeUndefined();
      expect(differences.map(({ place, lines }) => [place, ...lines].join("\n"))).toEqual([]);
    }
  });
});
