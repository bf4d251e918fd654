import { expect, test } from "vitest";
import { allocateBatch, batchOfRows, readRow } from "../../values/column-access.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { RowStore } from "./row-store.ts";

const text: SqlType = { kind: "VARCHAR", length: 2_147_483_647, nullable: true };
const types: readonly SqlType[] = [
  { kind: "BOOLEAN", nullable: true },
  { kind: "INT", nullable: true },
  { kind: "DOUBLE", nullable: true },
  { kind: "BIGINT", nullable: true },
  { kind: "DECIMAL", precision: 38, scale: 2, nullable: true },
  text,
  { kind: "VARBINARY", length: 2_147_483_647, nullable: true },
  { kind: "TIMESTAMP", precision: 6, nullable: true },
];
const schema: RowSchema = { columns: types.map((type, index) => ({ name: `c${index}`, type })) };

const long = "a text that is longer than a page ".repeat(3_000);
const rows: readonly (readonly SqlValue[])[] = [
  [true, -7, 0.1, -(2n ** 63n), -(10n ** 37n), "é", Uint8Array.of(0, 255), 1_700_000_000_000_123n],
  [null, null, null, null, null, null, null, null],
  [false, 0, -0, 0n, 0n, "", Uint8Array.of(), 0n],
  [false, 2_147_483_647, Number.NaN, 2n ** 63n - 1n, 10n ** 37n, long, Uint8Array.of(1), -1n],
];

function newStore(ofSchema = schema): RowStore {
  return new RowStore("a test", ofSchema, [{ name: "mark", kind: "i32" }], 2 ** 24);
}

test("gives back what was put in, of every type, also from an image", () => {
  const batch = batchOfRows(schema, rows);
  const store = newStore();
  const addresses = rows.map((_, row) => store.add(batch, row, row));
  const image = store.freeze();
  store.free(addresses[0]!);
  const other = newStore();
  other.restore(image);
  const into = allocateBatch(schema, rows.length);
  let end = 0;
  for (const [row, address] of addresses.entries()) end = other.copyOut(address, into, row, end);
  for (const [row, values] of rows.entries()) expect(readRow(into, row)).toEqual(values);
  expect(other.value(addresses[0]!, 5)).toBe("é");
});

test("finds rows by all that they hold: NULL is not zero, 0 is -0, NaN is NaN", () => {
  const batch = batchOfRows(schema, rows);
  const store = newStore();
  // All with one number, as if their hashes were the same.
  const addresses = rows.map((_, row) => store.add(batch, row, 7));
  for (const row of rows.keys()) {
    const found: number[] = [];
    store.findSame(batch, row, 7, (address) => found.push(address));
    expect(found).toEqual([addresses[row]]);
  }
  const zero = batchOfRows(schema, [[false, 0, 0, 0n, 0n, "", Uint8Array.of(), 0n]]);
  expect(store.isSame(addresses[2]!, zero, 0)).toBe(true);
  expect(store.hashOf(zero, 0)).toBe(store.hashOf(batch, 2));
});

test("rows that are freed give all their memory to the next ones", () => {
  const texts: RowSchema = { columns: [{ name: "t", type: text }] };
  const store = newStore(texts);
  const batch = batchOfRows(texts, [["x".repeat(20)], ["y".repeat(700)], [long]]);
  const round = () => {
    const addresses = Array.from({ length: 300 }, (_, at) =>
      store.add(batch, at % 100 === 0 ? 2 : at % 2, at),
    );
    for (const address of addresses) store.free(address);
  };
  round();
  const used = store.bytesUsed;
  for (let again = 0; again < 20; again++) round();
  expect(store.bytesUsed).toBe(used);
  expect(store.rowCount).toBe(0);
});
