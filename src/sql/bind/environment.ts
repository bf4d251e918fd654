/** What a query may refer to besides its own FROM, and what it may keep. */
import type { Catalog } from "../../catalog/catalog.ts";
import type { SourcePosition } from "../../errors/quickwater-error.ts";
import type { Query, TableReference } from "../parse/ast.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import type { Subquery } from "./bind-expression.ts";
import type { BoundExpression } from "./bound-expression.ts";
import type { Relation } from "./relation.ts";

/** What is known of the end of a query. */
export interface Ending {
  /** Whether state may grow with the input, because the input ends. */
  readonly inputEnds: boolean;
  /** Whether the result is told when all of it is known, in the order that the query asks for. */
  readonly resultAtEnd: boolean;
}

export interface BindEnvironment extends Ending {
  readonly catalog: Catalog;
  /** By name: the queries of WITH. */
  readonly commonTables: ReadonlyMap<string, Relation>;
  /** Tables and views that were named so far, those inside of views too. */
  readonly namesRead: Set<string>;
  /** How long a view keeps a group behind its last row; undefined where it says nothing. */
  readonly retentionMs: number | undefined;
  /** Binds a query inside another one. */
  readonly bindQuery: (query: Query, environment: BindEnvironment) => BoundQuery;
}

export interface BoundQuery {
  readonly plan: LogicalPlan;
  /** Of each output column its place in the text, and whether the query gave it a name. */
  readonly outputs: readonly BoundOutput[];
}

export interface BoundOutput {
  readonly position: SourcePosition;
  readonly isNamed: boolean;
}

/** Sub-queries as values and conditions, found while a clause is bound: each gives a column more. */
export interface Subqueries {
  bind(node: Subquery): BoundExpression;
  /** The rows with the values beside them. */
  readonly joined: Relation;
}

/** Binds a table of FROM. */
export type BindTable = (table: TableReference, environment: BindEnvironment) => Relation;
