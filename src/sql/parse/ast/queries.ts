/** Queries: what is selected, from which tables, how it is grouped, ordered and joined with other queries. */
import type { Expression, NumberLiteral, StringLiteral } from "./expressions.ts";
import type { Identifier, Node, QualifiedName } from "./types.ts";

/**
 * A whole query: WITH before its body, ORDER BY and LIMIT behind it. Parentheses around a query that add
 * nothing are not kept, so that a body is a query of its own only where it has such clauses.
 */
export interface Query extends Node {
  readonly kind: "Query";
  readonly with: readonly CommonTable[];
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  readonly limit: NumberLiteral | undefined;
  readonly offset: NumberLiteral | undefined;
}

export type QueryBody = SelectQuery | SetOperation | ValuesQuery | Query;

/** `name (a, b) AS (query)` of a WITH. */
export interface CommonTable extends Node {
  readonly kind: "CommonTable";
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
  readonly query: Query;
}

export interface SetOperation extends Node {
  readonly kind: "SetOperation";
  readonly operator: "UNION" | "INTERSECT" | "EXCEPT";
  readonly all: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
}

export interface ValuesQuery extends Node {
  readonly kind: "ValuesQuery";
  readonly rows: readonly ValuesRow[];
}

export interface ValuesRow extends Node {
  readonly kind: "ValuesRow";
  readonly values: readonly Expression[];
}

export interface SelectQuery extends Node {
  readonly kind: "SelectQuery";
  readonly hints: readonly Hint[];
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: TableReference | undefined;
  readonly where: Expression | undefined;
  readonly groupBy: readonly GroupingElement[];
  readonly having: Expression | undefined;
  readonly windows: readonly NamedWindow[];
  readonly qualify: Expression | undefined;
}

export type SelectItem = SelectStar | SelectExpression;

export interface SelectStar extends Node {
  readonly kind: "SelectStar";
  readonly qualifier: QualifiedName | undefined;
}

export interface SelectExpression extends Node {
  readonly kind: "SelectExpression";
  readonly expression: Expression;
  readonly alias: Identifier | undefined;
}

/** Hints to the planner, each `NAME(…)` between `/*+` and its end. */
export interface Hint extends Node {
  readonly kind: "Hint";
  readonly name: Identifier;
  readonly arguments: readonly HintArgument[];
}

/** `'key' = 'value'`, or a value alone. */
export interface HintArgument extends Node {
  readonly kind: "HintArgument";
  readonly key: Identifier | StringLiteral | undefined;
  readonly value: Identifier | StringLiteral | NumberLiteral;
}

// Grouping and ordering

export type GroupingElement = Expression | EmptyGrouping | Rollup | Cube | GroupingSets;

/** `()`, the group of all rows. */
export interface EmptyGrouping extends Node {
  readonly kind: "EmptyGrouping";
}

export interface Rollup extends Node {
  readonly kind: "Rollup";
  readonly keys: readonly Expression[];
}

export interface Cube extends Node {
  readonly kind: "Cube";
  readonly keys: readonly Expression[];
}

export interface GroupingSets extends Node {
  readonly kind: "GroupingSets";
  readonly sets: readonly GroupingElement[];
}

export interface OrderItem extends Node {
  readonly kind: "OrderItem";
  readonly expression: Expression;
  readonly direction: "ASC" | "DESC" | undefined;
  readonly nulls: "FIRST" | "LAST" | undefined;
}

// Windows of OVER

/** `WINDOW name AS (…)` */
export interface NamedWindow extends Node {
  readonly kind: "NamedWindow";
  readonly name: Identifier;
  readonly window: WindowSpecification;
}

export interface WindowSpecification extends Node {
  readonly kind: "WindowSpecification";
  /** The named window that this one goes on from. */
  readonly base: Identifier | undefined;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly frame: WindowFrame | undefined;
}

/** `ROWS BETWEEN 2 PRECEDING AND CURRENT ROW`; the short form names the start alone. */
export interface WindowFrame extends Node {
  readonly kind: "WindowFrame";
  readonly unit: "ROWS" | "RANGE";
  readonly start: FrameBound;
  readonly end: FrameBound | undefined;
}

export interface FrameBound extends Node {
  readonly kind: "FrameBound";
  readonly side: "CURRENT ROW" | "PRECEDING" | "FOLLOWING";
  /** Undefined for CURRENT ROW, and for UNBOUNDED. */
  readonly distance: Expression | undefined;
}

// Tables

export type TableReference =
  | NamedTable
  | DerivedTable
  | WindowTable
  | TableFunction
  | Unnest
  | LateralTable
  | Join;
export type TableReferenceKind = TableReference["kind"];

/** `AS t`, `AS t (a, b)` */
export interface TableAlias extends Node {
  readonly kind: "TableAlias";
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
}

export interface NamedTable extends Node {
  readonly kind: "NamedTable";
  readonly name: QualifiedName;
  readonly hints: readonly Hint[];
  /** `FOR SYSTEM_TIME AS OF …` */
  readonly systemTime: Expression | undefined;
  readonly alias: TableAlias | undefined;
}

/** `(SELECT …) AS t` */
export interface DerivedTable extends Node {
  readonly kind: "DerivedTable";
  readonly query: Query;
  readonly alias: TableAlias | undefined;
}

/**
 * `TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))` and its like: HOP, CUMULATE, SESSION;
 * arguments by position or by name.
 */
export interface WindowTable extends Node {
  readonly kind: "WindowTable";
  readonly functionName: Identifier;
  /** Whether `TABLE(…)` stands around the call. */
  readonly wrapped: boolean;
  readonly input: TableArgument;
  readonly timeColumn: Identifier;
  /** What follows the descriptor, in order; named where written as `SIZE => …`. */
  readonly arguments: readonly { readonly name: Identifier | undefined; readonly value: Expression }[];
  readonly alias: TableAlias | undefined;
}

/** Any other function in FROM. */
export interface TableFunction extends Node {
  readonly kind: "TableFunction";
  readonly functionName: QualifiedName;
  readonly wrapped: boolean;
  readonly arguments: readonly {
    readonly name: Identifier | undefined;
    readonly value: Expression | TableArgument | Descriptor;
  }[];
  readonly alias: TableAlias | undefined;
}

/** `TABLE orders PARTITION BY (a, b)`, or a query in parentheses. */
export interface TableArgument extends Node {
  readonly kind: "TableArgument";
  readonly table: QualifiedName | Query;
  readonly partitionBy: readonly Identifier[];
  readonly orderBy: readonly OrderItem[];
}

/** `DESCRIPTOR(ts)` */
export interface Descriptor extends Node {
  readonly kind: "Descriptor";
  readonly columns: readonly Identifier[];
}

/** `UNNEST(tags) WITH ORDINALITY AS t (tag, place)` */
export interface Unnest extends Node {
  readonly kind: "Unnest";
  readonly operand: Expression;
  readonly ordinality: boolean;
  readonly alias: TableAlias | undefined;
}

/** `LATERAL TABLE(f(x)) AS t (a)`, `LATERAL (SELECT …)`: it sees the tables to its left. */
export interface LateralTable extends Node {
  readonly kind: "LateralTable";
  readonly table: DerivedTable | TableFunction | WindowTable;
}

export interface Join extends Node {
  readonly kind: "Join";
  /** COMMA is `FROM a, b`. */
  readonly type: "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS" | "COMMA";
  readonly natural: boolean;
  readonly left: TableReference;
  readonly right: TableReference;
  readonly condition: JoinOn | JoinUsing | undefined;
}

export interface JoinOn extends Node {
  readonly kind: "JoinOn";
  readonly expression: Expression;
}

export interface JoinUsing extends Node {
  readonly kind: "JoinUsing";
  readonly columns: readonly Identifier[];
}
