import fc from "fast-check";
import { expect, it } from "vitest";
import type { Format } from "../../../../src/serving/pages.ts";
import type { WireType, WireValue } from "../../../../src/serving/protocol.ts";
import { fastest, soonMs } from "../../../../test/support/fastest.ts";
import { plainNumber, readingOf } from "../../data/fixture.ts";
import { shownColumn } from "../detail/columns.ts";
import { foundRows, orderedRows } from "./order.ts";

const text: Format = { ...plainNumber, as: "text" };

function sorted(
  values: readonly WireValue[],
  type: WireType,
  descending = false,
  [from, to] = [0, values.length],
): readonly WireValue[] {
  const reading = readingOf(
    { value: type },
    values.map((value) => [value]),
  );
  const column = shownColumn({ column: "value", title: "", format: text, levels: [] }, reading);
  return orderedRows(reading.rows, [column], { column: 0, descending }, from, to).map(
    (row) => row.values[0]!,
  );
}

it("compares numbers by every digit", () => {
  const values = ["10", "9", "-1", "90071992547409.93", "90071992547409.92", "0.30", "0.3", "1e3", null];
  expect(sorted(values, "decimal")).toEqual([
    "-1",
    "0.30",
    "0.3",
    "9",
    "10",
    "90071992547409.92",
    "90071992547409.93",
    "1e3",
    null,
  ]);
  expect(sorted(["9007199254740993.1", "9007199254740993.2", "9007199254740993.0"], "decimal", true)).toEqual(
    ["9007199254740993.2", "9007199254740993.1", "9007199254740993.0"],
  );
});

it("orders texts as people do, and instants by what they mean", () => {
  expect(sorted(["Zoë", "ärger", "Ast", "zebra", ""], "string")).toEqual(
    ["", "ärger", "Ast", "zebra", "Zoë"].sort(new Intl.Collator().compare),
  );
  expect(sorted(["2026-03-01T12:00:00+02:00", "2026-03-01T11:00:00.000Z"], "timestamp")).toEqual([
    "2026-03-01T12:00:00+02:00",
    "2026-03-01T11:00:00.000Z",
  ]);
});

it("has null last, in either direction", () => {
  expect(sorted([null, 2, null, 1], "integer")).toEqual([1, 2, null, null]);
  expect(sorted([null, 2, null, 1], "integer", true)).toEqual([2, 1, null, null]);
});

it("leaves equal rows as they came, and all rows without an order", () => {
  const reading = readingOf({ group: "string", id: "integer" }, [
    ["b", 1],
    ["a", 2],
    ["b", 3],
    ["a", 4],
  ]);
  const columns = [shownColumn({ column: "group", title: "", format: text, levels: [] }, reading)];
  const ids = (order: Parameters<typeof orderedRows>[2]) =>
    orderedRows(reading.rows, columns, order, 0, 4).map(({ values }) => values[1]);
  expect(ids({ column: 0, descending: false })).toEqual([2, 4, 1, 3]);
  expect(ids({ column: 0, descending: true })).toEqual([1, 3, 2, 4]);
  expect(ids(null)).toEqual([1, 2, 3, 4]);
  expect(ids({ column: 7, descending: true })).toEqual([1, 2, 3, 4]);
});

it("gives any part of the order as sorting all of it would", () => {
  const value = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(null), fc.constant("x"));
  const cases = fc.tuple(fc.array(value, { maxLength: 60 }), fc.nat(60), fc.nat(60), fc.boolean());
  fc.assert(
    fc.property(cases, ([values, start, count, descending]) => {
      const from = Math.min(start, values.length);
      const to = Math.min(from + count, values.length);
      const rank = (each: WireValue): number => (typeof each === "number" ? 0 : each === null ? 2 : 1);
      const plain = values.toSorted((left, right) => {
        const numbers = typeof left === "number" && typeof right === "number" ? left - right : 0;
        return rank(left) - rank(right) || (descending ? -numbers : numbers);
      });
      expect(sorted(values, "integer", descending, [from, to])).toEqual(plain.slice(from, to));
    }),
  );
});

it("finds a text in any column, in whatever case, and a number as it is shown", () => {
  const reading = readingOf({ name: "string", total: "decimal", tags: "array" }, [
    ["Köln <b>", "1234567.50", ["New"]],
    ["1,29", null, null],
    [null, "5", []],
  ]);
  const columns = ["name", "total", "tags"].map((column) =>
    shownColumn({ column, title: "", format: text, levels: [] }, reading),
  );
  const found = (search: string) =>
    foundRows(reading.rows, columns, search).map((row) => reading.rows.indexOf(row));
  expect(found("")).toEqual([0, 1, 2]);
  expect(found("  KÖLN ")).toEqual([0]);
  expect(found("<B>")).toEqual([0]);
  expect(found("new")).toEqual([0]);
  expect(found((1_234_567.5).toLocaleString())).toEqual([0]);
  expect(found("1,29")).toEqual([1]);
  expect(found("null")).toEqual([]);
});

it("puts a page of 100,000 rows in order, and searches them, soon", () => {
  const count = 100_000;
  const rows = Array.from({ length: count }, (_, at): WireValue[] => [
    `user ${(at * 7_919) % count}`,
    `${(at * 104_729) % count}.25`,
    new Date(1_772_366_400_000 + ((at * 31) % count) * 1_000).toISOString(),
  ]);
  const reading = readingOf({ name: "string", total: "decimal", at: "timestamp" }, rows);
  const columns = ["name", "total", "at"].map((column) =>
    shownColumn({ column, title: "", format: text, levels: [] }, reading),
  );
  for (const column of [0, 1, 2]) {
    for (const from of [0, count / 2]) {
      const order = { column, descending: true };
      expect(fastest(() => orderedRows(reading.rows, columns, order, from, from + 25)).tookMs).toBeLessThan(
        soonMs,
      );
    }
  }
  expect(foundRows(reading.rows, columns, "user 99999")).toHaveLength(1);
  expect(fastest(() => foundRows(reading.rows, columns, "user 99999")).tookMs).toBeLessThan(soonMs);
});
