/**
 * Values are drawn together with their JSON text, so that what must come out is known beforehand; the
 * compiled decoder, its interpreted twin and the drawn value have to agree on every row.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Drawn, drawnBy, drawnText } from "../../../test/support/drawn-values.ts";
import { rowBytes } from "../../../test/support/row-bytes.ts";
import { tableOf } from "../../../test/support/table-of.ts";
import type { ScanColumn } from "../../sql/plan/logical-plan.ts";
import { allocateBatch, readRow } from "../../values/column-access.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { makeDecoder } from "./decoder.ts";
import type { KernelMode } from "./kernels.ts";

const modes: readonly KernelMode[] = ["compiled", "interpreted"];
const table = tableOf(`CREATE TABLE t (
  flag BOOLEAN, tiny TINYINT, whole INT, big BIGINT, price DECIMAL(9, 2), wide DECIMAL(38, 10), rate DOUBLE,
  real_rate FLOAT, name STRING, payload BYTES, born DATE, at_time TIME(3), ts TIMESTAMP(3), us TIMESTAMP(6),
  instant TIMESTAMP_LTZ(3), deep ROW<lat DOUBLE, \`käse\` STRING, more ROW<zone INT, note STRING>>
)`);

function leaves(
  fields: readonly { name: string; type: SqlType }[],
  path: readonly string[] = [],
): ScanColumn[] {
  return fields.flatMap(({ name, type }) =>
    type.kind === "ROW" ? leaves(type.fields, [...path, name]) : [{ path: [...path, name], type }],
  );
}
const columns = leaves(table.schema.columns);

function decode(
  texts: readonly string[],
  wanted: readonly ScanColumn[],
  mode: KernelMode,
  cut = texts.length,
) {
  const schema = { columns: wanted.map(({ path, type }) => ({ name: path.join("."), type })) };
  const kernel = makeDecoder(wanted, "iso", mode);
  const rows = rowBytes(texts);
  const decoded: SqlValue[][] = [];
  for (let from = 0; from < texts.length; from += cut) {
    const batch = allocateBatch(schema, 64);
    kernel(rows, from, Math.min(texts.length, from + cut), batch);
    for (let row = 0; row < batch.rowCount; row++) decoded.push(readRow(batch, row));
  }
  return decoded;
}

const byKind: Readonly<Record<string, fc.Arbitrary<Drawn>>> = {
  lat: drawnBy.rate!,
  käse: drawnText,
  zone: drawnBy.whole!,
  note: drawnText,
};

/** A member is drawn, null, or left out; an object's members stand in any order among unknown ones. */
function drawObject(
  fields: readonly { name: string; type: SqlType }[],
  path: string,
): fc.Arbitrary<DrawnObject> {
  const members = fields.map(({ name, type }) =>
    type.kind === "ROW"
      ? fc
          .option(drawObject(type.fields, `${path}${name}.`), { freq: 6, nil: undefined })
          .map((object) => ({ name, text: object?.text, values: object?.values ?? new Map() }))
      : fc.option((drawnBy[name] ?? byKind[name])!, { freq: 6, nil: undefined }).map((drawn) => ({
          name,
          text: drawn?.text,
          values: new Map([[`${path}${name}`, drawn?.value ?? null]]),
        })),
  );
  const unknown = fc.constantFrom('{"a":["}",{"b":"\\""}]}', '"\\\\"', "[[],{}]", "null", "-1.5e3");
  const space = fc.constantFrom("", " ", "\n ", "\t", "\r\n");
  return fc
    .tuple(fc.tuple(...members), fc.array(unknown, { maxLength: 2 }), space, fc.infiniteStream(fc.nat(99)))
    .map(([drawn, others, gap, numbers]) => {
      const next = () => numbers.next().value as number;
      const known = drawn.flatMap(({ name, text: value }) => {
        if (value === undefined && next() % 2 === 0) return [];
        const key =
          next() % 5 === 0 ? `\\u${name.charCodeAt(0).toString(16).padStart(4, "0")}${name.slice(1)}` : name;
        return [`${gap}"${key}"${gap}:${gap}${value ?? "null"}${gap}`];
      });
      const parts = [...known, ...others.map((value, index) => `${gap}"x${index}"${gap}:${value}`)];
      const ordered = parts.map((part) => ({ part, at: next() })).sort((left, right) => left.at - right.at);
      return {
        text: `${gap}{${gap}${ordered.map(({ part }) => part).join(",")}}${path === "" ? gap : ""}`,
        values: new Map(drawn.flatMap(({ values }) => [...values])),
      };
    });
}
interface DrawnObject {
  readonly text: string;
  readonly values: ReadonlyMap<string, SqlValue>;
}

/** Lanes of whole numbers have no minus zero. */
const expected = (row: DrawnObject, wanted: readonly ScanColumn[]) =>
  wanted.map(({ path }) => row.values.get(path.join(".")) ?? null);
const plain = (rows: readonly (readonly SqlValue[])[]) =>
  rows.map((row) =>
    row.map((value) => (Object.is(value, -0) ? 0 : value instanceof Uint8Array ? [...value] : value)),
  );

describe("the compiled decoder and its interpreted twin read what was written", () => {
  const row = drawObject(table.schema.columns, "");

  test("every column of every row", () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 6 }),
        (rows, cut) => {
          const texts = rows.map((each) => each.text);
          const values = plain(rows.map((each) => expected(each, columns)));
          for (const mode of modes) expect(plain(decode(texts, columns, mode, cut)), mode).toEqual(values);
        },
      ),
      { numRuns: 600 },
    );
  });

  test("any choice of columns, in any order", () => {
    const choice = fc.shuffledSubarray(columns, { minLength: 1 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), choice, (rows, wanted) => {
        const texts = rows.map((each) => each.text);
        const values = plain(rows.map((each) => expected(each, wanted)));
        for (const mode of modes) expect(plain(decode(texts, wanted, mode)), mode).toEqual(values);
      }),
      { numRuns: 600 },
    );
  });
});

const columnOf = (name: string) => columns.filter(({ path }) => path[0] === name);

describe.each(modes)("%s", (mode) => {
  test("a decimal zero with any exponent is zero", () => {
    const rows = ["0e999999999", "-0.0E-999999999", '"0e5"'].map(
      (price) => `{"price":${price},"wide":${price}}`,
    );
    const wanted = [...columnOf("price"), ...columnOf("wide")];
    expect(decode(rows, wanted, mode)).toEqual([
      [0n, 0n],
      [0n, 0n],
      [0n, 0n],
    ]);
  });

  test("a row that is null, missing or empty where a nested field is read gives NULL", () => {
    const rows = [
      '{"deep":null}',
      "{}",
      '{"deep":{}}',
      '{"deep":{"more":null}}',
      '{"deep":{"more":{"zone":7}}}',
    ];
    const zone = columns.filter(({ path }) => path.at(-1) === "zone");
    expect(decode(rows, zone, mode)).toEqual([[null], [null], [null], [null], [7]]);
  });

  test("names that only look like a column's are left alone", () => {
    const row = '{"Name":"a","nam":"b","names":"c","deep":{"name":"d"},"name":"e"}';
    expect(decode([row], columnOf("name"), mode)).toEqual([["e"]]);
  });

  test("a long string ends where it ends", () => {
    const long = `${"é\\n".repeat(5_000)}\\"`;
    const value = `${"é\n".repeat(5_000)}"`;
    expect(
      decode(
        [`{"name":"${long}","whole":1}`, '{"whole":2}'],
        [...columnOf("name"), ...columnOf("whole")],
        mode,
      ),
    ).toEqual([
      [value, 1],
      [null, 2],
    ]);
  });
});
