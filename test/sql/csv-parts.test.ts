/** ARRAY and ROW in CSV files: read and written as Flink 2.3.0 reads and writes the same fields. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { csvTable as csv, failure, runText as run, tableInFiles } from "../support/script-run.ts";

const nulls = ", 'csv.null-literal' = 'null'";
const commas = ", 'csv.array-element-delimiter' = ','";

test.each([
  ["a ARRAY<INT>", "", "1;2;3", [1, 2, 3]],
  ["a ARRAY<INT>", "", "1", [1]],
  ["a ARRAY<INT>", "", '""', []],
  ["a ARRAY<INT>", "", " ", []],
  ["a ARRAY<INT> NOT NULL", "", '""', []],
  ["a ARRAY<INT>", "", "1; 2", [1, 2]],
  ["a ARRAY<INT>", "", '"1;2"', [1, 2]],
  ["a ARRAY<INT>", "", "007;+2;-0", [7, 2, 0]],
  ["a ARRAY<INT>", nulls, "1;null", [1, null]],
  ["a ARRAY<INT>", nulls, "null", [null]],
  ["a ARRAY<STRING>", "", "a; b ", ["a", " b "]],
  ["a ARRAY<STRING>", "", "a;;b", ["a", "", "b"]],
  ["a ARRAY<STRING>", "", "a;", ["a", ""]],
  ["a ARRAY<STRING>", "", ";", ["", ""]],
  ["a ARRAY<STRING>", "", '"a;""b"""', ["a", '"b"']],
  ["a ARRAY<STRING>", "", '"a,b;c\nd"', ["a,b", "c\nd"]],
  ["a ARRAY<STRING>", "", "null;é\\", ["null", "é\\"]],
  ["a ARRAY<STRING>", nulls, "a;null;", ["a", null, ""]],
  ["a ARRAY<STRING>", commas, '"a,b;c"', ["a", "b;c"]],
  ["a ARRAY<BOOLEAN>", "", "true;FALSE", [true, false]],
  ["a ARRAY<DECIMAL(5, 2)>", "", "1.5;+2;2E+2", ["1.50", "2.00", "200.00"]],
  ["a ROW<x INT, y STRING>", "", "1;a", { x: 1, y: "a" }],
  ["a ROW<x INT, y STRING>", "", " 1 ;a", { x: 1, y: "a" }],
  ["a ROW<x INT, y STRING>", "", "1;", { x: 1, y: "" }],
  ["a ROW<x INT, y STRING>", "", '""', null],
  ["a ROW<x INT, y STRING>", "", " ", null],
  ["a ROW<x INT, y STRING>", nulls, "null;null", { x: null, y: null }],
  ["a ROW<x STRING>", nulls, "null", { x: null }],
  [
    "a ROW<x STRING, y DOUBLE, b BOOLEAN, d DATE, t TIMESTAMP(3), v BYTES>",
    "",
    "a;1.5;TRUE;2026-03-01;2026-03-01 12:00:00.5;aGk=",
    { x: "a", y: 1.5, b: true, d: "2026-03-01", t: "2026-03-01T12:00:00.500Z", v: "aGk=" },
  ],
])("%s%s: %j is read", async (column, options, field, value) => {
  const { printed } = await run(
    `${csv(`${column}, n INT`, "t.csv", options)} SELECT * FROM t`,
    { "t.csv": `${field},7\n` },
    "json",
  );
  expect(JSON.parse(printed)).toEqual({ a: value, n: 7 });
});

test.each([
  ["a ARRAY<INT>", "1;;2", /line 1: The field a must be ARRAY<INT>, this is ""/],
  ["a ARRAY<INT>", "1;x", /The field a must be ARRAY<INT>, this is "x"/],
  ["a ARRAY<BOOLEAN>", "yes", /The field a must be ARRAY<BOOLEAN>, this is "yes"/],
  ["a ROW<x INT, y STRING>", "1", /The field a must be ROW/],
  ["a ROW<x INT, y STRING>", ";a", /The field a\.x must be INT, this is ""/],
  // Flink takes the first two.
  ["a ROW<x INT, y STRING>", "1;a;b", /The field a must be ROW/],
])("%s: %j is refused by its place", async (column, field, message) => {
  const ran = run(`${csv(`${column}, n INT`, "t.csv")} SELECT * FROM t`, { "t.csv": `${field},7\n` });
  expect(await failure(ran)).toMatch(message);
});

test.each([
  ["ARRAY<INT>", "", "ARRAY[1, 2, CAST(NULL AS INT)]", "1;2;"],
  ["ARRAY<INT>", nulls, "ARRAY[1, 2, CAST(NULL AS INT)]", "1;2;null"],
  ["ARRAY<INT>", nulls, "CAST(NULL AS ARRAY<INT>)", "null"],
  ["ARRAY<INT>", "", "CAST(NULL AS ARRAY<INT>)", ""],
  ["ARRAY<STRING>", "", `ARRAY['a;b', 'c,d', 'e"f', '']`, '"a;b;c,d;e""f;"'],
  ["ARRAY<STRING>", commas, "ARRAY['a', 'b']", '"a,b"'],
  ["ROW<x INT, y STRING>", "", "ROW(CAST(NULL AS INT), CAST(NULL AS STRING))", ";"],
  ["ROW<x INT, y STRING>", "", "CAST(NULL AS ROW<x INT, y STRING>)", ""],
  [
    "ROW<x INT, b BOOLEAN, d DATE, t TIMESTAMP(3), v BYTES, f TIME>",
    "",
    "ROW(1, TRUE, DATE '2026-03-01', TIMESTAMP '2026-03-01 12:00:00.500', X'6869', TIME '10:00:00')",
    "1;true;2026-03-01;2026-03-01 12:00:00.5;aGk=;10:00:00",
  ],
])("%s%s: %s is written", async (type, options, value, field) => {
  const { folder } = await run(
    `${tableInFiles("o", `a ${type}, n INT`, "o")}, 'format' = 'csv'${options});
     INSERT INTO o SELECT ${value}, 7;`,
  );
  expect(readFileSync(join(folder, "o/part-00000.csv"), "utf8")).toBe(`${field},7\n`);
});

test.each([
  ["MAP<STRING, INT>", "", /a: in Flink CSV has no MAP/],
  ["ARRAY<ARRAY<INT>>", "", /a: in Flink CSV has no ARRAY of what is made of values itself/],
  ["ARRAY<ROW<x INT>>", "", /no ARRAY of what/],
  ["ROW<x MAP<STRING, INT>>", "", /no ROW of what/],
  ["ARRAY<INT>", ", 'csv.array-element-delimiter' = '::'", /must be one ASCII character, this is '::'/],
  ["ARRAY<INT>", ", 'csv.array-element-delimiter' = '\\t'", /must be one ASCII character, this is/],
])("%s%s is refused, as by Flink", async (type, options, message) => {
  expect(await failure(run(`${csv(`a ${type}`, "t.csv", options)} SELECT * FROM t`))).toMatch(message);
});
