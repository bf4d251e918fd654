/**
 * The SQL types, as plain data. A type says what a value means; `physicalOf` says how a column of it lies
 * in a batch and how a lane of it lies in a state slot. Nothing else in the house maps types to memory.
 */

export type ScalarType =
  | { readonly kind: "BOOLEAN"; readonly nullable: boolean }
  | { readonly kind: "TINYINT" | "SMALLINT" | "INT" | "BIGINT"; readonly nullable: boolean }
  | { readonly kind: "FLOAT" | "DOUBLE"; readonly nullable: boolean }
  | {
      readonly kind: "DECIMAL";
      readonly precision: number;
      readonly scale: number;
      readonly nullable: boolean;
    }
  | { readonly kind: "CHAR" | "VARCHAR"; readonly length: number; readonly nullable: boolean }
  | { readonly kind: "BINARY" | "VARBINARY"; readonly length: number; readonly nullable: boolean }
  | { readonly kind: "DATE"; readonly nullable: boolean }
  | { readonly kind: "TIME"; readonly precision: number; readonly nullable: boolean }
  | {
      readonly kind: "TIMESTAMP" | "TIMESTAMP_LTZ";
      readonly precision: number;
      readonly nullable: boolean;
      /**
       * A time attribute orders its table: windows and watermarks may be built on it. Arithmetic loses it.
       */
      readonly attribute?: "rowtime" | "proctime" | undefined;
    }
  | { readonly kind: "INTERVAL_MONTHS" | "INTERVAL_MS"; readonly nullable: boolean }
  /** The type of a bare NULL, before context gives it one. */
  | { readonly kind: "NULL"; readonly nullable: true };

export interface RowField {
  readonly name: string;
  readonly type: SqlType;
}

export type SqlType =
  | ScalarType
  | { readonly kind: "ROW"; readonly fields: readonly RowField[]; readonly nullable: boolean }
  | { readonly kind: "ARRAY"; readonly element: SqlType; readonly nullable: boolean }
  | { readonly kind: "MAP"; readonly key: SqlType; readonly value: SqlType; readonly nullable: boolean };

export type SqlKind = SqlType["kind"];

/** STRING is VARCHAR of the longest length, as in Flink. */
export const stringLengthMax = 2_147_483_647;
export const decimalPrecisionMax = 38;
/** A decimal of this many digits fits a signed 64-bit lane. */
const decimalPrecisionNarrow = 18;

/**
 * How a value lies in memory.
 *   u8 i32 f64 i64   one lane of that width (TIMESTAMP to precision 3 is f64 milliseconds)
 *   i128             two 64-bit lanes, high signed, low unsigned
 *   bytes            (start, length) into a byte arena; of ROW, ARRAY and MAP see `nested/nested-sink.ts`
 */
export type Physical = "u8" | "i32" | "f64" | "i64" | "i128" | "bytes";

export function physicalOf(type: SqlType): Physical {
  switch (type.kind) {
    case "BOOLEAN":
    case "NULL":
      return "u8";
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "DATE":
    case "TIME":
    case "INTERVAL_MONTHS":
      return "i32";
    case "FLOAT":
    case "DOUBLE":
    case "INTERVAL_MS":
      return "f64";
    case "BIGINT":
      return "i64";
    case "DECIMAL":
      return type.precision <= decimalPrecisionNarrow ? "i64" : "i128";
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
      return type.precision <= 3 ? "f64" : "i64";
    case "CHAR":
    case "VARCHAR":
    case "BINARY":
    case "VARBINARY":
    case "ROW":
    case "ARRAY":
    case "MAP":
      return "bytes";
  }
}

export type NestedType = Extract<SqlType, { kind: "ROW" | "ARRAY" | "MAP" }>;

/** Whether values are made of values. */
export function isNested(type: SqlType): type is NestedType {
  return type.kind === "ROW" || type.kind === "ARRAY" || type.kind === "MAP";
}

/** Of a ROW its fields', of an ARRAY the element's, of a MAP the key's and the value's. */
export function partTypes(type: NestedType): readonly SqlType[] {
  if (type.kind === "ROW") return type.fields.map((field) => field.type);
  return type.kind === "ARRAY" ? [type.element] : [type.key, type.value];
}

/**
 * A MAP of texts is a bag of properties: in JSON its values may be numbers, true and false too, each of which
 * is the text that it is written as. No other text may be written so.
 */
export function takesScalars<T extends Extract<SqlType, { kind: "MAP" }>>(
  map: T,
): map is T & { readonly value: Extract<SqlType, { kind: "CHAR" | "VARCHAR" }> } {
  return isCharacter(map.value);
}

export function isBinary(type: SqlType): type is Extract<SqlType, { kind: "BINARY" | "VARBINARY" }> {
  return type.kind === "BINARY" || type.kind === "VARBINARY";
}

/** The type as SQL writes it: `DECIMAL(10, 2) NOT NULL`. */
export function formatType(type: SqlType): string {
  const base = formatBare(type);
  return type.nullable ? base : `${base} NOT NULL`;
}

function formatBare(type: SqlType): string {
  switch (type.kind) {
    case "DECIMAL":
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case "CHAR":
    case "BINARY":
      return `${type.kind}(${type.length})`;
    case "VARCHAR":
      return type.length === stringLengthMax ? "STRING" : `VARCHAR(${type.length})`;
    case "VARBINARY":
      return type.length === stringLengthMax ? "BYTES" : `VARBINARY(${type.length})`;
    case "TIME":
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
      return `${type.kind}(${type.precision})`;
    case "INTERVAL_MONTHS":
      return "INTERVAL YEAR TO MONTH";
    case "INTERVAL_MS":
      return "INTERVAL DAY TO SECOND(3)";
    case "ROW":
    case "ARRAY":
    case "MAP":
      return formatNested(type, formatType);
    default:
      return type.kind;
  }
}

/** A type of types, with its parts as the caller writes them. */
export function formatNested(type: NestedType, format: (part: SqlType) => string): string {
  switch (type.kind) {
    case "ROW":
      return `ROW<${type.fields
        .map((field) => `${quoteName(field.name)} ${format(field.type)}`)
        .join(", ")}>`;
    case "ARRAY":
      return `ARRAY<${format(type.element)}>`;
    case "MAP":
      return `MAP<${format(type.key)}, ${format(type.value)}>`;
  }
}

function quoteName(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

export function withNullable<T extends SqlType>(type: T, nullable: boolean): T {
  return type.nullable === nullable || type.kind === "NULL" ? type : { ...type, nullable };
}

export function isNumeric(type: SqlType): boolean {
  return isInteger(type) || type.kind === "DECIMAL" || type.kind === "FLOAT" || type.kind === "DOUBLE";
}

export function isInteger(type: SqlType): boolean {
  return type.kind === "TINYINT" || type.kind === "SMALLINT" || type.kind === "INT" || type.kind === "BIGINT";
}

export function isCharacter(type: SqlType): boolean {
  return type.kind === "CHAR" || type.kind === "VARCHAR";
}

export function isTimestamp(
  type: SqlType,
): type is Extract<SqlType, { kind: "TIMESTAMP" | "TIMESTAMP_LTZ" }> {
  return type.kind === "TIMESTAMP" || type.kind === "TIMESTAMP_LTZ";
}
