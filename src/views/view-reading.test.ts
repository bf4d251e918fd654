import { expect, test, vi } from "vitest";
import type { SqlType } from "../values/sql-type.ts";
import { LiveView } from "./live-view.ts";
import { cellSeparator, cellsOf, keyText, type ViewRow } from "./view.ts";
import { type RowRequest, ViewReading } from "./view-reading.ts";

const int: SqlType = { kind: "INT", nullable: false };
const text: SqlType = { kind: "VARCHAR", length: 20, nullable: true };

function viewOf(rows: readonly (readonly [number, string | null, string])[]): LiveView {
  const columns = [
    { name: "n", type: int },
    { name: "k", type: text },
    { name: "v", type: text },
  ];
  const view = new LiveView({ name: "t", schema: { columns }, key: [0, 1], emit: "changes" });
  const upserts = rows.map((row): ViewRow => {
    const cells = row.map((value) => JSON.stringify(value));
    const key = keyText(cells.slice(0, 2));
    return { key, text: cells.join(cellSeparator), final: true, revision: 0 };
  });
  const freshness = { lastRowAtMs: undefined, watermarkMs: undefined };
  const counters = { rowsTaken: 0, rowsFiltered: 0, rowsLate: 0 };
  view.apply({ view: "t", stepNumber: 1, freshness, counters, upserts, removedKeys: [] });
  return view;
}

async function read(view: LiveView, asked: Partial<RowRequest>): Promise<readonly string[]> {
  const reading = new ViewReading(view.schema, asked);
  const { rows } = await reading.page(view, { limit: 100, emit: "changes", ...asked }, 10_000);
  return rows.map((row) => row.text.replaceAll(cellSeparator, " "));
}

test("a whole key is looked up, in whatever order and form it is written", async () => {
  const view = viewOf([
    [1, "a", "x"],
    [2, 'b"', "y"],
  ]);
  const all = vi.spyOn(view, "noted");
  expect(await read(view, { where: "k = 'b\"' AND 2 = n" })).toEqual(['2 "b\\"" "y"']);
  expect(await read(view, { where: "n = 1 AND v = 'y' AND k = 'a'" })).toEqual([]);
  expect(await read(view, { where: "n = 3 AND k = 'a'" })).toEqual([]);
  expect(await read(view, { where: "n = 1 AND k = CAST(NULL AS STRING)" })).toEqual([]);
  expect(all).not.toHaveBeenCalled();
  expect(await read(view, { where: "n = 1" })).toEqual(['1 "a" "x"']);
  expect(await read(view, { where: "n = 1 OR k = 'a'" })).toEqual(['1 "a" "x"']);
  expect(all).toHaveBeenCalledTimes(2);
});

test("keys that are numbers are ordered as numbers", async () => {
  const view = viewOf([
    [10, "a", ""],
    [9, "a", ""],
    [-1, "a", ""],
    [9, "B", ""],
  ]);
  expect(await read(view, {})).toEqual(['-1 "a" ""', '9 "B" ""', '9 "a" ""', '10 "a" ""']);
  expect(await read(view, { limit: 2 })).toEqual(['9 "a" ""', '10 "a" ""']);
});

test("the first of thousands of rows are found, in whatever order these came", async () => {
  const count = 2_000;
  const view = viewOf(Array.from({ length: count }, (_, n) => [(n * 733) % count, "a", "x"] as const));
  expect(await read(view, { limit: 2 })).toEqual(['1998 "a" "x"', '1999 "a" "x"']);
  const asked = { order: "n", limit: 700, emit: "changes" } as const;
  const reading = new ViewReading(view.schema, asked);
  const found: number[] = [];
  for (let after: string | undefined, pages = 0; pages === 0 || after !== undefined; pages++) {
    const page = await reading.page(view, { ...asked, after }, 10_000);
    found.push(...page.rows.map((row) => Number(cellsOf(row)[0])));
    after = page.next;
  }
  expect(found).toEqual(Array.from({ length: count }, (_, n) => n));
});

test("a look that takes several turns is at the rows as they were when it began", async () => {
  const view = viewOf(Array.from({ length: 3_000 }, (_, n) => [n, "a", "old"] as const));
  const where = "v = 'old' AND CHAR_LENGTH(REPLACE(REPEAT('ab', 2000), 'a', k)) > 0";
  const reading = new ViewReading(view.schema, { where });
  let isOver = false;
  const page = reading.page(view, { where, limit: 1, emit: "changes" }, 60_000).finally(() => {
    isOver = true;
  });
  const upserts: ViewRow[] = [];
  for (const { key, text: of } of view.rows())
    upserts.push({ key, text: of.replace("old", "newer"), final: true, revision: 1 });
  const { freshness, counters } = view;
  view.apply({ view: "t", stepNumber: 2, freshness, counters, upserts, removedKeys: ['[0,"a"]'] });
  expect(isOver).toBe(false);
  expect((await page).rowCount).toBe(3_000);
  expect(Array.from(view.rows(), (row) => row.text.includes("newer"))).not.toContain(false);
});

test("a long look lets others have their turn, and ends", async () => {
  const view = viewOf(Array.from({ length: 3_000 }, (_, n) => [n, "a", ""] as const));
  const where = "CHAR_LENGTH(REPLACE(REPEAT('ab', 20000), 'a', k)) < 0";
  const reading = new ViewReading(view.schema, { where });
  let turnsOfOthers = 0;
  const others = setInterval(() => turnsOfOthers++, 1);
  try {
    const page = reading.page(view, { where, limit: 1, emit: "changes" }, 400);
    await expect(page).rejects.toMatchObject({ code: "request.query-timeout", status: 400 });
    expect(turnsOfOthers).toBeGreaterThan(5);
  } finally {
    clearInterval(others);
  }
});
