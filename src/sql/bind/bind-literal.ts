/**
 * Literals with the types that Flink gives them: `1` INT, `1.50` DECIMAL(3, 2), `1e3` DOUBLE, `'ab'` CHAR(2).
 */
import { type QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { countCharacters } from "../../functions/scalar/string.ts";
import { decimalLiteral } from "../../values/decimal.ts";
import { type Interval, parseInterval } from "../../values/interval.ts";
import { parseDate, parseTime, parseTimestampMicros, parseTimestampMs } from "../../values/timestamp.ts";
import type {
  BinaryLiteral,
  IntervalLiteral,
  IntervalUnit,
  NumberLiteral,
  StringLiteral,
  TemporalLiteral,
} from "../parse/ast.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { literal } from "./coerce.ts";
import { featureRefused } from "./not-supported-yet.ts";

/** `negative` folds a sign into the digits: -9223372036854775808 is a BIGINT, its positive part is not. */
export function bindNumber(node: NumberLiteral, negative: boolean): BoundExpression {
  const decimal = decimalLiteral(node.text);
  if (decimal === undefined) {
    const value = Number(node.text);
    if (!Number.isFinite(value)) throw badLiteral(node.text, "a DOUBLE", node.position);
    // Flink knows the number that is written, and that has no negative zero.
    return literal(negative && value !== 0 ? -value : value, { kind: "DOUBLE", nullable: false });
  }
  const { shape } = decimal;
  const unscaled = negative ? -decimal.unscaled : decimal.unscaled;
  if (shape.scale === 0) {
    if (BigInt.asIntN(32, unscaled) === unscaled)
      return literal(Number(unscaled), { kind: "INT", nullable: false });
    if (BigInt.asIntN(64, unscaled) === unscaled)
      return literal(unscaled, { kind: "BIGINT", nullable: false });
  }
  // Flink takes no literal whose digits, without the point, are beyond 64 bits.
  if (BigInt.asIntN(64, unscaled) !== unscaled) {
    throw badLiteral(node.text, "a number whose digits fit into 64 bits", node.position);
  }
  return literal(unscaled, { kind: "DECIMAL", ...shape, nullable: false });
}

export function bindString(node: StringLiteral): BoundExpression {
  return literal(node.value, { kind: "CHAR", length: countCharacters(node.value), nullable: false });
}

export function bindBinary({ digits }: BinaryLiteral): BoundExpression {
  const bytes = new Uint8Array(Buffer.from(digits, "hex"));
  return literal(bytes, { kind: "BINARY", length: bytes.length, nullable: false });
}

export function bindInterval(node: IntervalLiteral): BoundExpression {
  const interval = intervalOf(node);
  const unit = node.to === undefined ? node.from : `${node.from} TO ${node.to}`;
  if (interval === undefined) throw badLiteral(`'${node.value}'`, `an INTERVAL of ${unit}`, node.position);
  const sign = node.negative ? -1 : 1;
  if (interval.kind === "ms") return literal(sign * interval.ms, { kind: "INTERVAL_MS", nullable: false });
  return literal(sign * interval.months, { kind: "INTERVAL_MONTHS", nullable: false });
}

/** Undefined for a text that is none. */
export function intervalOf({ value, from, to, position }: IntervalLiteral): Interval | undefined {
  if (isLater(from) || isLater(to)) throw featureRefused("INTERVAL of weeks or quarters", position);
  return parseInterval(value, from, to);
}

function isLater(unit: IntervalUnit | undefined): unit is "WEEK" | "QUARTER" {
  return unit === "WEEK" || unit === "QUARTER";
}

export function bindTemporal(node: TemporalLiteral): BoundExpression {
  const { value, position } = node;
  const precision = /\.(\d+)$/.exec(value)?.[1]?.length ?? 0;
  switch (node.type) {
    case "DATE":
      return literal(orFail(parseDate(value), node), { kind: "DATE", nullable: false });
    case "TIME":
      return literal(orFail(parseTime(value), node), {
        kind: "TIME",
        precision: Math.min(precision, 3),
        nullable: false,
      });
    case "TIMESTAMP": {
      if (precision > 6)
        throw quickwaterError("sql.timestamp-precision", { type: `'${value}'` }, { position });
      const parsed = precision > 3 ? parseTimestampMicros(value) : parseTimestampMs(value);
      return literal(orFail(parsed, node), { kind: "TIMESTAMP", precision, nullable: false });
    }
  }
}

function orFail<T>(parsed: T | undefined, node: TemporalLiteral): T {
  if (parsed === undefined) throw badLiteral(`'${node.value}'`, `a ${node.type}`, node.position);
  return parsed;
}

function badLiteral(text: string, expected: string, position: SourcePosition): QuickwaterError {
  return quickwaterError("sql.bad-literal", { text, expected }, { position });
}
