/**
 * What a scalar function is. Each has two readings that must agree: `evaluate` over values, for the
 * interpreter, and `emit`, the JavaScript text that the code generator puts into a kernel. The binder asks
 * `resolve` first and writes casts around the arguments, so that both readings meet operands of exactly the
 * types that `resolve` named.
 *
 * Families are the files beside this one; `registry.ts` lists them.
 */
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";

export type ScalarFunctionName =
  | "ADD"
  | "SUBTRACT"
  | "MULTIPLY"
  | "DIVIDE"
  | "MOD"
  | "NEGATE"
  | "EQUALS"
  | "NOT_EQUALS"
  | "LESS"
  | "LESS_OR_EQUAL"
  | "GREATER"
  | "GREATER_OR_EQUAL"
  | "AND"
  | "OR"
  | "NOT"
  | "IS_NULL"
  | "IS_NOT_NULL"
  | "IS_TRUE"
  | "IS_NOT_TRUE"
  | "IS_FALSE"
  | "IS_NOT_FALSE"
  | "UPPER"
  | "LOWER"
  | "TRIM"
  | "CHAR_LENGTH"
  | "SUBSTRING"
  | "CONCAT"
  | "CONCATENATE"
  | "LIKE"
  | "ABS"
  | "ROUND"
  | "FLOOR"
  | "CEIL"
  | "SQRT"
  | "EXP"
  | "LN"
  | "LOG"
  | "LOG10"
  | "LOG2"
  | "SIN"
  | "COS"
  | "TAN"
  | "COT"
  | "ASIN"
  | "ACOS"
  | "ATAN"
  | "ATAN2"
  | "SINH"
  | "COSH"
  | "TANH"
  | "DEGREES"
  | "RADIANS"
  | "POWER"
  | "PI"
  | "E"
  | "GREATEST"
  | "LEAST"
  | "SIGN"
  | "TRUNCATE"
  | "BIN"
  | "HEX"
  | "IS_DISTINCT"
  | "POSITION"
  | "LOCATE"
  | "INSTR"
  | "STARTSWITH"
  | "ENDSWITH"
  | "SPLIT_INDEX"
  | "ASCII"
  | "LEFT"
  | "RIGHT"
  | "LTRIM"
  | "RTRIM"
  | "BTRIM"
  | "OVERLAY"
  | "LPAD"
  | "RPAD"
  | "REPEAT"
  | "REPLACE"
  | "REVERSE"
  | "INITCAP"
  | "CONCAT_WS"
  | "TRANSLATE"
  | "ELT"
  | "CHR"
  | "IS_ALPHA"
  | "IS_DIGIT"
  | "IS_DECIMAL"
  | "MD5"
  | "SHA1"
  | "SHA224"
  | "SHA256"
  | "SHA384"
  | "SHA512"
  | "SHA2"
  | "FROM_BASE64"
  | "TO_BASE64"
  | "ENCODE"
  | "DECODE"
  | "UNHEX"
  | "URL_ENCODE"
  | "URL_DECODE"
  | "PARSE_URL"
  | "EXTRACT"
  | "YEAR"
  | "QUARTER"
  | "MONTH"
  | "WEEK"
  | "DAYOFYEAR"
  | "DAYOFMONTH"
  | "DAYOFWEEK"
  | "HOUR"
  | "MINUTE"
  | "SECOND"
  | "FLOOR_TO"
  | "CEIL_TO"
  | "TIMESTAMPADD"
  | "TIMESTAMPDIFF"
  | "DATE_FORMAT"
  | "TO_DATE"
  | "TO_TIMESTAMP"
  | "TO_TIMESTAMP_LTZ"
  | "UNIX_TIMESTAMP"
  | "FROM_UNIXTIME"
  | "CONVERT_TZ"
  | "IN_ZONE"
  | "FROM_ZONE"
  | "ZONED_INSIDE"
  | "AS_FAR_AS"
  | "SECONDS_IN_ZONE"
  | "SECONDS_FROM_ZONE"
  | "JSON_EXISTS"
  | "JSON_VALUE"
  | "JSON_QUERY"
  | "JSON_OBJECT"
  | "JSON_ARRAY"
  | "JSON_STRING"
  | "JSON_QUOTE"
  | "JSON_UNQUOTE"
  | "IS_JSON"
  | "REGEXP"
  | "REGEXP_REPLACE"
  | "REGEXP_EXTRACT"
  | "REGEXP_COUNT"
  | "REGEXP_INSTR"
  | "REGEXP_SUBSTR"
  | "SIMILAR"
  | "FIELD"
  | "ITEM"
  | "ROW"
  | "ARRAY"
  | "MAP"
  | "CARDINALITY"
  | "ELEMENT"
  | "ARRAY_CONTAINS"
  | "ARRAY_POSITION"
  | "ARRAY_DISTINCT"
  | "ARRAY_REMOVE"
  | "ARRAY_REVERSE"
  | "ARRAY_SLICE"
  | "ARRAY_SORT"
  | "ARRAY_UNION"
  | "ARRAY_EXCEPT"
  | "ARRAY_INTERSECT"
  | "ARRAY_CONCAT"
  | "ARRAY_APPEND"
  | "ARRAY_PREPEND"
  | "ARRAY_MAX"
  | "ARRAY_MIN"
  | "ARRAY_JOIN"
  | "MAP_KEYS"
  | "MAP_VALUES"
  | "MAP_ENTRIES"
  | "MAP_FROM_ARRAYS"
  | "MAP_UNION"
  | "STR_TO_MAP"
  | "SPLIT"
  | "REGEXP_EXTRACT_ALL";

export interface Argument {
  readonly type: SqlType;
  /** The value, where the argument is a literal. */
  readonly literal: SqlValue | undefined;
}

export interface Signature {
  /** What the arguments are cast to; nullability is left as it is. */
  readonly operands: readonly SqlType[];
  readonly result: SqlType;
}

/** Where a text or binary value lies, as JavaScript expressions. */
export interface Slice {
  readonly arena: string;
  readonly start: string;
  readonly length: string;
}

/** An operand in generated code. */
export interface Operand {
  readonly type: SqlType;
  /** JavaScript for the value; where it is NULL, for the zero of its lane (`0`, `0n`, `false`, `""`). */
  readonly value: string;
  /** JavaScript for whether it is NULL; `false` where it never is. */
  readonly isNull: string;
  /**
   * Of a value that lies in an arena: reading `value` would make a string of it, comparing slices does not.
   */
  readonly slice?: Slice | undefined;
  readonly literal?: SqlValue | undefined;
}

export interface EmitContext {
  /** Hands a value to the generated code and gives the name that it has there. */
  constant(value: unknown): string;
}

export interface ScalarFunction {
  readonly name: ScalarFunctionName;
  /** What it takes, as a message says it: `two numbers`. */
  readonly takes: string;
  resolve(argumentsGiven: readonly Argument[]): Signature | undefined;
  /**
   * `strict`: NULL where an operand is NULL, and then neither reading is asked. `own`: it looks at NULLs
   * itself.
   */
  readonly nulls: "strict" | "own";
  /** The result may be NULL although no operand is, as a DECIMAL that overflows. */
  readonly overflows?: boolean | undefined;
  evaluate(operands: readonly SqlValue[], types: readonly SqlType[], result: SqlType): SqlValue;
  /** A JavaScript expression; it may be evaluated once only, and answers null for a NULL. */
  emit(operands: readonly Operand[], result: SqlType, context: EmitContext): string;
}
