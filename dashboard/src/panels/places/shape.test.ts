import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlacesPanel } from "../../../../src/serving/pages.ts";
import type { WireValue } from "../../../../src/serving/protocol.ts";
import { fastest, soonMs } from "../../../../test/support/fastest.ts";
import { decimalOf } from "../../data/cells.ts";
import { around, euros, frame, measureOf, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import { add, subtract, writeDecimal, zero } from "../../numbers/exact-decimal.ts";
import type { Reading } from "../panel-kind.ts";
import { countryName } from "./countries.ts";
import { examples } from "./gallery.ts";
import { type Place, type Places, shapePlaces } from "./shape.ts";
import { placesTwin } from "./twin.ts";

const named = (title: string, value = measureOf("sum", title)) => ({
  title,
  value,
  format: plainNumber,
  tone: null,
});
const base: PlacesPanel = {
  ...frame,
  kind: "places",
  by: ["country", "city"],
  time: null,
  values: [named("amount"), named("visits")],
  limit: 10,
};
const columns = {
  country: "string",
  city: "string",
  amount: "decimal",
  visits: "integer",
  at: "timestamp",
} as const;

function shaped(reading: Reading, more: Partial<PlacesPanel> = {}): Places | undefined {
  return shapePlaces({ panel: { ...base, ...more }, readings: [reading], around });
}

/** "DE 3/2" with those within it behind it. */
function told(places: readonly Place[] | undefined): readonly unknown[] | undefined {
  return places?.map(({ name, values, within }) => {
    const text = values.map((value) => (value === undefined ? "" : writeDecimal(value.value))).join("/");
    return within.length === 0 ? `${name} ${text}` : [`${name} ${text}`, ...told(within)!];
  });
}

const at = (minutesAgo: number) => new Date(noon - minutesAgo * 60_000).toISOString();
const rows = readingOf(columns, [
  ["DE", "Berlin", "0.10", 4, at(5)],
  ["DE", "Hamburg", "0.50", 1, at(5)],
  ["DE", "Berlin", "0.20", 2, at(9)],
  [null, null, "0.80", 3, at(9)],
  ["FR", "Lyon", "0.40", null, at(70)],
]);

describe("places", () => {
  it("are ranked by the first value, each with those within it", () => {
    expect(told(shaped(rows)?.places)).toEqual([
      ["DE 0.80/7", "Hamburg 0.50/1", "Berlin 0.30/6"],
      ["null 0.80/3", "null 0.80/3"],
      ["FR 0.40/", "Lyon 0.40/"],
    ]);
    expect(told(shaped(rows, { by: ["city"] })?.places)).toEqual([
      "null 0.80/3",
      "Hamburg 0.50/1",
      "Lyon 0.40/",
      "Berlin 0.30/6",
    ]);
  });

  it("have shares of all, those within others too", () => {
    const [germany, ...others] = shaped(rows, { limit: 1 })!.places;
    expect(others).toEqual([]);
    expect([germany?.share, germany?.within[0]?.share].map((share) => share && writeDecimal(share))).toEqual([
      "0.400000000000",
      "0.250000000000",
    ]);
    expect([germany?.length, germany?.within[0]?.length, germany?.hidden]).toEqual([1, 0.625, 1]);
    expect(shaped(rows, { limit: 1 })?.notes).toEqual(["2 more are not shown."]);
  });

  it("have no shares of what is no whole", () => {
    const rate = measureOf("sum", "amount", { aggregate: "sum", column: "visits" });
    for (const value of [rate, measureOf("max", "amount"), measureOf("min", "amount")]) {
      expect(shaped(rows, { values: [named("value", value)] })?.places[0]?.share).toBeUndefined();
    }
    const mixed = readingOf({ ...columns, currency: "string" }, [
      ["DE", "Berlin", "1.00", 1, at(1), "EUR"],
      ["US", "Boston", "1.00", 1, at(1), "USD"],
    ]);
    const format = { ...euros, currency: { column: "currency" } };
    expect(shaped(mixed, { values: [{ ...named("amount"), format }] })?.places[0]?.share).toBeUndefined();
  });

  it("have rates that are sum by sum", () => {
    const rate = measureOf("sum", "amount", { aggregate: "sum", column: "visits" });
    expect(told(shaped(rows, { by: ["country"], values: [named("rate", rate)] })?.places)).toEqual([
      "null 0.266666666667",
      "DE 0.114285714286",
    ]);
  });

  it("are of the page's span, and of the newest instant where the latest is taken", () => {
    const by = ["country"];
    expect(told(shaped(rows, { by, time: "at" })?.places)).toEqual(["DE 0.80/7", "null 0.80/3"]);
    const values = [named("amount", measureOf("latest", "amount"))];
    expect(told(shaped(rows, { by, time: "at", values })?.places)).toEqual(["DE 0.60"]);
    const share = {
      ...named("share", measureOf("latest", "amount")),
      format: { ...plainNumber, as: "share" as const },
    };
    const ofShares = shaped(rows, { time: "at", values: [...values, share] })?.places;
    expect(told(ofShares)).toEqual([["DE 0.60/", "Hamburg 0.50/0.50", "Berlin 0.10/0.10"]]);
    expect(shaped({ ...rows, rows: rows.rows.slice(4) }, { by, time: "at", values })).toBeUndefined();
  });

  it("tell what is open and what was corrected", () => {
    const changed = {
      ...rows,
      rows: rows.rows.map((row, place) => ({ ...row, final: place !== 1, revision: place === 3 ? 1 : 0 })),
    };
    const places = shaped(changed, { time: "at" });
    expect(places?.places.map(({ isOpen, isCorrected }) => [isOpen, isCorrected])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(places?.places[0]?.within.map(({ isOpen }) => isOpen)).toEqual([true, false]);
    expect(places?.notes).toHaveLength(2);
    expect(shaped(changed)?.notes).toEqual([]);
  });

  it("without a value are left out and counted", () => {
    const reading = readingOf(columns, [
      ["DE", "a", "NaN", 1],
      ["FR", "b", "-2", 1],
    ]);
    expect(told(shaped(reading, { by: ["country"] })?.places)).toEqual(["FR -2/1"]);
    expect(shaped(reading)?.notes).toEqual(["1 without a value."]);
    const ofBoth = readingOf(columns, [
      ["FR", "b", "-2", 1],
      ["NL", "d", "4", 1],
      ["DE", "c", "4.0", 1],
    ]);
    expect(shaped(ofBoth)?.places.map(({ name, length }) => [name, length])).toEqual([
      ["DE", 1],
      ["NL", 1],
      ["FR", 0],
    ]);
    expect(shaped(readingOf(columns, []))).toBeUndefined();
  });

  it("have a twin with each in its place", () => {
    const { headings, rows: cells } = placesTwin(shaped(rows)!, { panel: base, readings: [], around });
    expect(headings).toEqual(["country", "city", "amount", "visits", "Share of all"]);
    expect(cells.slice(0, 4)).toEqual([
      ["DE", "", "0.80", "7", "0.400000000000"],
      ["DE", "Hamburg", "0.50", "1", "0.250000000000"],
      ["DE", "Berlin", "0.30", "6", "0.150000000000"],
      ["none", "", "0.80", "3", "0.400000000000"],
    ]);
  });
});

describe("countries", () => {
  it("have their names by their codes, where they are that", () => {
    expect(countryName("DE")).not.toBe("DE");
    expect(["DE", "de", "Germany", "QQ", "<>", "1a"].map((text) => countryName(text) !== undefined)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    const [germany] = shaped(readingOf(columns, [["DE", "GB", "1", 1]]))!.places;
    expect([germany?.name, germany?.country, germany?.within[0]?.country]).toEqual([
      "DE",
      countryName("DE"),
      undefined,
    ]);
  });
});

describe("places of whatever rows", () => {
  const name = fc.constantFrom<WireValue>("a", "b", null, "", "<b>", 7, true, [1]);
  const amount = fc.oneof(
    fc.constantFrom<WireValue>("NaN", null, 1e300, -1e-9, "1e5"),
    fc.bigInt().map((value) => writeDecimal({ unscaled: value, scale: 2 })),
  );

  it("are together what the rows are, and so are those within them", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name, amount)), (drawn) => {
        const places = shaped(readingOf(columns, drawn))?.places ?? [];
        const expected = drawn.reduce((sum, [, , value]) => add(sum, decimalOf(value) ?? zero), zero);
        const sumOf = (each: readonly Place[]) =>
          each.reduce((sum, { values: [value] }) => add(sum, value?.value ?? zero), zero);
        expect(subtract(sumOf(places), expected).unscaled).toBe(0n);
        expect(subtract(sumOf(places.flatMap(({ within }) => within)), expected).unscaled).toBe(0n);
      }),
    );
  });

  it("are shaped as each example of the gallery has them, soon", () => {
    for (const { title, panel, readings } of examples) {
      const { made, tookMs } = fastest(() => shapePlaces({ panel: panel as PlacesPanel, readings, around }));
      expect([title, made === undefined]).toEqual([title, title === "Nothing"]);
      expect(tookMs).toBeLessThan(soonMs);
    }
  });
});
