import fc from "fast-check";
import { expect, it } from "vitest";
import type { FeedPanel } from "../../../../src/serving/pages.ts";
import type { WireValue } from "../../../../src/serving/protocol.ts";
import { around, euros, frame, noon, plainNumber, readingOf } from "../../data/fixture.ts";
import { aboutFeed } from "./about.ts";
import { examples } from "./gallery.ts";
import { type FeedItem, shapeFeed, twinOfFeed, withHeld } from "./shape.ts";

const at = (seconds: number): string => new Date(noon + seconds * 1_000).toISOString();

const panel: FeedPanel = {
  ...frame,
  kind: "feed",
  time: "at",
  text: "{who} made {count|number}",
  formats: { count: plainNumber },
  more: null,
  levels: [{ from: 1_000, tone: "bad", title: "high" }],
  levelOf: "count",
  limit: 3,
  actions: [],
  detail: null,
  none: null,
};

function shaped(told: Partial<FeedPanel>, rows: readonly (readonly WireValue[])[]) {
  const reading = readingOf({ who: "string", count: "integer", at: "timestamp", money: "decimal" }, rows);
  return shapeFeed({ panel: { ...panel, ...told }, readings: [reading], around });
}

const words = (items: readonly FeedItem[] = []): readonly string[] =>
  items.map(({ text }) => text.map((piece) => piece.text).join(""));

it("shows the newest first, as many as are asked for, and counts the others", () => {
  const model = shaped({ text: "{who}" }, [
    ["b", 1, at(-50)],
    ["never", 1, null],
    ["d", 1, at(-1)],
    ["a", 1, at(-90)],
    ["c", 1, at(-20)],
  ]);
  expect(words(model?.items)).toEqual(["d", "c", "b"]);
  expect(model?.left).toBe(2);
});

it("shows rows without a time last, and as they come where no time is told", () => {
  const rows = [
    ["soon", 1, "soon"],
    ["new", 1, at(0)],
    ["far", 1, 1e300],
  ] as const;
  expect(words(shaped({ text: "{who}" }, rows)?.items)).toEqual(["new", "soon", "far"]);
  expect(words(shaped({ text: "{who}", time: null }, rows)?.items)).toEqual(["soon", "new", "far"]);
});

it("is nothing where there are no rows", () => {
  expect(shaped({}, [])).toBeUndefined();
  expect(shapeFeed({ panel, readings: [], around })).toBeUndefined();
});

it("writes values as their formats say, exact beside it, and nothing for what is not there", () => {
  const told = { text: "{who}: {money|money}, {gone}{count}", formats: { money: euros, count: plainNumber } };
  const [item] = shaped(told, [["Ada", 1_234, at(0), "0.105"]])?.items ?? [];
  expect(item?.text.map(({ text, exact }) => ({ text, exact }))).toEqual([
    { text: "Ada", exact: "Ada" },
    { text: ": ", exact: undefined },
    { text: (0.105).toLocaleString(undefined, { style: "currency", currency: "EUR" }), exact: "0.105 EUR" },
    { text: ", ", exact: undefined },
    { text: "", exact: "" },
    { text: (1_234).toLocaleString(), exact: "1234" },
  ]);
});

it("is exact as a table, with words for levels and states where there are any", () => {
  const reading = readingOf({ who: "string", count: "integer", at: "timestamp" }, [
    ["Ada", 1_000, at(-1)],
    ["Bob", 999, at(-2)],
    ["Eve", 1, at(-3)],
  ]);
  const [first, second, third] = reading.rows;
  const rows = [{ ...first!, final: false }, { ...second!, revision: 1 }, third!];
  const model = shapeFeed({ panel, readings: [{ ...reading, rows }], around });
  expect(model && twinOfFeed(model)).toEqual({
    headings: ["Time", "What", "Level", "State"],
    rows: [
      ["2026-03-01T11:59:59.000Z", "Ada made 1000", "high", "open"],
      ["2026-03-01T11:59:58.000Z", "Bob made 999", "", "corrected r1"],
      ["2026-03-01T11:59:57.000Z", "Eve made 1", "", "final"],
    ],
  });
  const plain = shaped({ time: null, levels: [], more: "{who}" }, [["Ada", 1, null]]);
  expect(plain && twinOfFeed(plain)).toEqual({ headings: ["What", "More"], rows: [["Ada made 1", "Ada"]] });
});

it("keeps what is open where it is read, though newer rows have taken its place", () => {
  const rows = [
    ["c", 1, at(-3)],
    ["b", 1, at(-2)],
    ["a", 1, at(-1)],
  ] as const;
  const all = shaped({ text: "{who}", limit: 9 }, rows)?.items ?? [];
  const shown = all.filter(({ key }) => key !== all[1]?.key);
  const held = new Map([[all[1]!.key, all[1]!]]);
  expect(words(withHeld(shown, held))).toEqual(["a", "b", "c"]);
  expect(withHeld(all, held)).toBe(all);
  const asTheyCome = shaped({ text: "{who}", limit: 9, time: null }, rows)?.items ?? [];
  expect(words(withHeld(asTheyCome.slice(1), new Map([["gone", asTheyCome[0]!]])))).toEqual(["b", "a", "c"]);
});

it("orders as sorting all rows would", () => {
  const times = fc.array(fc.option(fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 12 }), (seconds, limit) => {
      const rows = seconds.map((each, index) => [`${index}`, 1, each === null ? null : at(each)] as const);
      const model = shaped({ limit }, rows);
      const shown = model?.items.map(({ atMs }) => atMs);
      const sorted = seconds.map((each) => each ?? -1).sort((left, right) => right - left);
      const expected = sorted.slice(0, limit).map((each) => (each === -1 ? undefined : noon + each * 1_000));
      expect(shown).toEqual(expected);
    }),
  );
});

it("takes whatever a row holds", () => {
  const value = fc.oneof(fc.jsonValue(), fc.double(), fc.constantFrom(1e300, Number.NaN, -0, "1e400", "-"));
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value, value, value), { maxLength: 5 }), (rows) => {
      const text = "{who} {count} {at} {money|money} {who.a.b}";
      const told = { text, formats: { money: euros, at: { ...plainNumber, as: "time" } } } as const;
      const model = shaped(told, rows as WireValue[][]);
      if (model !== undefined) expect(twinOfFeed(model).rows).toHaveLength(Math.min(3, rows.length));
    }),
  );
});

it("takes what the gallery holds, 100,000 rows within 150 ms", () => {
  for (const { title, panel: told, readings } of examples) {
    if (told.kind !== "feed") throw new Error(`${title} is no feed.`);
    const times = [1, 2, 3].map(() => {
      // The thread's own work: the machine may be busy with something else.
      const before = process.threadCpuUsage();
      const model = shapeFeed({ panel: told, readings, around });
      expect(model === undefined, title).toBe(title === "Empty");
      return process.threadCpuUsage(before).user / 1_000;
    });
    expect(Math.min(...times), title).toBeLessThan(150);
  }
});

it("tells of a number its column, every digit and its row, and of an entry all its numbers", () => {
  const told = { text: "{who} {money}", more: "{count}", formats: { money: euros, count: plainNumber } };
  const reading = readingOf({ who: "string", money: "decimal", count: "integer" }, [["Ada", "0.105", 3]]);
  const input = { panel: { ...panel, time: null, ...told }, readings: [reading], around };
  const about = (...mark: readonly (string | number)[]) => aboutFeed(mark, shapeFeed(input)!, input);
  const [money, count] = [
    { title: "money", formula: "money", value: "0.105 EUR" },
    { title: "count", formula: "count", value: "3" },
  ];
  const [row] = reading.rows;
  expect(about(row!.key, "text", 2)).toMatchObject({ title: "Panel, money", numbers: [money], rows: [row] });
  expect(about(row!.key, "more", 0)).toMatchObject({ title: "Panel, count", numbers: [count] });
  expect(about(row!.key)?.numbers).toEqual([money, count]);
  expect(about("gone")).toBeUndefined();
});
