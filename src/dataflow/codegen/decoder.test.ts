/**
 * Values are drawn together with their JSON text, so that what must come out is known beforehand; the
 * compiled decoder, its interpreted twin and the drawn value have to agree on every row.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tableOf } from "../../../test/support/table-of.ts";
import type { ScanColumn } from "../../sql/plan/logical-plan.ts";
import { allocateBatch, readRow } from "../../values/column-access.ts";
import { padding } from "../../values/json/scan.ts";
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

/** Rows one behind the other, as a step holds them. */
function rowBytes(texts: readonly string[]) {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const total = encoded.reduce((sum, each) => sum + each.length, 0);
  const bytes = new Uint8Array(total + padding);
  let at = 0;
  const rowEnds = Int32Array.from(encoded, (each) => {
    bytes.set(each, at);
    at += each.length;
    return at;
  });
  return { bytes, rowEnds };
}

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

interface Drawn {
  readonly text: string;
  readonly value: SqlValue;
}

const two = (value: number) => String(value).padStart(2, "0");
const escapes = fc.constantFrom<(unit: string) => string>(
  (unit) => unit,
  (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`,
);
const text: fc.Arbitrary<Drawn> = fc
  .tuple(fc.string({ unit: "binary", maxLength: 12 }), fc.array(escapes, { minLength: 12, maxLength: 12 }))
  .map(([raw, how]) => {
    const value = raw.toWellFormed();
    // Halves of a pair are escaped together, or not at all.
    const units = [...value].map((character, index) => {
      const plain = JSON.stringify(character).slice(1, -1);
      return plain === character
        ? character
            .split("")
            .map(how[index % 12]!)
            .join("")
        : plain;
    });
    return { text: `"${units.join("")}"`.replaceAll("/", "\\/"), value };
  });

function decimal(digits: number, scale: number): fc.Arbitrary<Drawn> {
  const limit = 10n ** BigInt(digits) - 1n;
  return fc
    .tuple(fc.bigInt({ min: -limit, max: limit }), fc.boolean(), fc.nat(3), fc.integer({ min: -9, max: 9 }))
    .map(([value, quoted, zeros, exponent]) => {
      const minus = value < 0n ? "-" : "";
      const all = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
      const plain = `${minus}${all.slice(0, -scale)}.${all.slice(-scale)}`;
      // As an exponent: the unscaled digits, shifted and shifted back.
      const shifted = `${value}${"0".repeat(Math.max(0, exponent))}e${-scale - Math.max(0, exponent)}`;
      const written =
        exponent > 6 ? shifted : exponent > 4 ? plain.replace(/\.?0+$/, "") : plain + "0".repeat(zeros);
      return { text: quoted ? `"${written}"` : written, value };
    });
}

const moment = fc.date({ min: new Date(-6e13), max: new Date(25e13), noInvalidDate: true });
const drawnBy: Readonly<Record<string, fc.Arbitrary<Drawn>>> = {
  flag: fc.boolean().map((value) => ({ text: String(value), value })),
  tiny: fc.integer({ min: -128, max: 127 }).map((value) => ({ text: String(value), value })),
  whole: fc.integer().map((value) => ({ text: String(value), value })),
  big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ text: String(value), value })),
  price: decimal(9, 2),
  wide: decimal(38, 10),
  rate: fc
    .tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean())
    .map(([value, long]) => ({ text: long ? value.toExponential() : JSON.stringify(value), value }))
    .map(({ text: written }) => ({ text: written, value: JSON.parse(written) as number })),
  real_rate: fc
    .float({ noNaN: true, noDefaultInfinity: true })
    .map((value) => ({ text: JSON.stringify(value), value: Object.is(value, -0) ? 0 : value })),
  name: text,
  payload: fc
    .uint8Array({ maxLength: 9 })
    .map((value) => ({ text: JSON.stringify(Buffer.from(value).toString("base64")), value })),
  born: moment.map((value) => ({
    text: `"${value.toISOString().slice(0, 10)}"`,
    value: Math.floor(value.getTime() / 86_400_000),
  })),
  at_time: fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59), fc.nat(999)).map(([hour, minute, second, ms]) => ({
    text: `"${two(hour)}:${two(minute)}:${two(second)}.${String(ms).padStart(3, "0")}"`,
    value: ((hour * 60 + minute) * 60 + second) * 1000 + ms,
  })),
  ts: moment.map((value) => ({ text: `"${value.toISOString().slice(0, -1)}"`, value: value.getTime() })),
  us: fc.tuple(moment, fc.nat(999)).map(([value, micros]) => ({
    text: `"${value.toISOString().slice(0, -1)}${String(micros).padStart(3, "0")}"`,
    value: BigInt(value.getTime()) * 1000n + BigInt(micros),
  })),
  instant: moment.map((value) => ({
    text: `"${new Date(value.getTime() + 5_400_000).toISOString().slice(0, -1)}+01:30"`,
    value: value.getTime(),
  })),
};
const byKind: Readonly<Record<string, fc.Arbitrary<Drawn>>> = {
  lat: drawnBy.rate!,
  käse: text,
  zone: drawnBy.whole!,
  note: text,
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
