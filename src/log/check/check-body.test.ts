import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bodyCheckOf } from "../../../test/support/check-rows.ts";
import { QuickwaterError } from "../../errors/quickwater-error.ts";

const statement = "CREATE TABLE t (a INT NOT NULL, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)";
const check = bodyCheckOf(statement);
const row = (a: unknown, time = "2026-03-01T00:00:00") => JSON.stringify({ a, ts: time });

/** The indexes that passed and those that did not, with their codes. */
function outcome(body: string | Uint8Array, lines: boolean) {
  const { passed, rejected } = check(body, lines);
  return { passed: [...passed.keys()], rejected: rejected.map(({ index, code }) => [index, code]) };
}

function refusal(body: string | Uint8Array, lines = false): string {
  try {
    check(body, lines);
  } catch (error) {
    if (error instanceof QuickwaterError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "taken";
}

describe("one object a line", () => {
  test("blank lines, CRLF and a missing last newline are no rows", () => {
    const body = `\n\r\n${row(1)}\r\n   \n\t\n${row(2)}\n\n\n${row(3)}`;
    expect(outcome(body, true)).toEqual({ passed: [0, 1, 2], rejected: [] });
    expect(outcome(`${body}\n`, true)).toEqual({ passed: [0, 1, 2], rejected: [] });
  });

  test("a bad line costs itself alone, and indexes count it", () => {
    const body = [row(1), row("x"), "{", row(2), "", row(null), "7", row(3)].join("\n");
    expect(outcome(body, true)).toEqual({
      passed: [0, 3, 6],
      rejected: [
        [1, "row.wrong-type"],
        [2, "row.not-json"],
        [4, "row.null-field"],
        [5, "row.not-an-object"],
      ],
    });
  });

  test("a row that is cut by a newline anywhere is not put together with the next line", () => {
    const whole = '{ "a" : 10 , "s" : "t\\u0041" , "ts" : "2026-03-01T00:00:00" , "x" : { "y" : [ ] } }';
    for (let cut = 1; cut < whole.length; cut++) {
      const { passed, rejected } = check(`${whole.slice(0, cut)}\n${whole.slice(cut)}`, true);
      expect([...passed.keys()], `cut at ${cut}`).toEqual([]);
      expect(rejected[0]?.code, `cut at ${cut}`).toBe("row.not-json");
      expect(rejected[0]?.message, `cut at ${cut}`).toMatch(/ends too early|"\\" is unexpected/);
    }
  });

  test("the original text of each row is known", () => {
    const { passed } = check(`  ${row(1)} \r\n${row(2)}`, true);
    expect([...passed.values()].map((text) => text.trim())).toEqual([row(1), row(2)]);
  });
});

describe("an array", () => {
  test("white space anywhere, one bad element among good ones", () => {
    const body = ` \n[ ${row(1)}\r\n,\t${row("x")} ,5 , ${row(2)}\n] \n`;
    expect(outcome(body, false)).toEqual({
      passed: [0, 3],
      rejected: [
        [1, "row.wrong-type"],
        [2, "row.not-an-object"],
      ],
    });
  });

  test("one object is one row", () => {
    expect(outcome(` ${row(1)} `, false)).toEqual({ passed: [0], rejected: [] });
  });

  test("a row of 10,000 levels is refused, its neighbours are kept", () => {
    for (const deep of [
      `${"[".repeat(10_000)}${"]".repeat(10_000)}`,
      `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
    ]) {
      const bad = `{"a":1,"ts":"2026-03-01T00:00:00","x":${deep}}`;
      expect(outcome(`[${row(1)},${bad},${row(2)}]`, false)).toEqual({
        passed: [0, 2],
        rejected: [[1, "row.too-deep"]],
      });
    }
  });

  test("rows are found as JSON.parse finds them", () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const element = fc.record({ a: fc.integer({ min: 0, max: 9 }), s: fc.string(), more: value });
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 5 }), fc.nat(3), (elements, indent) => {
        const rows = elements.map((each) => ({ ...each, ts: "2026-03-01T00:00:00" }));
        const body = JSON.stringify(rows, null, indent).toWellFormed();
        fc.pre(!/\\u[dD][89a-fA-F]/.test(body));
        const { passed } = check(body);
        expect([...passed.values()].map((text) => JSON.parse(text))).toEqual(JSON.parse(body));
      }),
      { numRuns: 500 },
    );
  });
});

describe("a body that cannot be taken apart is refused whole", () => {
  test.each([
    ["nothing", "", "request.empty-body"],
    ["white space", " \n\t ", "request.empty-body"],
    ["an empty array", " [ ] ", "request.empty-body"],
    [
      "no JSON",
      "hello",
      'request.bad-body: The body cannot be read as JSON at byte 0: "h" is unexpected there.',
    ],
    ["an array that is not closed", `[${row(1)}`, "request.bad-body"],
    ["a cut element", `[${row(1)},{"a":`, "request.bad-body"],
    ["an array that ends behind a comma", `[${row(1)},`, "request.bad-body"],
    ["a string that never ends in the last element", `[${row(1)},{"a":"x}]`, "request.bad-body"],
    ["garbage behind the array", `[${row(1)}] x`, "request.bad-body"],
    ["lines without saying so", `${row(1)}\n${row(2)}`, "request.bad-body"],
    ["deep nesting that never ends", `[${"[".repeat(10_000)}`, "request.bad-body"],
    ["garbage behind an array that holds a broken element", `[{"a":01},${row(1)}] x`, "request.bad-body"],
  ])("%s", (_, body, expected) => expect(refusal(body)).toContain(expected));

  test("lines of white space alone hold no event", () => {
    expect(refusal("\n \r\n\n", true)).toContain("request.empty-body");
  });
});

test("a row over the limit is refused by its size, in lines and in arrays", () => {
  const small = bodyCheckOf(statement, 100);
  const long = JSON.stringify({ a: 1, ts: "2026-03-01T00:00:00", s: "x".repeat(100) });
  for (const [body, lines] of [
    [`${row(1)}\n${long}\n${row(2)}`, true],
    [`[${row(1)},${long},${row(2)}]`, false],
  ] as const) {
    const { passed, rejected } = small(body, lines);
    expect([...passed.keys()]).toEqual([0, 2]);
    expect(rejected[0]?.code).toBe("row.too-large");
    expect(rejected[0]?.message).toBe("The row has more bytes than the limit of 100.");
  }
});

test("a row that is not UTF-8 is refused with the place, the others are kept", () => {
  const encode = (text: string) => [...new TextEncoder().encode(text)];
  for (const before of ["", "é", "日日日", "a日\u{1f600}é", "\u{1f600}\u{1f600}\u{1f600}"]) {
    const start = encode(`{"a":1,"s":"${before}`);
    const bad = [...start, 0xff, ...encode('x","ts":"2026-03-01T00:00:00"}')];
    for (const [open, close, lines] of [
      ["", "", true],
      ["[", "]", false],
    ] as const) {
      const comma = encode(lines ? "\n" : ",");
      const body = [...encode(open + row(1)), ...comma, ...bad, ...comma, ...encode(row(2) + close)];
      const { passed, rejected } = check(Uint8Array.from(body), lines);
      expect([...passed.keys()]).toEqual([0, 2]);
      expect(rejected[0]?.code).toBe("row.invalid-utf8");
      expect(rejected[0]?.message).toBe(`Not valid UTF-8 at byte ${start.length}.`);
    }
  }
});

test("each row that passed has its event time", () => {
  const body = [
    row(1, "2026-03-01T00:00:05"),
    row("x", "2020-01-01T00:00:00"),
    row(1, "2026-03-01T00:00:01"),
  ];
  const { eventTimesMs } = check(body.join("\n"), true);
  expect(eventTimesMs).toEqual([5, 1].map((second) => Date.UTC(2026, 2, 1, 0, 0, second)));
});

test("a body of more rows than the first guess keeps each in its place", () => {
  const rows = Array.from({ length: 5_000 }, (_, index) => row(index % 7 === 3 ? "x" : index));
  const { passed, rejected, rowCount } = check(rows.join("\n"), true);
  expect(rowCount).toBe(5_000);
  for (const [index, text] of passed) expect(JSON.parse(text).a).toBe(index);
  expect(rejected.map(({ index }) => index)).toEqual(
    Array.from({ length: 5_000 }, (_, index) => index).filter((index) => index % 7 === 3),
  );
});
