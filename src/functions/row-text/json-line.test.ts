import { expect, test } from "vitest";
import { allocateBatch, writeValue } from "../../values/column-access.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import { stringLengthMax } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { jsonLineBytes, jsonLineWriter } from "./json-line.ts";

const schema: RowSchema = {
  columns: [
    { name: "text", type: { kind: "VARCHAR", length: stringLengthMax, nullable: true } },
    { name: 'a "name"', type: { kind: "DECIMAL", precision: 12, scale: 2, nullable: true } },
    { name: "flag", type: { kind: "BOOLEAN", nullable: true } },
  ],
};

function batchOf(rows: readonly (readonly SqlValue[])[]) {
  const batch = allocateBatch(schema, rows.length);
  let end = 0;
  for (const [row, values] of rows.entries())
    for (const [column, value] of values.entries()) end = writeValue(batch, column, row, value, end);
  batch.rowCount = rows.length;
  return batch;
}

const texts = [
  "plain",
  "",
  'say "so"',
  "back\\slash",
  "a line\nand a tab\t\u0001",
  "Grüße, 你好, 😀",
  "x".repeat(5000),
  `${"é".repeat(2000)}"`,
  "\u007f\u2028",
];

test("a line is the JSON of its row, whatever the texts hold", () => {
  const rows = texts.map((text, index): SqlValue[] => [text, BigInt(index * 150), index % 2 === 0]);
  const batch = batchOf([...rows, [null, null, null]]);
  const write = jsonLineWriter(schema, "iso");
  for (const [row, [text]] of rows.entries()) {
    const amount = (row * 1.5).toFixed(2);
    const members = `"text":${JSON.stringify(text)},"a \\"name\\"":${amount},"flag":${row % 2 === 0}`;
    expect(write(batch, row)).toBe(`{${members}}`);
  }
  expect(write(batch, rows.length)).toBe('{"text":null,"a \\"name\\"":null,"flag":null}');
});

test("a row without columns is an empty object, and bytes are good until the next row", () => {
  expect(jsonLineWriter({ columns: [] }, "iso")(batchOf([["a", 1n, true]]), 0)).toBe("{}");
  const batch = batchOf([
    ["first", 1n, true],
    ["second", 2n, false],
  ]);
  const write = jsonLineBytes(schema, "iso");
  const first = write(batch, 0).toString();
  expect(first).toBe('{"text":"first","a \\"name\\"":0.01,"flag":true}');
  expect(write(batch, 1).toString()).toContain('"second"');
});
