/**
 * The type that several values share: of CASE branches, of IN's items, of the two sides of a comparison. The
 * rules are those of Flink's LogicalTypeMerging.findCommonType, without its conversions between numbers and
 * texts.
 */
import {
  decimalPrecisionMax,
  isBinary,
  isCharacter,
  isInteger,
  isNumeric,
  type NestedType,
  type RowField,
  type SqlType,
  withNullable,
} from "../values/sql-type.ts";

type Decimal = Extract<SqlType, { kind: "DECIMAL" }>;

/**
 * The digits that each integer type has at most: an integer is a DECIMAL of so many digits among decimals.
 */
const integerDigits = { TINYINT: 3, SMALLINT: 5, INT: 10, BIGINT: 19 } as const;
const integerRank = ["TINYINT", "SMALLINT", "INT", "BIGINT"] as const;

export function commonType(types: readonly SqlType[]): SqlType | undefined {
  const typed = types.filter((type) => type.kind !== "NULL");
  let common: SqlType | undefined = typed[0];
  for (const type of typed.slice(1)) {
    common = common === undefined ? undefined : commonOfTwo(common, type);
    if (common === undefined) return undefined;
  }
  if (common === undefined) return undefined;
  return withoutAttribute(
    withNullable(
      common,
      types.some((type) => type.nullable),
    ),
  );
}

/** An integer as the DECIMAL that holds all its values. */
export function asDecimal(type: SqlType): Decimal | undefined {
  if (type.kind === "DECIMAL") return type;
  if (!isInteger(type)) return undefined;
  const precision = integerDigits[type.kind as keyof typeof integerDigits];
  return { kind: "DECIMAL", precision, scale: 0, nullable: type.nullable };
}

/** Computing with a time attribute gives a plain timestamp: the result no longer orders its table. */
export function withoutAttribute(type: SqlType): SqlType {
  if (type.kind !== "TIMESTAMP" && type.kind !== "TIMESTAMP_LTZ") return type;
  return { kind: type.kind, precision: type.precision, nullable: type.nullable };
}

function commonOfTwo(left: SqlType, right: SqlType): SqlType | undefined {
  if (isNumeric(left) && isNumeric(right)) return commonNumber(left, right);
  if (isCharacter(left) && isCharacter(right)) return commonLength(left, right, "CHAR", "VARCHAR");
  if (isBinary(left) && isBinary(right)) return commonLength(left, right, "BINARY", "VARBINARY");
  if (left.kind !== right.kind) return undefined;
  switch (left.kind) {
    case "TIME":
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
      return left.precision >= (right as typeof left).precision ? left : right;
    case "ROW":
    case "ARRAY":
    case "MAP":
      return commonNested(left, right as NestedType);
    default:
      return left;
  }
}

/** Part by part; the first names the fields of a ROW. */
function commonNested(left: NestedType, right: NestedType): SqlType | undefined {
  const nullable = left.nullable || right.nullable;
  if (left.kind === "ROW" && right.kind === "ROW") {
    if (left.fields.length !== right.fields.length) return undefined;
    const fields = left.fields.map(({ name, type }, index) => {
      return { name, type: commonType([type, right.fields[index]!.type]) };
    });
    const isWhole = fields.every((field): field is RowField => field.type !== undefined);
    return isWhole ? { kind: "ROW", fields, nullable } : undefined;
  }
  if (left.kind === "ARRAY" && right.kind === "ARRAY") {
    const element = commonType([left.element, right.element]);
    return element && { kind: "ARRAY", element, nullable };
  }
  if (left.kind !== "MAP" || right.kind !== "MAP") return undefined;
  const key = commonType([left.key, right.key]);
  const value = commonType([left.value, right.value]);
  return key && value && { kind: "MAP", key, value, nullable };
}

function commonNumber(left: SqlType, right: SqlType): SqlType {
  const nullable = left.nullable || right.nullable;
  const approximate = [left, right].filter((type) => type.kind === "FLOAT" || type.kind === "DOUBLE");
  if (approximate.length > 0) {
    const isDouble = [left, right].some((type) => type.kind === "DOUBLE" || type.kind === "DECIMAL");
    return { kind: isDouble ? "DOUBLE" : "FLOAT", nullable };
  }
  if (isInteger(left) && isInteger(right)) {
    const rank = (type: SqlType): number => integerRank.indexOf(type.kind as (typeof integerRank)[number]);
    return rank(left) >= rank(right) ? left : right;
  }
  const [a, b] = [asDecimal(left)!, asDecimal(right)!];
  const whole = Math.min(Math.max(a.precision - a.scale, b.precision - b.scale), decimalPrecisionMax);
  const scale = Math.min(Math.max(a.scale, b.scale), decimalPrecisionMax - whole);
  return { kind: "DECIMAL", precision: whole + scale, scale, nullable };
}

/** Texts of different fixed lengths become variable, so that none is padded. */
function commonLength(
  left: SqlType,
  right: SqlType,
  fixed: "CHAR" | "BINARY",
  varying: "VARCHAR" | "VARBINARY",
): SqlType {
  const lengths = [left, right].map((type) => ("length" in type ? type.length : 0));
  const length = Math.max(...lengths);
  const stays = left.kind === fixed && right.kind === fixed && lengths[0] === lengths[1];
  return { kind: stays ? fixed : varying, length, nullable: left.nullable || right.nullable };
}
