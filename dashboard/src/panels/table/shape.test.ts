import fc from "fast-check";
import { expect, it } from "vitest";
import type { TableColumn, TablePanel } from "../../../../src/serving/pages.ts";
import type { WireValue } from "../../../../src/serving/protocol.ts";
import { around, euros, frame, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import type { Reading } from "../panel-kind.ts";
import { examples } from "./gallery.ts";
import { orderedRows } from "./order.ts";
import { placeOfPage, shapeTable, twinOfTable } from "./shape.ts";

const minute = 60_000;
const at = (minutes: number): string => new Date(noon + minutes * minute).toISOString();

function column(path: string, more: Partial<TableColumn> = {}): TableColumn {
  return { column: path, title: path, format: { ...plainNumber, as: "text" }, levels: [], ...more };
}

const panel: TablePanel = {
  ...frame,
  kind: "table",
  columns: [
    column("id"),
    column("at", { format: { ...plainNumber, as: "time" } }),
    column("amount", { format: euros }),
  ],
  time: null,
  sort: null,
  pageRows: 10,
  search: false,
  detail: null,
  choose: null,
};

function reading(rows: Parameters<typeof readingOf>[1]): Reading {
  return readingOf({ id: "string", at: "timestamp", amount: "decimal" }, rows);
}

function twin(told: Partial<TablePanel>, rows: Reading) {
  const input = { panel: { ...panel, ...told }, readings: [rows], around };
  const model = shapeTable(input);
  return model && twinOfTable(model, input);
}

it("has the rows of the page's span only, where a time is told, and counts those without one", () => {
  const rows = reading([
    ["before", at(-61), "1"],
    ["first", at(-60), "2"],
    ["last", at(-0.001), "3"],
    ["behind", at(0), "4"],
    ["never", null, "5"],
    ["unreadable", "tomorrow", "6"],
  ]);
  expect(twin({ time: "at" }, rows)?.rows.map(([id]) => id)).toEqual(["last", "first"]);
  expect(shapeTable({ panel: { ...panel, time: "at" }, readings: [rows], around })?.undated).toBe(2);
  expect(twin({}, rows)?.rows).toHaveLength(6);
});

it("is nothing where there is no row of the span", () => {
  expect(twin({}, reading([]))).toBeUndefined();
  expect(twin({ time: "at" }, reading([["old", at(-100), "1"]]))).toBeUndefined();
  expect(shapeTable({ panel, readings: [], around })).toBeUndefined();
});

it("is exact as a table, whatever the eye is shown", () => {
  const rows = reading([
    ["a", at(-1), "99999999999999999999.99"],
    ["b", at(-2), null],
  ]);
  expect(twin({ sort: { column: "amount", descending: false } }, rows)).toMatchObject({
    headings: ["id", "at", "amount"],
    rows: [
      ["a", "2026-03-01T11:59:00.000Z", "99999999999999999999.99 EUR"],
      ["b", "2026-03-01T11:58:00.000Z", ""],
    ],
  });
});

it("tells what is open and what was corrected, as soon as a row is", () => {
  const settled = readingOf({ id: "string" }, [["a"], ["b"], ["c"]]);
  expect(twin({ columns: [column("id")] }, settled)?.headings).toEqual(["id"]);
  const [first, second, third] = settled.rows;
  const rows = { ...settled, rows: [{ ...first!, final: false }, second!, { ...third!, revision: 2 }] };
  expect(twin({ columns: [column("id")] }, rows)).toMatchObject({
    headings: ["id", "State"],
    rows: [
      ["a", "open"],
      ["b", "final"],
      ["c", "corrected r2"],
    ],
  });
});

it("marks levels by the exact value", () => {
  const levels = [{ from: 0.1, tone: "bad", title: "many" }] as const;
  const rows = reading([
    ["a", null, "0.1"],
    ["b", null, "0.0999999999999999999999"],
  ]);
  const told = { ...panel, columns: [column("amount", { levels })] };
  const model = shapeTable({ panel: told, readings: [rows], around });
  expect(rows.rows.map((row) => model?.columns[0]?.level(row)?.title)).toEqual(["many", undefined]);
});

it("stays on a page that is there", () => {
  expect(placeOfPage(0, 10, 25)).toEqual({ page: 0, pages: 3, from: 0, to: 10 });
  expect(placeOfPage(9, 10, 25)).toEqual({ page: 2, pages: 3, from: 20, to: 25 });
  expect(placeOfPage(2, 10, 20)).toEqual({ page: 1, pages: 2, from: 10, to: 20 });
  expect(placeOfPage(5, 10, 0)).toEqual({ page: 0, pages: 1, from: 0, to: 0 });
});

it("takes what the gallery holds", () => {
  for (const { title, panel: told, readings } of examples) {
    if (told.kind !== "table") throw new Error(`${title} is no table.`);
    const input = { panel: told, readings, around };
    const model = shapeTable(input);
    expect(model === undefined, title).toBe(title === "Empty");
    const rows = model && twinOfTable(model, input).rows;
    expect(rows?.length ?? 0, title).toBe(readings[0]?.rows.length);
  }
});

it("takes whatever a row holds, in any format and order", () => {
  const value = fc.oneof(fc.jsonValue(), fc.double(), fc.constantFrom(1e300, Number.NaN, -0, "1e400", "-"));
  const formats = ["number", "money", "share", "percent", "milliseconds", "seconds", "time", "text"] as const;
  const columns = formats.map((as) =>
    column("amount", {
      format: { as, currency: { column: "id" }, digits: null },
      levels: [{ from: 0, tone: "bad", title: null }],
    }),
  );
  const cells = fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(cells, fc.nat(7), fc.boolean(), (rows, sortedBy, descending) => {
      const input = { panel: { ...panel, columns }, readings: [reading(rows as WireValue[][])], around };
      const model = shapeTable(input);
      if (model === undefined) throw new Error("Rows were lost.");
      expect(twinOfTable(model, input).rows).toHaveLength(rows.length);
      const order = { column: sortedBy, descending };
      const ordered = orderedRows(model.rows, model.columns, order, 0, rows.length);
      expect(new Set(ordered)).toEqual(new Set(model.rows));
      for (const row of ordered) {
        for (const each of model.columns) {
          expect(typeof each.shown(row, around.times)).toBe("string");
          each.level(row);
        }
      }
    }),
  );
});
