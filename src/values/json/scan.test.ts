/** The oracle is the platform's own parser: what JSON.parse takes is JSON, what it refuses is not. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkValue, depthMax, padding, passValue, scanFailure, skipSpace } from "./scan.ts";

const encoder = new TextEncoder();

/** The text with what stands behind it in memory: first a 0, then anything. */
function inMemory(text: string, behind = 0): { bytes: Uint8Array; end: number } {
  const encoded = encoder.encode(text);
  const bytes = new Uint8Array(encoded.length + padding).fill(behind, encoded.length + 1);
  bytes.set(encoded);
  return { bytes, end: encoded.length };
}

function isJsonForUs(text: string): boolean {
  const { bytes, end } = inMemory(text, 0x5d);
  const behind = checkValue(bytes, skipSpace(bytes, 0), end, 0);
  return behind >= 0 && skipSpace(bytes, behind) === end;
}

function isJsonForThePlatform(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // Not JSON, which is the answer.
  }
}

const isUsable = (text: string) => text.isWellFormed() && !/\\u[dD][89a-fA-F]/.test(text);
const space = fc.string({ unit: fc.constantFrom(" ", "\n", "\r", "\t"), maxLength: 2 });
const string = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }).map((text) => JSON.stringify(text.toWellFormed())),
  fc
    .array(fc.constantFrom("a", "\\n", "\\u00e9", "\\ud83d\\ude00", '\\"', "\\\\", "\\/", "é", "\u{1f600}"))
    .map((parts) => `"${parts.join("")}"`),
);
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom("0", "-0", "1e5", "1E+05", "-1.50e-3", "123456789012345678901234567890"),
);
const { value: jsonText } = fc.letrec<{ value: string; nested: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("null", "true", "false"),
    number,
    string,
    tie("nested"),
  ),
  nested: fc.oneof(
    fc
      .tuple(space, fc.array(fc.tuple(space, tie("value"), space), { maxLength: 4 }))
      .map(([inner, items]) => {
        return items.length === 0 ? `[${inner}]` : `[${items.map((item) => item.join("")).join(",")}]`;
      }),
    fc
      .tuple(space, fc.array(fc.tuple(space, string, space, space, tie("value"), space), { maxLength: 4 }))
      .map(([inner, members]) => {
        const texts = members.map(([a, key, b, c, value, d]) => `${a}${key}${b}:${c}${value}${d}`);
        return members.length === 0 ? `{${inner}}` : `{${texts.join(",")}}`;
      }),
  ),
}));

test("takes every JSON text, with white space anywhere", () => {
  fc.assert(
    fc.property(fc.tuple(space, jsonText, space), (parts) => {
      const text = parts.join("");
      expect(isJsonForThePlatform(text), text).toBe(true);
      expect(isJsonForUs(text), text).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("agrees with JSON.parse about texts with characters changed, lost or put in", () => {
  const change = fc.tuple(
    fc.nat(),
    fc.constantFrom("", ...'{}[]",:\\u0123456789abcdefE+-.tn \n\t\0\x1f\x7f'),
    fc.nat(1),
  );
  fc.assert(
    fc.property(jsonText, fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
      let changed = text;
      for (const [place, character, taken] of changes) {
        const at = place % (changed.length + 1);
        changed = changed.slice(0, at) + character + changed.slice(at + taken);
      }
      fc.pre(isUsable(changed));
      expect(isJsonForUs(changed), changed).toBe(isJsonForThePlatform(changed));
    }),
    { numRuns: 8_000 },
  );
});

test("agrees with JSON.parse about texts of JSON's own characters", () => {
  const unit = fc.constantFrom(...'{}[]",:\\u0019.-eE tfn', "true", "false", "null", "\\n", "\n");
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
      fc.pre(isUsable(text));
      expect(isJsonForUs(text), text).toBe(isJsonForThePlatform(text));
    }),
    { numRuns: 8_000 },
  );
});

test("refuses half a surrogate pair, which UTF-8 cannot write", () => {
  const halves = ['"\\ud800"', '"\\udc00"', '"\\ud800\\u0041"', '"\\udc00\\ud800"', '"\\ud800x"', '"\\ud83d'];
  for (const text of halves) expect(isJsonForUs(text), text).toBe(false);
  expect(isJsonForUs('"\\uD83D\\uDE00 \\udbff\\udfff"')).toBe(true);
});

test("ends at the end of the text, whatever lies behind it in memory", () => {
  for (const whole of ['{"a":[1,2]}', '"text\\u0041"', "[true,false,null]", "{}", "[]", "[\n]", "-1.5e-3"]) {
    for (let end = 0; end < whole.length; end++) {
      const bytes = inMemory(whole).bytes;
      const cut = isJsonForThePlatform(whole.slice(0, end));
      expect(checkValue(bytes, 0, end, 0) >= 0, `${whole} cut at ${end}`).toBe(cut);
    }
  }
});

test("takes 64 levels, refuses 65, and 10,000 do not break it", () => {
  const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  expect(isJsonForUs(nested(depthMax))).toBe(true);
  expect(isJsonForUs(nested(depthMax + 1))).toBe(false);
  expect(scanFailure.tooDeep).toBe(true);
  expect(isJsonForUs(nested(10_000))).toBe(false);
  expect(isJsonForUs(`${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`)).toBe(false);
  expect(scanFailure.tooDeep).toBe(true);
});

test("tells where the text stops being JSON", () => {
  const places: readonly [string, number][] = [
    ['{"a":x}', 5],
    ['{"a" 1}', 5],
    ['{"a":1', 6],
    ["[1,]", 3],
    ['"a\tb"', 2],
    ['"a\\x"', 3],
    ["1.x", 2],
  ];
  for (const [text, at] of places) {
    expect(isJsonForUs(text), text).toBe(false);
    expect(scanFailure, text).toEqual({ at, tooDeep: false });
  }
});

test("walks over checked values to the same place as the check", () => {
  fc.assert(
    fc.property(jsonText, fc.constantFrom(",", "}", "]", " ", "\n"), (text, next) => {
      const { bytes, end } = inMemory(`${text}${next}`);
      const view = new DataView(bytes.buffer);
      const behind = checkValue(bytes, 0, end, 0);
      fc.pre(behind >= 0);
      expect(passValue(view, bytes, 0), text).toBe(behind);
    }),
    { numRuns: 3_000 },
  );
});
