/** Values that are drawn together with their JSON text, so that what is read of it is known beforehand. */
import fc from "fast-check";
import type { SqlValue } from "../../src/values/sql-value.ts";

export interface Drawn {
  readonly text: string;
  readonly value: SqlValue;
}

const two = (value: number) => String(value).padStart(2, "0");
const escapes = fc.constantFrom<(unit: string) => string>(
  (unit) => unit,
  (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`,
);
export const drawnText: fc.Arbitrary<Drawn> = fc
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
/** By a name that says what is drawn. */
export const drawnBy: Readonly<Record<string, fc.Arbitrary<Drawn>>> = {
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
  name: drawnText,
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
