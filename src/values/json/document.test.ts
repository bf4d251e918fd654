import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bigDecimalText,
  isArray,
  JsonNumber,
  type JsonTree,
  quoteJson,
  readJson,
  writeJson,
} from "./document.ts";

function plain(value: JsonTree): unknown {
  if (value instanceof JsonNumber) return Number(value.text);
  if (isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  return value;
}

/** JSON.parse keeps the sign of a zero, Java's integers have none. */
function parsed(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => (value === 0 ? 0 : value));
}

test("what JSON.parse reads is read alike, and written so that it is read alike again", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      fc.pre(!text.includes("__proto__"));
      const read = readJson(text)!;
      expect(plain(read.value)).toEqual(parsed(text));
      expect(parsed(writeJson(read.value))).toEqual(parsed(text));
    }),
  );
});

test("strings are quoted so that they are read again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(JSON.parse(quoteJson(text))).toBe(text);
      expect(readJson(quoteJson(text))!.value).toBe(text);
    }),
  );
});

test.each([
  "",
  " ",
  "{",
  "[1",
  '{"a"}',
  "{a:1}",
  "'a'",
  "01",
  "1.",
  ".5",
  "+1",
  "1e",
  "nul",
  "nulls",
  '"\\x"',
  '"\n"',
  "[1 2]",
  "1,",
])("%j is no JSON", (text) => {
  expect(readJson(text)).toBeUndefined();
});

describe("numbers keep what was written, as Java's BigDecimal does", () => {
  test.each([
    ["12", "12"],
    ["-0", "0"],
    ["2.50", "2.50"],
    ["1e3", "1E+3"],
    ["1.5e3", "1.5E+3"],
    ["150e-2", "1.50"],
    ["0.000001", "0.000001"],
    ["0.0000001", "1E-7"],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
  ])("%s is %s", (text, expected) => {
    expect(readJson(text)!.value).toEqual(new JsonNumber(expected));
  });

  test("a scale of zero has no exponent", () => {
    expect(bigDecimalText("-", "0012", 0)).toBe("-12");
  });
});

test("a text that nests deeper than Jackson allows is no JSON, and nothing overflows", () => {
  expect(readJson("[".repeat(1000) + "]".repeat(1000))).toBeDefined();
  expect(readJson("[".repeat(1001) + "]".repeat(1001))).toBeUndefined();
  expect(readJson("[".repeat(1_000_000))).toBeUndefined();
});
