/**
 * A sub-query as a value: the one row that it gives, beside each row of the query around it. Where it has no
 * row the value is NULL; when its row changes, each row beside it does.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { withoutAttribute } from "../../functions/common-type.ts";
import { withNullable } from "../../values/sql-type.ts";
import type { Query, ScalarSubquery } from "../parse/ast.ts";
import { givesOneRow } from "../plan/traits.ts";
import type { Subquery } from "./bind-expression.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { correlatedValue } from "./correlated-value.ts";
import type { BindEnvironment, BindTable, BoundQuery, Subqueries } from "./environment.ts";
import { joinRelation } from "./join-relation.ts";
import { featureRefused } from "./not-supported-yet.ts";
import type { Relation } from "./relation.ts";
import { conditionOf } from "./subquery-condition.ts";
import { isOfAround } from "./unknown-column.ts";

/** Those of a clause, found while it is bound: each is a column more behind those of the relation. */
export class ScalarSubqueries implements Subqueries {
  readonly #environment: BindEnvironment;
  readonly #bindTable: BindTable;
  #joined: Relation;

  constructor(relation: Relation, environment: BindEnvironment, bindTable: BindTable) {
    this.#joined = relation;
    this.#environment = environment;
    this.#bindTable = bindTable;
  }

  /** The relation with the values beside its rows; they have no names. */
  get joined(): Relation {
    return this.#joined;
  }

  /** `operand` is what IN looks for, where it is not bound in the relation. */
  bind(node: Subquery, operand?: BoundExpression): BoundExpression {
    if (node.kind !== "ScalarSubquery") {
      const outer = { relation: this.#joined, operand };
      const { joined, value } = conditionOf(node, outer, this.#environment, this.#bindTable);
      this.#joined = joined;
      return value;
    }
    const alone = this.#bindAlone(node.query);
    if (alone !== undefined) return this.#besideEach(node, alone);
    const correlated = correlatedValue(node, this.#joined, this.#environment, this.#bindTable);
    if (correlated === undefined) {
      const instead = "Join the aggregate by its key: LEFT JOIN (SELECT k, MAX(n) AS m … GROUP BY k).";
      const feature = "A value of a sub-query that reads the query around it so";
      throw featureRefused(feature, node.query.position, instead);
    }
    this.#joined = correlated.joined;
    return correlated.value;
  }

  /** The same row beside each row of the relation. */
  #besideEach({ query, position }: ScalarSubquery, { plan }: BoundQuery): BoundExpression {
    const { columns } = plan.schema;
    const [column] = columns;
    if (columns.length > 1) {
      throw quickwaterError("sql.subquery-columns", { found: columns.length }, { position: query.position });
    }
    if (!givesOneRow(plan)) {
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

  /** Undefined where it reads what it does not know, and the query around it does. */
  #bindAlone(query: Query): BoundQuery | undefined {
    try {
      return this.#environment.bindQuery(query, this.#environment);
    } catch (error) {
      if (isOfAround(error, this.#joined)) return undefined;
      throw error;
    }
  }
}
