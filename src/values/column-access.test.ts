import { expect, test } from "vitest";
import { batchOfRows, growBatch, readRow, readValue, writeValue } from "./column-access.ts";
import type { RowSchema } from "./row-schema.ts";
import { stringLengthMax } from "./sql-type.ts";

const schema: RowSchema = {
  columns: [
    { name: "flag", type: { kind: "BOOLEAN", nullable: true } },
    { name: "count", type: { kind: "INT", nullable: true } },
    { name: "ratio", type: { kind: "DOUBLE", nullable: true } },
    { name: "big", type: { kind: "BIGINT", nullable: true } },
    { name: "wide", type: { kind: "DECIMAL", precision: 38, scale: 2, nullable: true } },
    { name: "text", type: { kind: "VARCHAR", length: stringLengthMax, nullable: true } },
    { name: "bytes", type: { kind: "VARBINARY", length: stringLengthMax, nullable: true } },
  ],
};
const full = [true, -1, 0.5, -(2n ** 63n), -(10n ** 38n) + 1n, "é\u{1F600}", Uint8Array.of(0, 255)];
const empty = [null, null, null, null, null, null, null];

test("what is written is read again, whatever the lane", () => {
  const batch = batchOfRows(schema, [full, empty, full]);
  expect(readRow(batch, 0)).toEqual(full);
  expect(readRow(batch, 1)).toEqual(empty);
  expect(readRow(batch, 2)).toEqual(full);
});

test("a NULL leaves the zero of its lane, and a value takes the NULL away", () => {
  const batch = batchOfRows(schema, [full]);
  writeValue(batch, 3, 0, null, 0);
  expect(readValue(batch, 3, 0)).toBeNull();
  expect(batch.columns[3]).toMatchObject({ values: BigInt64Array.of(0n) });
  writeValue(batch, 3, 0, 7n, 0);
  expect(readValue(batch, 3, 0)).toBe(7n);
});

test("growing keeps the rows", () => {
  const batch = batchOfRows(schema, [full, empty]);
  const grown = growBatch(batch, 100);
  expect(readRow(grown, 0)).toEqual(full);
  expect(readRow(grown, 1)).toEqual(empty);
});
