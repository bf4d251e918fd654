/**
 * An element of an array that is not JSON costs itself alone, and never makes half a row pass for a whole
 * one.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bodyCheckOf } from "../../../test/support/check-rows.ts";

const check = bodyCheckOf("CREATE TABLE t (a INT, s STRING, more ARRAY<INT>)");
const row = (a: number) => JSON.stringify({ a });

/** The rows that passed by index, and the others by index and message. */
function outcome(body: string) {
  const { passed, rejected } = check(body);
  return {
    passed: [...passed],
    rejected: rejected.map(({ index, code, message }) => [index, code, message]),
  };
}

describe("a broken element is rejected with its place, its neighbours are kept", () => {
  test.each([
    ["a number with a leading zero", '{"a":01}', 6, '"1" is unexpected'],
    ["half of a surrogate pair", '{"s":"\\ud800"}', 6, '"\\" is unexpected'],
    ["an escape that does not exist", '{"s":"\\x"}', 7, '"x" is unexpected'],
    ["NaN", '{"a":NaN}', 5, '"N" is unexpected'],
    ["a control character in a string", '{"s":"x\u0001y"}', 7, "the byte 0x01 is unexpected"],
    ["a newline in a string", '{"s":"x\ny"}', 7, "the byte 0x0a is unexpected"],
    ["a missing colon", '{"a" 1}', 5, '"1" is unexpected'],
    ["a missing value", '{"a":}', 5, '"}" is unexpected'],
    ["a missing comma between fields", '{"a":1 "s":"x"}', 7, '""" is unexpected'],
    ["a name without quotes", "{a:1}", 1, '"a" is unexpected'],
    ["a comma too many in an object", '{"a":1,}', 7, '"}" is unexpected'],
    ["a comma too many in a nested array", '{"more":[1,2,],"s":"]},{"}', 13, '"]" is unexpected'],
    ["a word", "nothing", 0, '"n" is unexpected'],
    ["no comma behind the row before", `${row(7)} ${row(8)}`, 8, '"{" is unexpected'],
    ["something behind the row", `${row(7)} x`, 8, '"x" is unexpected'],
    ["nothing", "", 0, "it ends too early"],
    ["brackets and commas in texts", '{"s":"],}{[\\",","a":01,"b":[{}]}', 21, '"1" is unexpected'],
  ])("%s", (_, broken, offset, problem) => {
    const message = `Not JSON at byte ${offset}: ${problem}.`;
    for (const [index, body] of [
      `[ ${broken} , ${row(1)},\n${row(2)} ]`,
      `[${row(1)}, ${broken}\n\t,${row(2)}]`,
      `[${row(1)},${row(2)}, ${broken} \r\n] `,
    ].entries()) {
      const places = [0, 1, 2].filter((place) => place !== index);
      expect(outcome(body)).toEqual({
        passed: [
          [places[0], row(1)],
          [places[1], row(2)],
        ],
        rejected: [[index, "row.not-json", message]],
      });
      const { starts, ends } = check(body);
      expect(body.slice(starts[index], ends[index])).toBe(broken);
    }
  });

  test("a value with something behind it counts for nothing, its event time neither", () => {
    const timed = bodyCheckOf("CREATE TABLE t (ts TIMESTAMP(3), WATERMARK FOR ts AS ts)");
    const at = (second: number) => `{"ts":"2026-03-01T00:00:0${second}"}`;
    const { passed, eventTimesMs } = timed(`[${at(1)},${at(9)} x,${at(2)}]`);
    expect([...passed.keys()]).toEqual([0, 2]);
    expect(eventTimesMs).toEqual([1, 2].map((second) => Date.UTC(2026, 2, 1, 0, 0, second)));
  });

  test("a row that is nested too deeply and broken behind that", () => {
    const deep = `{"x":${"[".repeat(100)}01${"]".repeat(100)} !}`;
    expect(outcome(`[${row(1)},${deep},${row(2)}]`)).toMatchObject({
      passed: [
        [0, row(1)],
        [2, row(2)],
      ],
      rejected: [[1, "row.too-deep", "Nested deeper than 64 levels at byte 68."]],
    });
  });
});

describe("where brackets or quotes do not come in pairs, all from the broken element on is one row", () => {
  test.each([
    ["an open string", `{"s":"x},${row(2)},{"s":"y"}`],
    ["an open object", `{"a":1,${row(2)}`],
    ["an open array", `{"more":[1},${row(2)}`],
    ["a brace too many", `x},${row(2)}`],
    ["brackets that cross", `{"more":[1}],"a":2},${row(2)}`],
    ["a nested object that would stand free", `{"more":[{"a":2]},${row(2)}],"s":"x"}`],
  ])("%s", (_, rest) => {
    const body = `[${row(1)}, ${rest}] \n`;
    const { passed, rejected, rowCount, starts, ends } = check(body);
    expect([...passed]).toEqual([[0, row(1)]]);
    expect([rowCount, rejected.map(({ index, code }) => [index, code])]).toEqual([2, [[1, "row.not-json"]]]);
    expect(body.slice(starts[1], ends[1])).toBe(`${rest}]`);
  });
});

const text = fc.string({ unit: fc.constantFrom(...'ab{}[],:\\" 0') });
const good = fc.record({ a: fc.nat(9), s: text }).map((value) => JSON.stringify(value));
/** Not JSON, but its brackets and quotes come in pairs. */
const garbage = fc
  .tuple(
    good,
    fc.constantFrom("01", "NaN", "tru", "- 1", "[1,]", "{,}", '{"a" 1}', '"\\q"', '"\t"', "1 2", ""),
  )
  .chain(([json, bad]) =>
    fc.constantFrom(
      `{"x":${bad}}`,
      `[${json},${bad} ${bad},]`,
      `${json} ${bad}${json}`,
      `${json.slice(0, -1)},}`,
    ),
  );
const space = fc.string({ unit: fc.constantFrom(" ", "\n", "\t", "\r"), maxLength: 2 });

test("exactly the broken elements are rejected, the others are taken in order and byte by byte", () => {
  const element = fc.record({ good, garbage, isBroken: fc.boolean(), before: space, behind: space });
  fc.assert(
    fc.property(fc.array(element, { minLength: 1, maxLength: 12 }), (elements) => {
      const texts = elements.map((each) => (each.isBroken ? each.garbage : each.good));
      const body = `[${elements.map(({ before, behind }, at) => before + texts[at] + behind).join(",")}]`;
      const { passed, rejected, starts, ends } = check(body);
      const at = (broken: boolean) =>
        [...elements.keys()].filter((each) => elements[each]!.isBroken === broken);
      expect([...passed]).toEqual(at(false).map((each) => [each, texts[each]]));
      expect(rejected.map(({ index, code }) => [index, code])).toEqual(
        at(true).map((each) => [each, "row.not-json"]),
      );
      for (const each of at(true)) expect(body.slice(starts[each], ends[each])).toBe(texts[each]);
    }),
    { numRuns: 1_000 },
  );
});

test("whatever is broken, each byte is in one row, and those that pass are JSON", () => {
  const mutation = fc.record({
    place: fc.double({ min: 0, max: 1, noNaN: true }),
    put: text,
    drop: fc.nat(4),
  });
  fc.assert(
    fc.property(
      fc.array(good, { minLength: 1, maxLength: 8 }),
      fc.array(mutation, { maxLength: 3 }),
      (rows, all) => {
        let body = `[${rows.join(",")}]`;
        for (const { place, put, drop } of all) {
          const at = Math.floor(place * body.length);
          body = body.slice(0, at) + put + body.slice(at + drop);
        }
        let checked: ReturnType<typeof check>;
        try {
          checked = check(body);
        } catch {
          return; // Refused whole: nothing was taken.
        }
        const { passed, rejected, rowCount, starts, ends } = checked;
        expect(passed.size + rejected.length).toBe(rowCount);
        for (const taken of passed.values()) expect(JSON.parse(taken)).toBeTypeOf("object");
        // Each byte is in one row or between two: a comma, and white space.
        for (let at = 1; at < rowCount; at++) expect(body.slice(ends[at - 1], starts[at]).trim()).toBe(",");
      },
    ),
    { numRuns: 1_000 },
  );
});

test("many broken elements cost no more than their bytes", () => {
  const broken = `[${Array.from({ length: 100_000 }, () => '{"a":01}').join(",")}]`;
  const startedAt = performance.now();
  expect(check(broken).rejected).toHaveLength(100_000);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});
