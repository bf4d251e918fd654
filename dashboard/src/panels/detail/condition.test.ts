import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WireColumn, WireType, WireValue } from "../../../../src/serving/protocol.ts";
import { evaluate } from "../../../../src/sql/plan/evaluate.ts";
import { bindRowCondition } from "../../../../src/sql/row-choice.ts";
import type { SqlType } from "../../../../src/values/sql-type.ts";
import type { SqlValue } from "../../../../src/values/sql-value.ts";
import { readingOf } from "../../data/fixture.ts";
import { detailCondition } from "./condition.ts";

function condition(value: WireValue, type: WireType, sqlType = "STRING") {
  const reading = readingOf({ value: type }, [[value]]);
  const columns: WireColumn[] = reading.columns.map((column) => ({ ...column, sqlType }));
  return detailCondition({ found: "value" }, columns, reading.rows[0]!);
}

/** Whether the server takes a row of that value for one that matches. */
function finds(
  value: WireValue,
  type: WireType,
  found: SqlValue,
  foundType: SqlType,
  sqlType?: string,
): boolean {
  const told = condition(value, type, sqlType);
  if (told.is === "unmatchable") throw new Error("No condition was made.");
  const schema = { columns: [{ name: "found", type: foundType }] };
  const bound = bindRowCondition(told.sql, schema, "Europe/Berlin");
  return evaluate(bound, { column: () => found, appendTimeMs: 0, watermarkMs: null }) === true;
}

const string: SqlType = { kind: "VARCHAR", length: 2_147_483_647, nullable: true };

describe("texts", () => {
  const hostile = [
    "",
    "'",
    "''",
    "' OR 1 = 1 --",
    "\\",
    "\\' OR TRUE",
    "a\nb\r\n-- c",
    "/* d */",
    "`found`",
    "سوق 🛒 ﷽",
    "\u0000",
    "%_",
    "NULL",
  ];

  it.each(hostile)("%j finds itself and nothing else", (text) => {
    expect(finds(text, "string", text, string)).toBe(true);
    for (const other of hostile) if (other !== text) expect(finds(text, "string", other, string)).toBe(false);
    expect(finds(text, "string", null, string)).toBe(false);
  });

  it("of any letters stay one literal", () => {
    const texts = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(texts, texts, (text, other) => {
        expect(finds(text, "string", other, string)).toBe(text === other);
        expect(finds(text, "string", text, string)).toBe(true);
      }),
    );
  });
});

it("has names between backquotes, whatever they hold", () => {
  const reading = readingOf({ "a` = 1 OR `b": "string" }, [["x"]]);
  expect(detailCondition({ "c` OR TRUE --": "a` = 1 OR `b" }, reading.columns, reading.rows[0]!)).toEqual({
    is: "condition",
    sql: "`c`` OR TRUE --` = 'x'",
  });
});

it("asks for all columns that have to match, members of objects too", () => {
  const reading = readingOf({ user: "row", day: "date", hour: "time", open: "boolean" }, [
    [{ id: "u1" }, "2026-03-01", "12:30:00.000", false],
  ]);
  const match = { user_id: "user.id", day: "day", hour: "hour", open: "open" };
  expect(detailCondition(match, reading.columns, reading.rows[0]!)).toEqual({
    is: "condition",
    sql: "`user_id` = 'u1' AND `day` = DATE '2026-03-01' AND `hour` = TIME '12:30:00.000' AND `open` = FALSE",
  });
});

it("finds what is missing by IS NULL", () => {
  expect(condition(null, "string")).toEqual({ is: "condition", sql: "`found` IS NULL" });
  expect(finds(null, "string", null, string)).toBe(true);
  expect(finds(null, "string", "", string)).toBe(false);
});

it("writes numbers by all their digits", () => {
  expect(condition("99999999999999999999.990", "decimal")).toEqual({
    is: "condition",
    sql: "`found` = 99999999999999999999.990",
  });
  expect(condition(-7, "integer")).toEqual({ is: "condition", sql: "`found` = -7" });
  expect(condition(1.5e-9, "float")).toEqual({ is: "condition", sql: "`found` = 1.5E-9" });
  expect(finds(1.5e-9, "float", 1.5e-9, { kind: "DOUBLE", nullable: true })).toBe(true);
  expect(finds(-7, "integer", -7n, { kind: "BIGINT", nullable: true })).toBe(true);
});

it("finds the instant, whatever the project's time zone", () => {
  const instant: SqlType = { kind: "TIMESTAMP_LTZ", precision: 3, nullable: true };
  const text = "2026-03-29T01:30:00.125Z";
  const found = finds(text, "timestamp", Date.parse(text), instant, "TIMESTAMP_LTZ(3)");
  expect(found).toBe(true);
  expect(finds(text, "timestamp", Date.parse(text) + 1, instant, "TIMESTAMP_LTZ(3)")).toBe(false);
  // In Berlin it was summer time since half an hour.
  const wall: SqlType = { kind: "TIMESTAMP", precision: 3, nullable: true };
  const wallMs = Date.parse("2026-03-29T03:30:00.125Z");
  expect(finds(text, "timestamp", wallMs, wall, "TIMESTAMP(3)")).toBe(true);
  expect(finds(text, "timestamp", Date.parse(text), instant, "TIMESTAMP(3)")).toBe(true);
  expect(finds(text, "timestamp", wallMs + 1, wall, "TIMESTAMP(3)")).toBe(false);
  expect(condition(text.replace("Z", "001Z"), "timestamp", "TIMESTAMP(6)")).toEqual({
    is: "condition",
    sql: "`found` = TIMESTAMP '2026-03-29 01:30:00.125001'",
  });
});

it.each([
  ["a whole number that a double does not hold", 2 ** 53, "integer"],
  ["one of hundreds of digits", 1e300, "integer"],
  ["no number", Number.NaN, "float"],
  ["words in place of digits", "1 OR 1 = 1", "decimal"],
  ["words in place of a day", "2026-03-01' OR TRUE --", "date"],
  ["words in place of an instant", "2026-03-01T00:00:00Z' OR TRUE --", "timestamp"],
  ["bytes", "AAECAw==", "bytes"],
  ["an object", { a: 1 }, "row"],
  ["a list", ["a"], "array"],
] as const)("says of %s that no condition finds it", (_, value, type) => {
  expect(condition(value, type, "TIMESTAMP_LTZ(3)")).toEqual({ is: "unmatchable", column: "value" });
});
