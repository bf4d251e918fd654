import fc from "fast-check";
import { expect, test } from "vitest";
import { allocateBatch, readValue, writeValue } from "../../values/column-access.ts";
import { jsonText } from "../../values/json/write.ts";
import { arrayOf, fieldsOf, itemsOf, mapOf, rowOf } from "../../values/nested/nested-value.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import { type SqlType, stringLengthMax } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { GrowingLine } from "./growing-line.ts";
import { jsonCellWriters, jsonLineWriter } from "./json-line.ts";

const schema: RowSchema = {
  columns: [
    { name: "text", type: { kind: "VARCHAR", length: stringLengthMax, nullable: true } },
    { name: 'a "name"', type: { kind: "DECIMAL", precision: 12, scale: 2, nullable: true } },
    { name: "flag", type: { kind: "BOOLEAN", nullable: true } },
  ],
};

function batchOf(rows: readonly (readonly SqlValue[])[], of = schema) {
  const batch = allocateBatch(of, rows.length);
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

test("a row without columns is an empty object", () => {
  expect(jsonLineWriter({ columns: [] }, "iso")(batchOf([["a", 1n, true]]), 0)).toBe("{}");
});

const nullable = { nullable: true } as const;
const text: SqlType = { kind: "VARCHAR", length: stringLengthMax, ...nullable };
const whole = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const instant = fc.integer({ min: Date.UTC(1600, 0), max: Date.UTC(9999, 11, 31) });

/** A type, values of it, and what JSON they are. */
interface Kind {
  readonly type: SqlType;
  readonly value: fc.Arbitrary<SqlValue>;
  readonly json: (value: never) => string;
}

const decimalKind = (precision: number, scale: number): Kind => ({
  type: { kind: "DECIMAL", precision, scale, ...nullable },
  value: fc.bigInt({ min: 1n - 10n ** BigInt(precision), max: 10n ** BigInt(precision) - 1n }),
  json: (value: bigint) => {
    const digits = `${value < 0n ? -value : value}`.padStart(scale + 1, "0");
    const [front, behind] = [digits.slice(0, digits.length - scale), digits.slice(digits.length - scale)];
    return `${value < 0n ? "-" : ""}${front}${scale > 0 ? "." : ""}${behind}`;
  },
});

const timeKind = (kind: "TIMESTAMP" | "TIMESTAMP_LTZ", precision: number, end: string): Kind => ({
  type: { kind, precision, ...nullable },
  value: fc.oneof(
    instant,
    instant.map((ms) => Math.floor(ms / 1000) * 1000),
  ),
  json: (ms: number) => {
    const [seconds, fraction] = new Date(ms).toISOString().slice(0, -1).split(".") as [string, string];
    const kept = fraction.slice(0, precision).replace(/0+$/, "");
    return `"${seconds}${kept === "" ? "" : `.${kept}`}${end}"`;
  },
});

const flat: readonly Kind[] = [
  { type: text, value: fc.string({ unit: "binary" }), json: (value) => JSON.stringify(value) },
  { type: { kind: "INT", ...nullable }, value: fc.integer(), json: String },
  { type: { kind: "TINYINT", ...nullable }, value: fc.integer({ min: -128, max: 127 }), json: String },
  { type: { kind: "BIGINT", ...nullable }, value: fc.oneof(whole, fc.bigInt(-99n, 99n)), json: String },
  { type: { kind: "BOOLEAN", ...nullable }, value: fc.boolean(), json: String },
  decimalKind(4, 0),
  decimalKind(5, 5),
  decimalKind(12, 2),
  decimalKind(18, 6),
  decimalKind(38, 10),
  timeKind("TIMESTAMP", 3, ""),
  timeKind("TIMESTAMP", 1, ""),
  timeKind("TIMESTAMP_LTZ", 3, "Z"),
  timeKind("TIMESTAMP_LTZ", 0, "Z"),
];

const orNull = ({ type, value, json }: Kind): Kind => ({
  type,
  value: fc.option(value, { nil: null }),
  json: (of: SqlValue) => (of === null ? "null" : json(of as never)),
});

const rowKindOf = (parts: readonly Kind[]): Kind => {
  const fields = parts.map(({ type }, place) => ({ name: `f ${place}`, type }));
  return {
    type: { kind: "ROW", fields, ...nullable },
    value: fc.tuple(...parts.map(({ value }) => value)).map((values) => rowOf(values, fields)),
    json: (bytes: Uint8Array) => {
      const members = fieldsOf(bytes, fields).map((value, place) => {
        return `"f ${place}":${parts[place]!.json(value as never)}`;
      });
      return `{${members.join(",")}}`;
    },
  };
};

const arrayKindOf = ({ type, value, json }: Kind): Kind => ({
  type: { kind: "ARRAY", element: type, ...nullable },
  value: fc.array(value, { maxLength: 4 }).map((items) => arrayOf(items, type)),
  json: (bytes: Uint8Array) => `[${itemsOf(bytes, type).map((item) => json(item as never))}]`,
});

const kinds = fc.oneof(
  fc.constantFrom(...flat.map(orNull)),
  fc
    .array(fc.constantFrom(...flat.map(orNull)), { minLength: 1, maxLength: 4 })
    .chain((parts) => fc.constantFrom(rowKindOf(parts), arrayKindOf(orNull(rowKindOf(parts)))))
    .map(orNull),
  fc.constantFrom(...flat.map(orNull)).map((part) => orNull(rowKindOf([part, orNull(arrayKindOf(part))]))),
);

test("every value is written as what it is, also within rows and arrays", () => {
  const tables = fc.array(kinds, { minLength: 1, maxLength: 5 }).chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      rows: fc.array(fc.tuple(...columns.map(({ value }) => value)), { minLength: 1, maxLength: 5 }),
    }),
  );
  fc.assert(
    fc.property(tables, ({ columns, rows }) => {
      const schema = { columns: columns.map(({ type }, place) => ({ name: `c${place}`, type })) };
      const batch = batchOf(rows, schema);
      const write = jsonLineWriter(schema, "iso");
      for (const [row, values] of rows.entries()) {
        const members = values.map((value, place) => `"c${place}":${columns[place]!.json(value as never)}`);
        expect(write(batch, row)).toBe(`{${members.join(",")}}`);
      }
    }),
    { numRuns: 400 },
  );
});

test("what is shown is written as jsonText writes it, value by value", () => {
  const others: readonly Kind[] = [
    { type: { kind: "DOUBLE", ...nullable }, value: fc.double(), json: String },
    { type: { kind: "FLOAT", ...nullable }, value: fc.float(), json: String },
    { type: { kind: "DATE", ...nullable }, value: fc.integer({ min: -20_000, max: 90_000 }), json: String },
    { type: { kind: "TIME", precision: 3, ...nullable }, value: fc.nat(86_399_999), json: String },
    {
      type: { kind: "TIMESTAMP", precision: 6, ...nullable },
      value: fc.bigInt(0n, 10n ** 15n),
      json: String,
    },
    {
      type: { kind: "VARBINARY", length: stringLengthMax, ...nullable },
      value: fc.uint8Array(),
      json: String,
    },
    {
      type: { kind: "MAP", key: text, value: text, ...nullable },
      value: fc
        .array(fc.tuple(fc.string(), fc.string()), { maxLength: 3 })
        .map((entries) => mapOf(entries, { kind: "MAP", key: text, value: text, ...nullable })),
      json: String,
    },
  ];
  const tables = fc.array(fc.oneof(kinds, fc.constantFrom(...others.map(orNull))), {
    minLength: 1,
    maxLength: 5,
  });
  const tablesWithRow = tables.chain((columns) =>
    fc.record({ columns: fc.constant(columns), row: fc.tuple(...columns.map(({ value }) => value)) }),
  );
  fc.assert(
    fc.property(tablesWithRow, ({ columns, row }) => {
      const schema = { columns: columns.map(({ type }, place) => ({ name: `c${place}`, type })) };
      const batch = batchOf([row], schema);
      const line = new GrowingLine();
      for (const [place, write] of jsonCellWriters(schema, "shown").entries()) {
        line.clear();
        write(line, batch, 0);
        const { type } = schema.columns[place]!;
        expect(line.bytes.toString("utf8", 0, line.length)).toBe(jsonText(readValue(batch, place, 0), type));
      }
    }),
    { numRuns: 600 },
  );
});

test.each([
  [1, "1.0"],
  [-0, "-0.0"],
  [123.5, "123.5"],
  [0.001, "0.001"],
  [1e-4, "1.0E-4"],
  [1e7, "1.0E7"],
  [1.25e30, "1.25E30"],
  [Number.NaN, "null"],
  [Number.NEGATIVE_INFINITY, "null"],
])("the double %s is written as Java writes it", (value, text) => {
  const schema: RowSchema = { columns: [{ name: "x", type: { kind: "DOUBLE", nullable: false } }] };
  expect(jsonLineWriter(schema, "iso")(batchOf([[value]], schema), 0)).toBe(`{"x":${text}}`);
});
