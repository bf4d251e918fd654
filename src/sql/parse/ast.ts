/**
 * The syntax tree: readonly plain data, each node with a literal `kind` and the place it came from. The
 * tree says what was written, nothing of what it means: names are not looked up, types are not known.
 *
 * Nodes of the whole dialect of DESIGN §3 are added here, beside these, as the parser learns to read them.
 */
import type { SourcePosition } from "../../errors/quickwater-error.ts";

interface Node {
  readonly position: SourcePosition;
}

/** A name as written; `quoted` names are exact, and reserved words need the quotes. */
export interface Identifier extends Node {
  readonly kind: "Identifier";
  readonly name: string;
  readonly quoted: boolean;
}

// Statements

export interface CreateTable extends Node {
  readonly kind: "CreateTable";
  readonly name: Identifier;
  readonly ifNotExists: boolean;
  readonly columns: readonly ColumnDefinition[];
  readonly watermark: WatermarkDefinition | undefined;
  readonly primaryKey: PrimaryKeyDefinition | undefined;
  readonly options: readonly TableOption[];
}

export interface CreateMaterializedView extends Node {
  readonly kind: "CreateMaterializedView";
  readonly name: Identifier;
  readonly options: readonly TableOption[];
  readonly query: SelectQuery;
  /** The query's own text, as the catalog keeps it. */
  readonly queryText: string;
}

export interface InsertInto extends Node {
  readonly kind: "InsertInto";
  readonly target: Identifier;
  readonly query: SelectQuery;
}

export interface SelectStatement extends Node {
  readonly kind: "SelectStatement";
  readonly query: SelectQuery;
}

export type Statement = CreateTable | CreateMaterializedView | InsertInto | SelectStatement;
export type StatementKind = Statement["kind"];

export interface ColumnDefinition extends Node {
  readonly kind: "ColumnDefinition";
  readonly name: Identifier;
  /** A physical column has a type, a computed one an expression. */
  readonly content:
    | { readonly kind: "Physical"; readonly type: TypeName }
    | { readonly kind: "Computed"; readonly expression: Expression };
}

export interface WatermarkDefinition extends Node {
  readonly kind: "WatermarkDefinition";
  readonly column: Identifier;
  readonly expression: Expression;
}

export interface PrimaryKeyDefinition extends Node {
  readonly kind: "PrimaryKeyDefinition";
  readonly columns: readonly Identifier[];
}

export interface TableOption extends Node {
  readonly kind: "TableOption";
  readonly key: string;
  readonly value: string;
  readonly valuePosition: SourcePosition;
}

/**
 * `DECIMAL(10, 2) NOT NULL`, `ROW<lat DOUBLE, lon DOUBLE>`; arguments are as written and checked by the
 * binder.
 */
export interface TypeName extends Node {
  readonly kind: "TypeName";
  readonly name: string;
  readonly arguments: readonly number[];
  /** Of ROW its fields; of ARRAY its element; of MAP its key and value (nameless). */
  readonly children: readonly { readonly name: Identifier | undefined; readonly type: TypeName }[];
  readonly notNull: boolean;
}

// Queries

export interface SelectQuery extends Node {
  readonly kind: "SelectQuery";
  readonly items: readonly SelectItem[];
  readonly from: TableReference;
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
}

export type SelectItem = SelectStar | SelectExpression;

export interface SelectStar extends Node {
  readonly kind: "SelectStar";
  readonly qualifier: Identifier | undefined;
}

export interface SelectExpression extends Node {
  readonly kind: "SelectExpression";
  readonly expression: Expression;
  readonly alias: Identifier | undefined;
}

export type TableReference = NamedTable | WindowTable;

export interface NamedTable extends Node {
  readonly kind: "NamedTable";
  readonly name: Identifier;
  readonly alias: Identifier | undefined;
}

/** `TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))`, arguments by position or by name. */
export interface WindowTable extends Node {
  readonly kind: "WindowTable";
  readonly functionName: Identifier;
  readonly table: Identifier;
  readonly timeColumn: Identifier;
  /** What follows the descriptor, in order; named where written as `SIZE => …`. */
  readonly arguments: readonly { readonly name: Identifier | undefined; readonly value: Expression }[];
  readonly alias: Identifier | undefined;
}

// Expressions

export interface ColumnReference extends Node {
  readonly kind: "ColumnReference";
  /** `location.country`, `o.amount`: what is a table and what a field is the binder's to find out. */
  readonly path: readonly Identifier[];
}

export interface NumberLiteral extends Node {
  readonly kind: "NumberLiteral";
  /** The digits as written: `1`, `1.50`, `1e3`. */
  readonly text: string;
}

export interface StringLiteral extends Node {
  readonly kind: "StringLiteral";
  readonly value: string;
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

export type IntervalUnit = "YEAR" | "MONTH" | "DAY" | "HOUR" | "MINUTE" | "SECOND";

/** `DATE '2026-01-01'`, `TIME '12:00:00'`, `TIMESTAMP '2026-01-01 12:00:00'`. */
export interface TemporalLiteral extends Node {
  readonly kind: "TemporalLiteral";
  readonly type: "DATE" | "TIME" | "TIMESTAMP";
  readonly value: string;
}

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

export interface BetweenPredicate extends Node {
  readonly kind: "BetweenPredicate";
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
}

export interface InListPredicate extends Node {
  readonly kind: "InListPredicate";
  readonly operand: Expression;
  readonly items: readonly Expression[];
  readonly negated: boolean;
}

export interface LikePredicate extends Node {
  readonly kind: "LikePredicate";
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape: Expression | undefined;
  readonly negated: boolean;
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

export interface FunctionCall extends Node {
  readonly kind: "FunctionCall";
  readonly name: Identifier;
  readonly arguments: readonly Expression[];
  /** `COUNT(*)`. */
  readonly star: boolean;
  readonly distinct: boolean;
  /** `FILTER (WHERE …)`. */
  readonly filter: Expression | undefined;
}

export type Expression =
  | ColumnReference
  | NumberLiteral
  | StringLiteral
  | BooleanLiteral
  | NullLiteral
  | IntervalLiteral
  | TemporalLiteral
  | BinaryExpression
  | UnaryExpression
  | IsPredicate
  | BetweenPredicate
  | InListPredicate
  | LikePredicate
  | CaseExpression
  | CastExpression
  | FunctionCall;
export type ExpressionKind = Expression["kind"];
