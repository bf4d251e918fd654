/** Berlin's clocks skip the hour from 02:00 on at 2026-03-29T01:00Z, and repeat it at 2026-10-25T01:00Z. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SqlType } from "../values/sql-type.ts";
import { ToldRows, wallClockText } from "./told-rows.ts";

const timeZone = "Europe/Berlin";
const time: SqlType = { kind: "TIMESTAMP", precision: 3, nullable: true };
const fine: SqlType = { kind: "TIMESTAMP", precision: 6, nullable: true };
const instant: SqlType = { kind: "TIMESTAMP_LTZ", precision: 3, nullable: true };
const big: SqlType = { kind: "BIGINT", nullable: true };
const text: SqlType = { kind: "VARCHAR", length: 99, nullable: true };

function of(types: readonly SqlType[], key: readonly number[] = [], zone = timeZone): ToldRows {
  const columns = types.map((type, place) => ({ name: `c${place}`, type }));
  return new ToldRows({ schema: { columns }, key, timeZone: zone });
}

test.each([
  ["2026-01-01T10:00:00.000Z", "2026-01-01T09:00:00.000Z"],
  ["2026-07-01T10:00:00.000Z", "2026-07-01T08:00:00.000Z"],
  // It is left out: counted on from before it.
  ["2026-03-29T02:30:00.000Z", "2026-03-29T01:30:00.000Z"],
  ["2026-03-29T03:30:00.000Z", "2026-03-29T01:30:00.000Z"],
  // It comes twice: the first time.
  ["2026-10-25T02:30:00.000Z", "2026-10-25T00:30:00.000Z"],
  ["2026-10-25T03:00:00.000Z", "2026-10-25T02:00:00.000Z"],
])("the wall clock %s is told as %s", (wall, told) => {
  const cells = of([time, instant, text]).cells([`"${wall}"`, `"${wall}"`, `"${wall}"`]);
  expect(cells).toEqual([`"${told}"`, `"${wall}"`, `"${wall}"`]);
  expect(of([time], [], "UTC").text(`"${wall}"`)).toBe(`"${wall}"`);
});

test("parts of a second stay, and what is no value stays none", () => {
  expect(of([fine, time]).cells(['"2026-01-01T10:00:00.000123Z"', "null"])).toEqual([
    '"2026-01-01T09:00:00.000123Z"',
    "null",
  ]);
});

test("values made of values are the same letter by letter, but for their wall clocks", () => {
  const row: SqlType = {
    kind: "ROW",
    nullable: true,
    fields: [
      { name: 'a"]', type: text },
      { name: "n", type: big },
      { name: "at", type: time },
      { name: "all", type: { kind: "ARRAY", element: time, nullable: true } },
      { name: "by", type: { kind: "MAP", key: time, value: text, nullable: true } },
      { name: "in", type: { kind: "MAP", key: row2(), value: time, nullable: true } },
    ],
  };
  const written = (at: string) =>
    `{"a\\"]":"\\\\\\"2026-01-01T10:00:00.000Z","n":9007199254740993,"at":"${at}","all":["${at}",null],` +
    `"by":{"${at}":"}","null":"x"},"in":{"{\\"at\\":\\"${at}\\"}":"${at}"}}`;
  const cell = written("2026-01-01T10:00:00.000Z");
  const told = written("2026-01-01T09:00:00.000Z");
  expect(JSON.parse(cell)).toMatchObject({ at: "2026-01-01T10:00:00.000Z" });
  expect(of([row]).text(cell)).toBe(told);
  expect(of([row]).text("null")).toBe("null");
});

function row2(): SqlType {
  return { kind: "ROW", fields: [{ name: "at", type: time }], nullable: true };
}

test("a key that was told is the one that is held, whichever wall clock it was", () => {
  const rows = of([time, text], [1, 0]);
  const fromMs = Date.parse("2026-03-28T00:00:00Z");
  const times = fc.integer({ min: 0, max: 365 * 24 * 4 }).map((quarter) => fromMs + quarter * 900_000);
  fc.assert(
    fc.property(times, fc.string(), (ms, word) => {
      const key = `[${JSON.stringify(word)},"${new Date(ms).toISOString()}"]`;
      expect(rows.heldKeys(rows.key(key))[0]).toBe(key);
    }),
  );
});

test("an instant that two wall clocks are is looked for as both", () => {
  const rows = of([time, time], [0, 1]);
  expect(rows.heldKeys('["2026-03-29T00:00:00.000Z","2026-03-29T03:00:00+02:00"]')).toEqual([
    '["2026-03-29T01:00:00.000Z","2026-03-29T03:00:00.000Z"]',
    '["2026-03-29T01:00:00.000Z","2026-03-29T02:00:00.000Z"]',
  ]);
  expect(rows.heldKeys('["2026-03-29T02:00:00.000","2026-03-29T02:00:00.000Z"]')).toEqual([
    '["2026-03-29T02:00:00.000Z","2026-03-29T04:00:00.000Z"]',
  ]);
  const both = rows.heldKeys('["2026-03-29T01:00:00.000Z","2026-03-29T01:30:00.000Z"]');
  expect(new Set(both).size).toBe(4);
});

test("a key that somebody made up is none of a row, and nothing else", () => {
  const rows = of([time, row2()], [0, 1]);
  for (const key of ["[[1,2],{}]", '[{"a":[1]},5]', '["x","y"]', "[null,[{}]]", '["2026-01-01T10:00:00Z"]'])
    expect(rows.heldKeys(key)).toHaveLength(1);
  const list: SqlType = {
    kind: "MAP",
    key: { kind: "ARRAY", element: time, nullable: true },
    value: text,
    nullable: true,
  };
  expect(of([list], [0]).heldKeys('[{"[a:b":"c"}]')).toEqual(['[{"[a:b":"c"}]']);
});

test("what a clock shows, as SQL writes it", () => {
  expect(wallClockText("2026-10-25T01:30:00.000Z", timeZone)).toBe("2026-10-25 02:30:00.000");
  expect(wallClockText("2026-01-01T09:00:00.000123Z", timeZone)).toBe("2026-01-01 10:00:00.000123");
  expect(wallClockText("2026-01-01T09:00:00.000Z", "UTC")).toBe("2026-01-01 09:00:00.000");
});
