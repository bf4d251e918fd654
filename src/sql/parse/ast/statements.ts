/** Statements: definitions of tables and views, and what is done with them. */
import type { SourcePosition } from "../../../errors/quickwater-error.ts";
import type { Expression } from "./expressions.ts";
import type { Query } from "./queries.ts";
import type { Identifier, Node, QualifiedName, TypeName } from "./types.ts";

export interface CreateTable extends Node {
  readonly kind: "CreateTable";
  readonly name: QualifiedName;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly columns: readonly ColumnDefinition[];
  readonly watermark: WatermarkDefinition | undefined;
  readonly primaryKey: PrimaryKeyDefinition | undefined;
  readonly comment: string | undefined;
  readonly partitionedBy: readonly Identifier[];
  readonly options: readonly TableOption[];
  readonly like: TableLike | undefined;
}

export interface ColumnDefinition extends Node {
  readonly kind: "ColumnDefinition";
  readonly name: Identifier;
  readonly content: ColumnContent;
  readonly comment: string | undefined;
}

/** A physical column has a type, a computed one an expression, a metadata column a key of its connector. */
export type ColumnContent =
  | { readonly kind: "Physical"; readonly type: TypeName }
  | { readonly kind: "Computed"; readonly expression: Expression }
  | {
      readonly kind: "Metadata";
      readonly type: TypeName;
      /** Undefined where it is the column's name. */
      readonly key: string | undefined;
      /** A virtual column is read only. */
      readonly virtual: boolean;
    };

export interface WatermarkDefinition extends Node {
  readonly kind: "WatermarkDefinition";
  readonly column: Identifier;
  readonly expression: Expression;
}

export interface PrimaryKeyDefinition extends Node {
  readonly kind: "PrimaryKeyDefinition";
  /** Of `CONSTRAINT name PRIMARY KEY …`. */
  readonly name: Identifier | undefined;
  readonly columns: readonly Identifier[];
}

export interface TableOption extends Node {
  readonly kind: "TableOption";
  readonly key: string;
  readonly value: string;
  readonly valuePosition: SourcePosition;
}

/** `LIKE orders (INCLUDING ALL, EXCLUDING OPTIONS)` */
export interface TableLike extends Node {
  readonly kind: "TableLike";
  readonly table: QualifiedName;
  readonly rules: readonly TableLikeRule[];
}

export interface TableLikeRule extends Node {
  readonly kind: "TableLikeRule";
  readonly strategy: "INCLUDING" | "EXCLUDING" | "OVERWRITING";
  readonly feature: TableLikeFeature;
}

export type TableLikeFeature =
  | "ALL"
  | "CONSTRAINTS"
  | "DISTRIBUTION"
  | "GENERATED"
  | "METADATA"
  | "OPTIONS"
  | "PARTITIONS"
  | "WATERMARKS";

export interface CreateView extends Node {
  readonly kind: "CreateView";
  readonly name: QualifiedName;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly columns: readonly Identifier[];
  readonly comment: string | undefined;
  readonly query: Query;
  /** The query's own text, as the catalog keeps it. */
  readonly queryText: string;
}

export interface CreateMaterializedView extends Node {
  readonly kind: "CreateMaterializedView";
  readonly name: QualifiedName;
  readonly options: readonly TableOption[];
  readonly query: Query;
  /** The query's own text, as the catalog keeps it. */
  readonly queryText: string;
}

export interface Drop extends Node {
  readonly kind: "Drop";
  readonly object: "TABLE" | "VIEW" | "MATERIALIZED VIEW";
  readonly temporary: boolean;
  readonly ifExists: boolean;
  readonly name: QualifiedName;
}

export interface InsertInto extends Node {
  readonly kind: "InsertInto";
  readonly target: QualifiedName;
  /** Empty where the query gives every column. */
  readonly columns: readonly Identifier[];
  readonly query: Query;
}

/** `EXECUTE STATEMENT SET BEGIN … END`: inserts that run as one job. */
export interface StatementSet extends Node {
  readonly kind: "StatementSet";
  readonly inserts: readonly InsertInto[];
}

/** `SET 'key' = 'value'`; without a setting it lists them all. */
export interface SetStatement extends Node {
  readonly kind: "Set";
  readonly setting: { readonly key: string; readonly value: string } | undefined;
}

export interface ResetStatement extends Node {
  readonly kind: "Reset";
  /** Undefined for all. */
  readonly key: string | undefined;
}

/** What SHOW lists, and what it shows of one table. */
export type ShowSubject =
  | "TABLES"
  | "VIEWS"
  | "MATERIALIZED VIEWS"
  | "FUNCTIONS"
  | "COLUMNS"
  | "CREATE TABLE"
  | "CREATE VIEW"
  | "CREATE MATERIALIZED VIEW";

export interface ShowStatement extends Node {
  readonly kind: "Show";
  readonly subject: ShowSubject;
  /** Of COLUMNS and CREATE …: whose. */
  readonly name: QualifiedName | undefined;
  /** `[NOT] LIKE 'orders%'` */
  readonly like: { readonly pattern: string; readonly negated: boolean } | undefined;
}

export interface DescribeStatement extends Node {
  readonly kind: "Describe";
  readonly name: QualifiedName;
  readonly extended: boolean;
}

export type ExplainDetail = "ESTIMATED_COST" | "CHANGELOG_MODE" | "JSON_EXECUTION_PLAN" | "PLAN_ADVICE";

/** `EXPLAIN CHANGELOG_MODE SELECT …`; FOR FLINK shows what Flink would be given. */
export interface ExplainStatement extends Node {
  readonly kind: "Explain";
  readonly details: readonly ExplainDetail[];
  readonly statement: SelectStatement | InsertInto | StatementSet | CreateMaterializedView;
  readonly forFlink: boolean;
}

export interface SelectStatement extends Node {
  readonly kind: "SelectStatement";
  readonly query: Query;
}

export type Statement =
  | CreateTable
  | CreateView
  | CreateMaterializedView
  | Drop
  | InsertInto
  | StatementSet
  | SetStatement
  | ResetStatement
  | ShowStatement
  | DescribeStatement
  | ExplainStatement
  | SelectStatement;
export type StatementKind = Statement["kind"];
