import { expect, it } from "vitest";
import type { PageRow, Panel } from "../../../src/serving/pages.ts";
import { frame } from "../data/fixture.ts";
import { firstPanels } from "./first-panels.ts";

/** As high as a panel of its own kind is, whatever it says. */
function panels(ids: string, width: number): readonly Panel[] {
  return [...ids].map((id) => ({ ...frame, kind: "series", id, width }) as unknown as Panel);
}

const row = (ids: string, width: number, title: string | null = null): PageRow => ({
  title,
  panels: panels(ids, width),
});
const firstOf = (rows: readonly PageRow[], widthPx: number, heightPx: number) =>
  [...firstPanels({ rows }, { widthPx, heightPx })].join("");

it("are those of the rows that begin within the window", () => {
  const rows = [row("ab", 6), row("cd", 6), row("ef", 6), row("gh", 6)];
  expect(firstOf(rows, 1_280, 100)).toBe("");
  expect(firstOf(rows, 1_280, 200)).toBe("ab");
  expect(firstOf(rows, 1_280, 500)).toBe("abcd");
  expect(firstOf(rows, 1_280, 9_000)).toBe("abcdefgh");
});

it("a row of more than twelve columns goes on below, and titles take their room", () => {
  expect(firstOf([row("abcde", 6)], 1_280, 300)).toBe("ab");
  expect(firstOf([row("abcde", 6)], 1_280, 600)).toBe("abcd");
  expect(firstOf([row("ab", 6, "Title"), row("c", 6)], 1_280, 500)).toBe("ab");
});

it("on a narrow screen panels stand below each other", () => {
  expect(firstOf([row("abc", 4)], 600, 300)).toBe("a");
});
