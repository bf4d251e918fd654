/** What docs/make-a-dashboard.md tells to write is taken as it stands, over the project that `init` makes. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkProject } from "../../src/cli/checked-project.ts";
import { readPageFile } from "../../src/project/pages/page-file.ts";
import { kindReaders } from "../../src/project/pages/panel-kinds.ts";
import { pageWorld } from "../../src/serving/dashboard/pages.ts";
import { quickwater } from "../support/quickwater-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const docs = join(import.meta.dirname, "../../docs");
const guide = readFileSync(join(docs, "make-a-dashboard.md"), "utf8");
const reference = readFileSync(join(docs, "reference/dashboards.md"), "utf8");

const pages = [...guide.matchAll(/```yaml\n(# dashboards\/.*?)```/gs)].map(([, text]) => text!);

test("both pages of the guide have no mistake, and the first is of ten lines", async () => {
  const folder = join(scratchFolder(), "shop");
  expect((await quickwater(["init", folder])).code).toBe(0);
  const { catalog, analyses } = checkProject(folder);
  const [views, streams] = [catalog.views(), catalog.keptStreams()];
  const world = pageWorld({ views, streams, endpoints: [], analyses });
  expect(pages).toHaveLength(2);
  expect(pages[0]!.trim().split("\n").slice(1)).toHaveLength(10);
  for (const text of pages) {
    const file = join(folder, "shop.yaml");
    writeFileSync(file, text);
    const page = readPageFile(file).read(world);
    const problems = page.rows.flatMap(({ panels }) => panels.map(({ problem }) => problem));
    problems.push(...page.filters.map(({ problem }) => problem));
    expect([page.problem, ...problems].filter((problem) => problem !== null)).toEqual([]);
    expect(problems.length).toBeGreaterThan(1);
  }
});

test("the reference names every kind with each of its settings", () => {
  for (const [kind, { settings }] of Object.entries(kindReaders)) {
    expect(reference, kind).toMatch(new RegExp(`^### .*\\b${kind}\\b`, "m"));
    for (const setting of settings) expect(reference, `${kind}: ${setting}`).toContain(`\`${setting}`);
  }
});
