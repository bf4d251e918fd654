/**
 * The laws of the house (DESIGN §1 and §8, STYLE), executed. A failing law names each place and what to do
 * there. The laws themselves are in `architecture/`, one a file; the map of rooms and passages is
 * `architecture/house.ts`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LENGTH_EXEMPTIONS } from "./architecture/exemptions.ts";
import { type Fixture, parseFixture, treeOf } from "./architecture/fixture.ts";
import { describeViolations } from "./architecture/law.ts";
import { lawsWith } from "./architecture/laws.ts";
import { readSourceTree } from "./architecture/source-tree.ts";

const FIXTURES = join(import.meta.dirname, "fixtures/architecture");
const laws = lawsWith(LENGTH_EXEMPTIONS);

describe("the house", () => {
  const tree = readSourceTree(join(import.meta.dirname, ".."));

  it.each(laws)("$says ($name)", (law) => {
    const violations = law.check(tree);
    if (violations.length > 0) expect.fail(describeViolations(law, violations));
  });
});

describe("a law that is broken", () => {
  const scaffold = readFixture("scaffold.tree");

  it("has a page for every way to break it, and one for what it lets pass", () => {
    const folders = readdirSync(FIXTURES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual(laws.map(({ name }) => name).sort());
    for (const { name } of laws) {
      const [clean, ...broken] = pagesOf(name)
        .map((page) => readFixture(page).expected.length > 0)
        .sort();
      expect(clean, `${name} needs a page without violations`).toBe(false);
      expect(broken, `${name} needs a page that breaks it`).toContain(true);
    }
  });

  it.each(laws.flatMap(({ name }) => pagesOf(name).map((page) => ({ name, page }))))(
    "$page",
    ({ name, page }) => {
      const fixture = readFixture(page);
      const tree = treeOf(scaffold, fixture);
      const found = lawsWith(fixture.exemptions).flatMap((law) =>
        law.check(tree).map((violation) => ({ law: law.name, ...violation })),
      );
      const shown = found.map(({ law, file, line, what }) => `${law} ${file}:${line} ${what}`).sort();
      const expected = fixture.expected.map(({ place, words }) => ({ start: `${name} ${place} `, words }));
      expected.sort((a, b) => (a.start < b.start ? -1 : 1));
      expect(shown, fixture.shows).toEqual(expected.map(({ start }) => expect.stringContaining(start)));
      expect(shown, fixture.shows).toEqual(expected.map(({ words }) => expect.stringContaining(words)));
      expect(found.filter(({ instead }) => instead.length < 10)).toEqual([]);
    },
  );
});

function pagesOf(law: string): string[] {
  return readdirSync(join(FIXTURES, law)).map((page) => `${law}/${page}`);
}

function readFixture(page: string): Fixture {
  return parseFixture(readFileSync(join(FIXTURES, page), "utf8"));
}
