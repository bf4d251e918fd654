/**
 * CAST from type to type, as Flink casts since 1.15: what cannot be read fails (TRY_CAST answers NULL),
 * integers narrow by wrapping and doubles by saturating as Java does, a DECIMAL that does not fit is NULL,
 * texts are cut to the length of their type, a CHAR is padded to it. The session's time zone is UTC, so that
 * TIMESTAMP and TIMESTAMP_LTZ are the same number.
 *
 * One function a pair of types serves the interpreter and compiled code alike.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import {
  decimalToNumber,
  fitsPrecision,
  formatDecimal,
  numberToDecimal,
  parseDecimal,
  powerOfTen,
  rescaleDecimal,
} from "../../values/decimal.ts";
import {
  formatType,
  isCharacter,
  isInteger,
  isNested,
  isNumeric,
  isTimestamp,
  type SqlType,
  stringLengthMax,
  withNullable,
} from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import {
  formatDate,
  formatTime,
  formatTimestampMicros,
  formatTimestampMs,
  millisecondsPerDay,
} from "../../values/timestamp.ts";
import { asDecimal } from "../common-type.ts";
import { wrapValue } from "./arithmetic.ts";
import { type Caster, isSameNested, nestedFormatter, toNested } from "./cast-nested.ts";
import { readDate, readTime, readTimestamp } from "./read-time-text.ts";
import { countCharacters } from "./string.ts";

const integerRange = { TINYINT: 7n, SMALLINT: 15n, INT: 31n, BIGINT: 63n } as const;
const trueTexts = new Set(["t", "true", "y", "yes", "1"]);
const falseTexts = new Set(["f", "false", "n", "no", "0"]);

/** How values of one type become another's, or undefined where there is no such cast. NULL stays NULL. */
export function casterOf(from: SqlType, to: SqlType, safe = false): Caster | undefined {
  const cast = findCaster(from, to);
  if (cast === undefined || !safe) return cast;
  return (value) => {
    try {
      return cast(value);
    } catch {
      // TRY_CAST: the failure is the answer.
      return null;
    }
  };
}

/** Whether a value that is not NULL may become NULL: a DECIMAL that does not fit. */
export function castMayOverflow(from: SqlType, to: SqlType): boolean {
  if (to.kind !== "DECIMAL") return false;
  const exact = asDecimal(from);
  return (
    exact === undefined || exact.precision - exact.scale > to.precision - to.scale || exact.scale > to.scale
  );
}

/** Whether the values are the same ones, so that a cast need not be computed. */
export function isSameLane(from: SqlType, to: SqlType): boolean {
  if (isNested(from)) return isSameNested(from, to, isSameLane);
  if (from.kind === to.kind) {
    if (from.kind === "DECIMAL") {
      const target = to as typeof from;
      return from.scale === target.scale && from.precision <= target.precision;
    }
    if (isTimestamp(from)) return from.precision === (to as typeof from).precision;
    // A fixed length is kept by padding.
    if (from.kind === "CHAR") return from.length === (to as typeof from).length;
    if (isCharacter(from) || from.kind === "BINARY" || from.kind === "VARBINARY") {
      return (from as { length: number }).length <= (to as { length: number }).length;
    }
    return true;
  }
  if (isTimestamp(from) && isTimestamp(to)) return from.precision === to.precision;
  const isText = isCharacter(from) && to.kind === "VARCHAR";
  const isBinary = from.kind === "BINARY" && to.kind === "VARBINARY";
  return (isText || isBinary) && (from as { length: number }).length <= (to as { length: number }).length;
}

function findCaster(from: SqlType, to: SqlType): Caster | undefined {
  if (isSameLane(from, to)) return (value) => value;
  if (isNested(to)) return toNested(from, to, findCaster);
  if (isCharacter(to)) return toText(from, to as Extract<SqlType, { kind: "CHAR" }>);
  if (isNumeric(to)) return toNumber(from, to);
  if (to.kind === "BOOLEAN") return toBoolean(from, to);
  if (isTimestamp(to)) return toTimestamp(from, to);
  if (to.kind === "DATE") return toDate(from, to);
  if (to.kind === "TIME") return toTime(from, to);
  if (to.kind === "BINARY" || to.kind === "VARBINARY") return toBinary(from, to.length);
  return undefined;
}

function failed(value: SqlValue, to: SqlType): Error {
  const params = { value: String(value).slice(0, 100), type: formatType(withNullable(to, true)) };
  return quickwaterError("sql.cast-failed", params);
}

/** What a reading gives, or the failure where it gives undefined. */
function orFail<T extends SqlValue>(read: T | undefined, value: SqlValue, to: SqlType): T {
  if (read === undefined) throw failed(value, to);
  return read;
}

function toText(from: SqlType, to: Extract<SqlType, { kind: "CHAR" | "VARCHAR" }>): Caster | undefined {
  const format = formatterOf(from);
  if (format === undefined) return undefined;
  if (to.length === stringLengthMax) return format;
  const isFixed = to.kind === "CHAR";
  return (value) => {
    const text = format(value);
    const cut = text.length <= to.length ? text : Array.from(text).slice(0, to.length).join("");
    return isFixed ? cut + " ".repeat(to.length - countCharacters(cut)) : cut;
  };
}

function formatterOf(from: SqlType): ((value: Exclude<SqlValue, null>) => string) | undefined {
  switch (from.kind) {
    case "CHAR":
    case "VARCHAR":
      return (value) => value as string;
    case "BOOLEAN":
      return (value) => (value ? "TRUE" : "FALSE");
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "BIGINT":
      return (value) => String(value);
    case "FLOAT":
    case "DOUBLE":
      return (value) => formatDouble(value as number, from.kind === "FLOAT");
    case "DECIMAL":
      return (value) => formatDecimal(value as bigint, from.scale);
    case "DATE":
      return (value) => formatDate(value as number);
    case "TIME":
      return (value) => formatTime(value as number, from.precision);
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
      if (from.precision > 3) return (value) => formatTimestampMicros(value as bigint, from.precision);
      return (value) => formatTimestampMs(value as number, from.precision);
    case "BINARY":
    case "VARBINARY":
      return (value) => new TextDecoder().decode(value as Uint8Array);
    case "ROW":
    case "ARRAY":
    case "MAP":
      return nestedFormatter(from, formatterOf);
    default:
      return undefined;
  }
}

/** As Java's Double.toString writes it: `1.0`, `1.0E10`, `NaN`. */
export function formatDouble(value: number, single = false): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  const shortest = single ? shortestSingle(value) : value;
  if (size >= 1e-3 && size < 1e7) {
    const text = String(shortest);
    return text.includes(".") ? text : `${text}.0`;
  }
  const [digits, exponent] = shortest.toExponential().split("e") as [string, string];
  return `${digits.includes(".") ? digits : `${digits}.0`}E${exponent.replace("+", "")}`;
}

/** The number with the fewest digits that is this FLOAT. */
function shortestSingle(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

function toNumber(from: SqlType, to: SqlType): Caster | undefined {
  if (from.kind === "BOOLEAN") {
    const one = to.kind === "DECIMAL" ? powerOfTen(to.scale) : to.kind === "BIGINT" ? 1n : 1;
    return (value) => (value ? one : to.kind === "DECIMAL" || to.kind === "BIGINT" ? 0n : 0);
  }
  if (!isNumeric(from) && !isCharacter(from)) return undefined;
  if (to.kind === "DECIMAL") return toDecimal(from, to);
  if (to.kind === "FLOAT" || to.kind === "DOUBLE") return toDouble(from, to);
  return toInteger(from, to);
}

function toDecimal(from: SqlType, to: Extract<SqlType, { kind: "DECIMAL" }>): Caster {
  const inRange = (value: bigint): SqlValue => (fitsPrecision(value, to.precision) ? value : null);
  if (from.kind === "DECIMAL")
    return (value) => inRange(rescaleDecimal(value as bigint, from.scale, to.scale));
  if (isInteger(from)) return (value) => inRange(BigInt(value as number | bigint) * powerOfTen(to.scale));
  if (!isCharacter(from)) return (value) => numberToDecimal(value as number, to) ?? null;
  return (value) => {
    const text = withoutJavaSuffix((value as string).trim());
    const read = text === "." ? 0n : parseDecimal(text, to, "half-up");
    if (read === "syntax") throw failed(value, to);
    return typeof read === "bigint" ? read : null;
  };
}

function toDouble(from: SqlType, to: SqlType): Caster {
  const narrow = to.kind === "FLOAT" ? Math.fround : (value: number): number => value;
  if (from.kind === "DECIMAL") return (value) => narrow(decimalToNumber(value as bigint, from.scale));
  if (!isCharacter(from)) return (value) => narrow(Number(value));
  return (value) => {
    const text = withoutJavaSuffix((value as string).trim());
    const isNumber = /^[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|Infinity|NaN)$/.test(text);
    return narrow(orFail(isNumber ? Number(text.replace(/^[+-]?NaN$/, "NaN")) : undefined, value, to));
  };
}

/** Java, which reads texts for Flink, takes `1.5f` and `1.5D` for numbers. */
function withoutJavaSuffix(text: string): string {
  return /[\d.][fFdD]$/.test(text) ? text.slice(0, -1) : text;
}

function toInteger(from: SqlType, to: SqlType): Caster {
  if (from.kind === "DECIMAL") {
    const unit = powerOfTen(from.scale);
    return (value) => narrowInteger((value as bigint) / unit, to);
  }
  if (from.kind === "FLOAT" || from.kind === "DOUBLE") return (value) => saturate(value as number, to);
  if (!isCharacter(from)) return (value) => narrowInteger(BigInt(value as number | bigint), to);
  return (value) => {
    const match = /^([+-]?)(?=[\d.])(\d*)(?:\.\d*)?$/.exec((value as string).trim());
    const whole = match === null ? undefined : BigInt(`${match[1] === "-" ? "-" : ""}${match[2] || "0"}`);
    const limit = 1n << integerRange[to.kind as keyof typeof integerRange];
    if (whole === undefined || whole >= limit || whole < -limit) throw failed(value, to);
    return to.kind === "BIGINT" ? whole : Number(whole);
  };
}

function narrowInteger(value: bigint, to: SqlType): SqlValue {
  const wide = BigInt.asIntN(64, value);
  return to.kind === "BIGINT" ? wide : wrapValue(Number(BigInt.asIntN(32, wide)), to);
}

/** Java's conversion of a double: NaN is 0, what is too large becomes the largest. */
function saturate(value: number, to: SqlType): SqlValue {
  const bits = to.kind === "BIGINT" ? 63n : 31n;
  const limit = 2 ** Number(bits);
  const whole = Number.isNaN(value) ? 0 : Math.trunc(value);
  const largest = (1n << bits) - 1n;
  const exact = whole >= limit ? largest : whole < -limit ? -largest - 1n : BigInt(whole);
  return to.kind === "BIGINT" ? exact : wrapValue(Number(exact), to);
}

function toBoolean(from: SqlType, to: SqlType): Caster | undefined {
  if (isNumeric(from)) return (value) => Number(value) !== 0;
  if (!isCharacter(from)) return undefined;
  return (value) => {
    const text = (value as string).toLowerCase();
    if (trueTexts.has(text)) return true;
    if (falseTexts.has(text)) return false;
    throw failed(value, to);
  };
}

type Timestamp = Extract<SqlType, { kind: "TIMESTAMP" | "TIMESTAMP_LTZ" }>;

function toTimestamp(from: SqlType, to: Timestamp): Caster | undefined {
  if (isCharacter(from)) {
    return (value) => {
      const micros = orFail(readTimestamp(value as string), value, to);
      return cutTimestamp(to.precision > 3 ? micros : microsToMs(micros), to);
    };
  }
  // A TIME is one of 1970-01-01.
  if (from.kind === "DATE" || from.kind === "TIME") {
    const unitMs = from.kind === "DATE" ? millisecondsPerDay : 1;
    const ms = (value: SqlValue): number => (value as number) * unitMs;
    return to.precision > 3 ? (value) => BigInt(ms(value)) * 1000n : ms;
  }
  if (!isTimestamp(from)) return undefined;
  return (value) => {
    const micros = typeof value === "bigint" ? value : BigInt(value as number) * 1000n;
    return to.precision > 3 ? cutTimestamp(micros, to) : cutTimestamp(microsToMs(micros), to);
  };
}

function microsToMs(micros: bigint): number {
  return Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n);
}

/** Finer digits than the type keeps fall away, toward the past. */
function cutTimestamp(value: number | bigint, to: Timestamp): number | bigint {
  if (typeof value === "bigint") {
    const unit = powerOfTen(6 - to.precision);
    return value - (((value % unit) + unit) % unit);
  }
  const unit = 10 ** (3 - to.precision);
  return Math.floor(value / unit) * unit;
}

function toDate(from: SqlType, to: SqlType): Caster | undefined {
  if (isCharacter(from)) return (value) => orFail(readDate(value as string), value, to);
  if (!isTimestamp(from)) return undefined;
  return (value) => {
    const ms = typeof value === "bigint" ? microsToMs(value) : (value as number);
    return Math.floor(ms / millisecondsPerDay);
  };
}

function toTime(from: SqlType, to: SqlType): Caster | undefined {
  if (isCharacter(from)) return (value) => orFail(readTime(value as string), value, to);
  if (from.kind === "TIME") return (value) => value;
  if (!isTimestamp(from)) return undefined;
  return (value) => {
    const ms = typeof value === "bigint" ? microsToMs(value) : (value as number);
    return ms - Math.floor(ms / millisecondsPerDay) * millisecondsPerDay;
  };
}

function toBinary(from: SqlType, length: number): Caster | undefined {
  if (isCharacter(from)) return (value) => new TextEncoder().encode(value as string).subarray(0, length);
  if (from.kind !== "BINARY" && from.kind !== "VARBINARY") return undefined;
  return (value) => (value as Uint8Array).subarray(0, length);
}
