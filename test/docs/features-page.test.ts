/** docs/features.md names, by feature, what shows it; what is due has something. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { isFeature, namingFiles, type ShownFeatures, shownFeatures } from "./shown-features.ts";

const page = join(projectRoot, "docs", "features.md");
const due = readFileSync(join(import.meta.dirname, "features-due.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));

function generated(shown: ShownFeatures): string {
  const lines = [
    "# What shows each feature",
    "",
    "The ids are those of what Quickwater is asked for: X is shared, C commerce, S segments, E email,",
    "K clickstream, R retail, B beyond them. Generated from `features:` of scenarios and twins in",
    "`packs/*/expected/`, and from the names of tests: run",
    "`UPDATE=1 npm test -- test/docs/features-page.test.ts` after a change there.",
    "",
    "| id | shown by |",
    "|---|---|",
  ];
  for (const [feature, files] of shown) {
    const links = files.map((file) => `[${file}](../${file})`);
    lines.push(`| ${feature} | ${links.join(" · ")} |`);
  }
  return `${lines.join("\n")}\n`;
}

const shown = shownFeatures(namingFiles(projectRoot));

test("the page names what shows each feature", () => {
  if (process.env.UPDATE === "1") writeFileSync(page, generated(shown));
  expect(readFileSync(page, "utf8")).toBe(generated(shown));
});

test("each feature that is due is shown by a file", () => {
  expect(due.filter((feature) => !isFeature(feature))).toEqual([]);
  expect(new Set(due).size).toBe(due.length);
  expect(due.filter((feature) => !shown.has(feature))).toEqual([]);
  expect(due.length).toBeGreaterThan(0);
});

/** Put in, so that this file names none itself. */
const [fraud, place, profile] = ["C9, C10", "R4", "S2"];

test("ids are found where they are named, and nowhere else", () => {
  const files = {
    "packs/a/expected/day.yaml": "features: [S10, X2, by the minute]\nsteps: []\n",
    "packs/a/expected/none.yaml": "twins: []\n# features: [X9]\n",
    "packs/a/expected/v.duckdb.sql": "-- Orders.\n-- features: S2, X2\nSELECT 1\n-- features: X8\n",
    "test/a.test.ts": `describe("${fraud}: how", f);
test.each([1])("${place}: %s", f); test(\n  '${profile}: x', f);`,
    "test/b.test.ts": 'test("as C1 has it", f); test("C2 and C3: no", f); const text = "K1: no";',
  };
  const found = shownFeatures(new Map(Object.entries(files)));
  expect([...found]).toEqual([
    ["X2", ["packs/a/expected/day.yaml", "packs/a/expected/v.duckdb.sql"]],
    ["C9", ["test/a.test.ts"]],
    ["C10", ["test/a.test.ts"]],
    ["S2", ["packs/a/expected/v.duckdb.sql", "test/a.test.ts"]],
    ["S10", ["packs/a/expected/day.yaml"]],
    ["R4", ["test/a.test.ts"]],
  ]);
});
