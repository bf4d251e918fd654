/** Expressions, one node a form. What is spelled with words of its own has a node; the rest is a call. */
import type { TypedValue } from "../../../values/parameter.ts";
import type { OrderItem, Query, WindowSpecification } from "./queries.ts";
import type { Identifier, IntervalUnit, Node, TypeName } from "./types.ts";

// Literals

export interface NumberLiteral extends Node {
  readonly kind: "NumberLiteral";
  /** The digits as written: `1`, `1.50`, `1e3`. */
  readonly text: string;
}

/** `'it''s'`, and `U&'\00e9'`, of which the tree keeps what it means. */
export interface StringLiteral extends Node {
  readonly kind: "StringLiteral";
  readonly value: string;
}

/** `X'0aff'` */
export interface BinaryLiteral extends Node {
  readonly kind: "BinaryLiteral";
  /** Hexadecimal digits, in capitals, an even count. */
  readonly digits: string;
}

export interface BooleanLiteral extends Node {
  readonly kind: "BooleanLiteral";
  readonly value: boolean;
}

export interface NullLiteral extends Node {
  readonly kind: "NullLiteral";
}

/** `INTERVAL '1' MINUTE`, `INTERVAL '1 02:03' DAY TO MINUTE`. */
export interface IntervalLiteral extends Node {
  readonly kind: "IntervalLiteral";
  readonly value: string;
  readonly negative: boolean;
  readonly from: IntervalUnit;
  readonly to: IntervalUnit | undefined;
}

/** `DATE '2026-01-01'`, `TIME '12:00:00'`, `TIMESTAMP '2026-01-01 12:00:00'`. */
export interface TemporalLiteral extends Node {
  readonly kind: "TemporalLiteral";
  readonly type: "DATE" | "TIME" | "TIMESTAMP";
  readonly value: string;
}

/** `:name`, of a query that is given values: one of them, with its type. No text of it is read as SQL. */
export interface GivenValue extends Node {
  readonly kind: "GivenValue";
  readonly name: string;
  readonly given: TypedValue;
}

/** A clock that is read without parentheses. */
export interface ClockExpression extends Node {
  readonly kind: "ClockExpression";
  readonly clock: "CURRENT_DATE" | "CURRENT_TIME" | "CURRENT_TIMESTAMP" | "LOCALTIME" | "LOCALTIMESTAMP";
}

// Columns and parts of values

export interface ColumnReference extends Node {
  readonly kind: "ColumnReference";
  /** `location.country`, `o.amount`: what is a table and what a field is the binder's to find out. */
  readonly path: readonly Identifier[];
}

/** `tags[1]`, `prices['EUR']` */
export interface ElementAccess extends Node {
  readonly kind: "ElementAccess";
  readonly operand: Expression;
  readonly index: Expression;
}

/** `(location).country`, `stops[1].city`: a field of what is no plain column. */
export interface FieldAccess extends Node {
  readonly kind: "FieldAccess";
  readonly operand: Expression;
  readonly field: Identifier;
}

/** `ROW(a, b)` or `(a, b)`; in GROUP BY only the second one is a list of keys. */
export interface RowConstructor extends Node {
  readonly kind: "RowConstructor";
  readonly written: "ROW" | "parentheses";
  readonly values: readonly Expression[];
}

/** `ARRAY[a, b]` */
export interface ArrayConstructor extends Node {
  readonly kind: "ArrayConstructor";
  readonly elements: readonly Expression[];
}

/** `MAP['a', 1, 'b', 2]` */
export interface MapConstructor extends Node {
  readonly kind: "MapConstructor";
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
}

// Operators

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "="
  | "<>"
  | "<"
  | "<="
  | ">"
  | ">="
  | "AND"
  | "OR"
  | "||";

export interface BinaryExpression extends Node {
  readonly kind: "BinaryExpression";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface UnaryExpression extends Node {
  readonly kind: "UnaryExpression";
  readonly operator: "NOT" | "-" | "+";
  readonly operand: Expression;
}

export interface IsPredicate extends Node {
  readonly kind: "IsPredicate";
  readonly operand: Expression;
  readonly test: "NULL" | "TRUE" | "FALSE" | "UNKNOWN";
  readonly negated: boolean;
}

/** `doc IS NOT JSON OBJECT` */
export interface IsJsonPredicate extends Node {
  readonly kind: "IsJsonPredicate";
  readonly operand: Expression;
  readonly test: "VALUE" | "ARRAY" | "OBJECT" | "SCALAR";
  readonly negated: boolean;
}

/** `a IS NOT DISTINCT FROM b` */
export interface DistinctPredicate extends Node {
  readonly kind: "DistinctPredicate";
  readonly left: Expression;
  readonly right: Expression;
  readonly negated: boolean;
}

export interface BetweenPredicate extends Node {
  readonly kind: "BetweenPredicate";
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
  /** With SYMMETRIC the bounds may stand in either order. */
  readonly symmetric: boolean;
}

export interface InListPredicate extends Node {
  readonly kind: "InListPredicate";
  readonly operand: Expression;
  readonly items: readonly Expression[];
  readonly negated: boolean;
}

export interface InQueryPredicate extends Node {
  readonly kind: "InQueryPredicate";
  readonly operand: Expression;
  readonly query: Query;
  readonly negated: boolean;
}

interface PatternPredicate extends Node {
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape: Expression | undefined;
  readonly negated: boolean;
}

export interface LikePredicate extends PatternPredicate {
  readonly kind: "LikePredicate";
}

/** `a SIMILAR TO '(x|y)%'` */
export interface SimilarPredicate extends PatternPredicate {
  readonly kind: "SimilarPredicate";
}

export interface ExistsPredicate extends Node {
  readonly kind: "ExistsPredicate";
  readonly query: Query;
}

/** `(SELECT MAX(a) FROM t)` as a value. */
export interface ScalarSubquery extends Node {
  readonly kind: "ScalarSubquery";
  readonly query: Query;
}

export interface CaseExpression extends Node {
  readonly kind: "CaseExpression";
  /** Of `CASE x WHEN …`; undefined for `CASE WHEN …`. */
  readonly operand: Expression | undefined;
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise: Expression | undefined;
}

export interface CastExpression extends Node {
  readonly kind: "CastExpression";
  readonly operand: Expression;
  readonly type: TypeName;
  /** TRY_CAST answers NULL where CAST fails. */
  readonly safe: boolean;
}

// Calls

export interface FunctionCall extends Node {
  readonly kind: "FunctionCall";
  readonly name: Identifier;
  readonly arguments: readonly Expression[];
  /** `COUNT(*)`. */
  readonly star: boolean;
  readonly distinct: boolean;
  /** `IGNORE NULLS` */
  readonly nulls: "IGNORE" | "RESPECT" | undefined;
  /** `WITHIN GROUP (ORDER BY …)`; empty without. */
  readonly withinGroup: readonly OrderItem[];
  /** `FILTER (WHERE …)`. */
  readonly filter: Expression | undefined;
  /** `OVER (…)`, or the name of one of the query's windows. */
  readonly over: WindowSpecification | Identifier | undefined;
}

/** A unit in a call; Flink takes names of its own such as EPOCH, so that any word is read. */
export type TimeUnit = string;

/** `EXTRACT(DAY FROM ts)` */
export interface ExtractCall extends Node {
  readonly kind: "ExtractCall";
  readonly unit: TimeUnit;
  readonly operand: Expression;
}

/** `FLOOR(ts TO DAY)` */
export interface RoundToUnitCall extends Node {
  readonly kind: "RoundToUnitCall";
  readonly function: "FLOOR" | "CEIL";
  readonly operand: Expression;
  readonly unit: TimeUnit;
}

/** `TIMESTAMPADD(DAY, 1, ts)`, `TIMESTAMPDIFF(DAY, a, b)` */
export interface TimestampCall extends Node {
  readonly kind: "TimestampCall";
  readonly function: "TIMESTAMPADD" | "TIMESTAMPDIFF";
  readonly unit: TimeUnit;
  readonly first: Expression;
  readonly second: Expression;
}

/** `TRIM(LEADING 'x' FROM s)`; `TRIM(s)` is a plain call. */
export interface TrimCall extends Node {
  readonly kind: "TrimCall";
  readonly side: "BOTH" | "LEADING" | "TRAILING";
  readonly characters: Expression | undefined;
  readonly operand: Expression;
}

/** `POSITION('a' IN s FROM 2)` */
export interface PositionCall extends Node {
  readonly kind: "PositionCall";
  readonly searched: Expression;
  readonly operand: Expression;
  readonly from: Expression | undefined;
}

/** `OVERLAY(s PLACING 'x' FROM 2 FOR 3)` */
export interface OverlayCall extends Node {
  readonly kind: "OverlayCall";
  readonly operand: Expression;
  readonly replacement: Expression;
  readonly from: Expression;
  readonly length: Expression | undefined;
}

// JSON

/** `JSON_VALUE(doc, '$.a' RETURNING INT DEFAULT 0 ON EMPTY NULL ON ERROR)` */
export interface JsonPathCall extends Node {
  readonly kind: "JsonPathCall";
  readonly function: "JSON_VALUE" | "JSON_QUERY" | "JSON_EXISTS";
  readonly document: Expression;
  readonly path: Expression;
  readonly returning: TypeName | undefined;
  /** Of JSON_QUERY. */
  readonly wrapper: "WITHOUT" | "WITH CONDITIONAL" | "WITH UNCONDITIONAL" | undefined;
  readonly onEmpty: JsonFallback | undefined;
  readonly onError: JsonFallback | undefined;
}

/** What a JSON function answers instead. */
export interface JsonFallback extends Node {
  readonly kind: "JsonFallback";
  readonly answer:
    | "NULL"
    | "ERROR"
    | "EMPTY ARRAY"
    | "EMPTY OBJECT"
    | "TRUE"
    | "FALSE"
    | "UNKNOWN"
    | "DEFAULT";
  /** After DEFAULT. */
  readonly value: Expression | undefined;
}

/** `JSON_OBJECT(KEY 'a' VALUE 1 ABSENT ON NULL)` */
export interface JsonObjectCall extends Node {
  readonly kind: "JsonObjectCall";
  readonly function: "JSON_OBJECT" | "JSON_OBJECTAGG";
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
  readonly onNull: "NULL" | "ABSENT" | undefined;
}

/** `JSON_ARRAY(1, 2 NULL ON NULL)` */
export interface JsonArrayCall extends Node {
  readonly kind: "JsonArrayCall";
  readonly function: "JSON_ARRAY" | "JSON_ARRAYAGG";
  readonly elements: readonly Expression[];
  readonly onNull: "NULL" | "ABSENT" | undefined;
}

export type Literal =
  | NumberLiteral
  | StringLiteral
  | BinaryLiteral
  | BooleanLiteral
  | NullLiteral
  | IntervalLiteral
  | TemporalLiteral;

/** Forms that bind their operands by power; all others are closed by words or brackets of their own. */
export type OperatorExpression =
  | BinaryExpression
  | UnaryExpression
  | IsPredicate
  | IsJsonPredicate
  | DistinctPredicate
  | BetweenPredicate
  | InListPredicate
  | InQueryPredicate
  | LikePredicate
  | SimilarPredicate;

export type SpelledCall =
  | ExtractCall
  | RoundToUnitCall
  | TimestampCall
  | TrimCall
  | PositionCall
  | OverlayCall
  | JsonPathCall
  | JsonObjectCall
  | JsonArrayCall;

export type Expression =
  | Literal
  | GivenValue
  | ClockExpression
  | ColumnReference
  | ElementAccess
  | FieldAccess
  | RowConstructor
  | ArrayConstructor
  | MapConstructor
  | OperatorExpression
  | ExistsPredicate
  | ScalarSubquery
  | CaseExpression
  | CastExpression
  | FunctionCall
  | SpelledCall;
export type ExpressionKind = Expression["kind"];
