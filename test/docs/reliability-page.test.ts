import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cellOf, faultNames, impossible, parts } from "../recovery/disk-faults.ts";
import { instants } from "../recovery/instants.ts";
import { plantNames } from "../recovery/process/plants.ts";

const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "reliability.md"), "utf8");
const again = "run `npm run reliability` again";

/** The cells of the line that begins with these. */
function lineOf(...first: readonly string[]): readonly string[] {
  const begin = `| ${first.join(" | ")} |`;
  const line = page.split("\n").find((each) => each.startsWith(begin));
  expect(line, `docs/reliability.md lacks "${begin}": ${again}`).toBeDefined();
  return line!
    .slice(begin.length, -1)
    .split("|")
    .map((cell) => cell.trim());
}

test.each(instants)("the page counts kills at: $name", ({ group, name }) => {
  const [kills] = lineOf(group, name);
  expect(Number(kills)).toBeGreaterThan(0);
});

test.each(faultNames)("the page counts, for each part: %s", (fault) => {
  expect(lineOf("fault")).toEqual(parts);
  for (const [place, cell] of lineOf(fault).entries()) {
    if (impossible.has(cellOf(parts[place]!, fault))) expect(cell).toBe("–");
    else expect(Number(cell), parts[place]).toBeGreaterThan(0);
  }
});

test("the page names the planted faults, and no instant that is not there any more", () => {
  for (const plant of plantNames) expect(page).toContain(plant);
  const killed = page.slice(page.indexOf("| killed at |"), page.indexOf("| anywhere |"));
  expect(killed.trim().split("\n")).toHaveLength(instants.length + 2);
});
