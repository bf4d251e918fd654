/**
 * Whole ROW, ARRAY and MAP values: a type is drawn, then values of it with their JSON text; the compiled
 * decoder, its interpreted twin and the encoding of the drawn value agree byte for byte.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Drawn, drawnBy, drawnText } from "../../../test/support/drawn-values.ts";
import { rowBytes } from "../../../test/support/row-bytes.ts";
import type { ScanColumn } from "../../sql/plan/logical-plan.ts";
import { allocateBatch, readRow } from "../../values/column-access.ts";
import { arrayOf, type MapType, mapOf, rowOf } from "../../values/nested/nested-value.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { makeDecoder } from "./decoder.ts";
import type { KernelMode } from "./kernels.ts";

const modes: readonly KernelMode[] = ["compiled", "interpreted"];
const string: SqlType = { kind: "VARCHAR", length: 2_147_483_647, nullable: true };
const int: SqlType = { kind: "INT", nullable: true };

/** A type, and values of it. */
interface Kind {
  readonly type: SqlType;
  readonly drawn: fc.Arbitrary<Drawn>;
}

const scalars: readonly Kind[] = [
  { type: { kind: "BOOLEAN", nullable: true }, drawn: drawnBy.flag! },
  { type: int, drawn: drawnBy.whole! },
  { type: { kind: "BIGINT", nullable: true }, drawn: drawnBy.big! },
  { type: { kind: "DECIMAL", precision: 9, scale: 2, nullable: true }, drawn: drawnBy.price! },
  { type: { kind: "DECIMAL", precision: 38, scale: 10, nullable: true }, drawn: drawnBy.wide! },
  { type: { kind: "DOUBLE", nullable: true }, drawn: drawnBy.rate! },
  { type: { kind: "FLOAT", nullable: true }, drawn: drawnBy.real_rate! },
  { type: string, drawn: drawnText },
  { type: { kind: "VARBINARY", length: 2_147_483_647, nullable: true }, drawn: drawnBy.payload! },
  { type: { kind: "DATE", nullable: true }, drawn: drawnBy.born! },
  { type: { kind: "TIME", precision: 3, nullable: true }, drawn: drawnBy.at_time! },
  { type: { kind: "TIMESTAMP", precision: 3, nullable: true }, drawn: drawnBy.ts! },
  { type: { kind: "TIMESTAMP", precision: 6, nullable: true }, drawn: drawnBy.us! },
  { type: { kind: "TIMESTAMP_LTZ", precision: 3, nullable: true }, drawn: drawnBy.instant! },
];

const gap = fc.constantFrom("", " ", "\n\t");
const orNull = ({ drawn }: Kind) => fc.option(drawn, { freq: 5, nil: { text: "null", value: null } });

const objectText = (members: readonly string[], space: string) => `{${space}${members.join(`,${space}`)}}`;

function arrayKind(element: Kind): Kind {
  return {
    type: { kind: "ARRAY", element: element.type, nullable: true },
    drawn: fc.tuple(fc.array(orNull(element), { maxLength: 4 }), gap).map(([items, space]) => ({
      text: `[${space}${items.map(({ text }) => `${text}${space}`).join(`,${space}`)}]`,
      value: arrayOf(
        items.map(({ value }) => value),
        element.type,
      ),
    })),
  };
}

/** A number, true or false where a text is meant: the text that is written. */
const scalarText: fc.Arbitrary<Drawn> = fc
  .oneof(
    drawnBy.flag!,
    drawnBy.big!,
    drawnBy.rate!,
    fc.constantFrom("12.50", "1e3", "-0", "-0.10E-05", "9".repeat(40)).map((text) => ({ text })),
  )
  .map(({ text }) => ({ text, value: text }));

/** Keys come in any order, and more than once; values of a MAP of texts are not all written as texts. */
function mapKind(values: Kind): Kind {
  const type: MapType = { kind: "MAP", key: string, value: values.type, nullable: true };
  const isOfTexts = values.type.kind === "VARCHAR";
  const value = isOfTexts ? { ...values, drawn: fc.oneof(values.drawn, scalarText) } : values;
  const key = fc.oneof(
    drawnText,
    fc.constantFrom("a", "b", "aa", "").map((text) => ({ text: `"${text}"`, value: text })),
  );
  return {
    type,
    drawn: fc
      .tuple(fc.array(fc.tuple(key, orNull(value)), { maxLength: 6 }), gap)
      .map(([entries, space]) => ({
        text: objectText(
          entries.map(([name, item]) => `${name.text}${space}:${space}${item.text}${space}`),
          space,
        ),
        value: mapOf(
          entries.map(([name, item]) => [name.value, item.value]),
          type,
        ),
      })),
  };
}

const fieldNames = ["first", "käse", "z"];

/** Fields come in any order among unknown ones, or not at all. */
function rowKind(kinds: readonly Kind[]): Kind {
  const fields = kinds.map(({ type }, index) => ({ name: fieldNames[index]!, type }));
  const members = kinds.map((kind) => fc.option(orNull(kind), { freq: 4, nil: undefined }));
  const unknown = fc.constantFrom('"x":{"first":[1]}', '"firs":"}"', '"käse2":null');
  return {
    type: { kind: "ROW", fields, nullable: true },
    drawn: fc
      .tuple(fc.tuple(...members), fc.array(unknown, { maxLength: 1 }), fc.boolean(), gap)
      .map(([drawn, others, turned, space]) => {
        const parts = drawn.flatMap((member, index) =>
          member === undefined ? [] : [`"${fieldNames[index]}"${space}:${space}${member.text}`],
        );
        const all = turned ? [...others, ...parts.reverse()] : [...parts, ...others];
        const values = drawn.map((member) => member?.value ?? null);
        return { text: objectText(all, space), value: rowOf(values, fields) };
      }),
  };
}

const { nested } = fc.letrec<{ kind: Kind; nested: Kind }>((tie) => ({
  kind: fc.oneof({ depthSize: "small", withCrossShrink: true }, fc.constantFrom(...scalars), tie("nested")),
  nested: fc.oneof(
    { depthSize: "small" },
    tie("kind").map(arrayKind),
    tie("kind").map(mapKind),
    fc.array(tie("kind"), { minLength: 1, maxLength: 3 }).map(rowKind),
  ),
}));

function decode(texts: readonly string[], columns: readonly ScanColumn[], mode: KernelMode, cut: number) {
  const schema = { columns: columns.map(({ path, type }) => ({ name: path.join("."), type })) };
  const kernel = makeDecoder(columns, "iso", mode);
  const rows = rowBytes(texts);
  const decoded: SqlValue[][] = [];
  for (let from = 0; from < texts.length; from += cut) {
    const batch = allocateBatch(schema, 64);
    kernel(rows, from, Math.min(texts.length, from + cut), batch);
    for (let row = 0; row < batch.rowCount; row++) decoded.push(readRow(batch, row));
  }
  return decoded;
}

const plain = (rows: readonly (readonly SqlValue[])[]) =>
  rows.map((row) =>
    row.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value)),
  );

test("a whole value of any type, with a text and bytes beside it", () => {
  const drawnRows = nested.chain((kind) =>
    fc
      .array(fc.tuple(orNull(kind), orNull({ type: string, drawn: drawnText }), drawnBy.payload!), {
        minLength: 1,
        maxLength: 5,
      })
      .map((rows) => ({ kind, rows })),
  );
  fc.assert(
    fc.property(drawnRows, fc.integer({ min: 1, max: 5 }), ({ kind, rows }, cut) => {
      const columns: ScanColumn[] = [
        { path: ["s"], type: string },
        { path: ["v"], type: kind.type },
        { path: ["b"], type: { kind: "VARBINARY", length: 9, nullable: true } },
      ];
      const texts = rows.map(
        ([value, text, bytes]) => `{"v":${value.text},"b":${bytes.text},"s":${text.text}}`,
      );
      const expected = plain(rows.map(([value, text, bytes]) => [text.value, value.value, bytes.value]));
      for (const mode of modes) expect(plain(decode(texts, columns, mode, cut)), mode).toEqual(expected);
    }),
    { numRuns: 800 },
  );
});

describe.each(modes)("%s", (mode) => {
  const inner: SqlType = { kind: "ROW", fields: [{ name: "s", type: string }], nullable: true };
  const fields = [
    { name: "a", type: int },
    { name: "inner", type: inner },
  ];
  const row: SqlType = { kind: "ROW", fields, nullable: true };
  const wholeAndParts: ScanColumn[] = [
    { path: ["r", "inner", "s"], type: string },
    { path: ["r"], type: row },
    { path: ["r", "a"], type: int },
    { path: ["r", "inner"], type: inner },
  ];

  test("a ROW that is read whole and in part", () => {
    const texts = ['{"r":{"inner":{"s":"\\u00e9\\n"},"a":7}}', '{"r":null}', "{}", '{"r":{"a":1}}'];
    const innerValue = rowOf(["é\n"], inner.kind === "ROW" ? inner.fields : []);
    expect(plain(decode(texts, wholeAndParts, mode, 4))).toEqual(
      plain([
        ["é\n", rowOf([7, innerValue], fields), 7, innerValue],
        [null, null, null, null],
        [null, null, null, null],
        [null, rowOf([1, null], fields), 1, null],
      ]),
    );
  });

  test("values of a MAP of texts are read as they are written, in a MAP of numbers as numbers", () => {
    const texts: MapType = { kind: "MAP", key: string, value: string, nullable: true };
    const short: MapType = { ...texts, value: { kind: "CHAR", length: 4, nullable: true } };
    const numbers: MapType = { ...texts, value: { kind: "DOUBLE", nullable: true } };
    const lines = [
      '{"t":{"amount":12.50,"vip":true,"off" : false ,"none":null,"e":1e3,"s":"\\u00e9"},' +
        '"c":{"a":1.25},"n":{"a":1e3}}',
      '{"t":{"a":-0,"a":7},"n":{"a":12.50}}',
    ];
    const entry = (name: string, value: SqlValue): [SqlValue, SqlValue] => [name, value];
    const first = [
      entry("amount", "12.50"),
      entry("vip", "true"),
      entry("off", "false"),
      entry("none", null),
      entry("e", "1e3"),
      entry("s", "é"),
    ];
    const columns = [texts, short, numbers].map((type, index) => ({ path: ["tcn"[index]!], type }));
    expect(plain(decode(lines, columns, mode, 2))).toEqual(
      plain([
        [mapOf(first, texts), mapOf([entry("a", "1.25")], short), mapOf([entry("a", 1000)], numbers)],
        [mapOf([entry("a", "7")], texts), null, mapOf([entry("a", 12.5)], numbers)],
      ]),
    );
  });

  test("an array of many elements, and one that is longer than the memory that is there", () => {
    const type: SqlType = { kind: "ARRAY", element: string, nullable: true };
    const items = Array.from({ length: 3_000 }, (_, index) => `text ${index}`);
    const texts = [`{"v":${JSON.stringify(items)}}`, '{"v":["z"]}'];
    expect(plain(decode(texts, [{ path: ["v"], type }], mode, 2))).toEqual(
      plain([[arrayOf(items, string)], [arrayOf(["z"], string)]]),
    );
  });
});
