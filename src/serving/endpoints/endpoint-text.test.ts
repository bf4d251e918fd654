import { expect, test } from "vitest";
import type { SqlType } from "../../values/sql-type.ts";
import { cellSeparator } from "../../views/view.ts";
import { listText } from "./endpoint-text.ts";

const type: SqlType = { kind: "VARCHAR", length: 100, nullable: true };
const columns = { columns: [{ name: "a", type }] };

function csvOf(...values: readonly unknown[]): readonly string[] {
  const rows = values.map((value) => [JSON.stringify(value)].join(cellSeparator));
  return listText(columns, rows, "csv").split("\r\n").slice(1, -1);
}

test("in CSV a text is none that a spreadsheet computes", () => {
  expect(csvOf("=1+1", "+cmd|' /C calc'!A0", "-x", "@SUM(A1)", "\t=1", '=HYPERLINK("x","y")')).toEqual([
    "'=1+1",
    "'+cmd|' /C calc'!A0",
    "'-x",
    "'@SUM(A1)",
    "'\t=1",
    '"\'=HYPERLINK(""x"",""y"")"',
  ]);
});

test("numbers stay what they are, those that are texts of exact digits too", () => {
  expect(csvOf(-5, "-5.25", "+1", 1e21, "a=b", "'", null, "")).toEqual([
    "-5",
    "-5.25",
    "+1",
    "1e+21",
    "a=b",
    "'",
    "",
    '""',
  ]);
});
