/**
 * A sub-query as a value: the one row that it gives, beside each row of the query around it. Where it has no
 * row the value is NULL; when its row changes, each row beside it does.
 */
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { withoutAttribute } from "../../functions/common-type.ts";
import { withNullable } from "../../values/sql-type.ts";
import type { Query, ScalarSubquery } from "../parse/ast.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import type { BoundExpression } from "./bound-expression.ts";
import type { BindEnvironment, BoundQuery } from "./environment.ts";
import { joinRelation } from "./join-relation.ts";
import { featureRefused } from "./not-supported-yet.ts";
import type { Relation } from "./relation.ts";

/** Those of a clause, found while it is bound: each is a column more behind those of the relation. */
export class ScalarSubqueries {
  readonly #environment: BindEnvironment;
  #joined: Relation;

  constructor(relation: Relation, environment: BindEnvironment) {
    this.#joined = relation;
    this.#environment = environment;
  }

  /** The relation with the values beside its rows; they have no names. */
  get joined(): Relation {
    return this.#joined;
  }

  bind({ query, position }: ScalarSubquery): BoundExpression {
    const { plan } = this.#bindAlone(query);
    const { columns } = plan.schema;
    const [column] = columns;
    if (columns.length > 1) {
      throw quickwaterError("sql.subquery-columns", { found: columns.length }, { position: query.position });
    }
    if (!hasOneRow(plan)) {
      const instead = "Select an aggregate in it, without GROUP BY.";
      throw featureRefused("A sub-query as a value that may have several rows", position, instead);
    }
    const left = this.#joined;
    const right = { plan, columns: [] };
    const parts = { type: "LEFT", left, right, conjuncts: [], merged: [], temporal: undefined } as const;
    this.#joined = joinRelation({ ...parts, position }, this.#environment);
    const type = withNullable(withoutAttribute(column!.type), true);
    return { kind: "InputColumn", index: left.plan.schema.columns.length, type };
  }

  /** What the sub-query does not know may be of the query around it. */
  #bindAlone(query: Query): BoundQuery {
    try {
      return this.#environment.bindQuery(query, this.#environment);
    } catch (error) {
      if (!(error instanceof QuickwaterError) || error.code !== "sql.unknown-column") throw error;
      const { column: missing } = error.params;
      const around = this.#joined.columns;
      const isAround = around.some(({ name, qualifier }) => name === missing || qualifier === missing);
      if (!isAround) throw error;
      const instead = "Join the aggregate by its key: LEFT JOIN (SELECT k, MAX(n) AS m … GROUP BY k).";
      throw featureRefused("A value of a sub-query that reads the query around it", query.position, instead);
    }
  }
}

function hasOneRow(plan: LogicalPlan): boolean {
  if (plan.kind === "Project") return hasOneRow(plan.input);
  if (plan.kind === "Values") return plan.rows.length === 1;
  return plan.kind === "Aggregate" && plan.keys.length === 0;
}
