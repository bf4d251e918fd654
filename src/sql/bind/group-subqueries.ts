/**
 * Sub-queries in HAVING and in the select list of a query with GROUP BY: beside each group what they give.
 * The plan of the groups is made when all of the query is known: until then each has a made-up column.
 */
import type { SqlType } from "../../values/sql-type.ts";
import { values } from "../plan/build.ts";
import { mapChildren } from "../plan/expressions.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { type Aggregation, subqueryBase } from "./bind-aggregation.ts";
import { type BindContext, bindExpression, type Subquery } from "./bind-expression.ts";
import type { BoundExpression } from "./bound-expression.ts";
import type { BindEnvironment, BindTable } from "./environment.ts";
import { ScalarSubqueries } from "./scalar-subquery.ts";

interface Found {
  readonly node: Subquery;
  /** What IN looks for, as the context of the groups has it. */
  readonly operand: BoundExpression | undefined;
}

export class GroupSubqueries {
  readonly context: BindContext;
  readonly #aggregation: Aggregation;
  readonly #over: (plan: LogicalPlan) => ScalarSubqueries;
  readonly #found: Found[] = [];

  constructor(aggregation: Aggregation, environment: BindEnvironment, bindTable: BindTable) {
    this.#aggregation = aggregation;
    this.#over = (plan) => new ScalarSubqueries({ plan, columns: [] }, environment, bindTable);
    this.context = {
      ...aggregation.context,
      subquery: (node) => aggregation.keyOf(node) ?? this.#find(node),
    };
  }

  /** The groups with the values beside them, and what was bound in the context over its columns. */
  plan(): { readonly plan: LogicalPlan; rewrite(expression: BoundExpression): BoundExpression } {
    const subqueries = this.#over(this.#aggregation.plan());
    const known: BoundExpression[] = [];
    const rewrite = (node: BoundExpression): BoundExpression => {
      if (node.kind !== "InputColumn" || node.index < subqueryBase) return mapChildren(node, rewrite);
      return known[node.index - subqueryBase]!;
    };
    for (const { node, operand } of this.#found) {
      const sought = operand && rewrite(this.#aggregation.rewrite(operand));
      known.push(subqueries.bind(node, sought));
    }
    return { plan: subqueries.joined.plan, rewrite };
  }

  #find(node: Subquery): BoundExpression {
    const operand = node.kind === "InQueryPredicate" ? bindExpression(node.operand, this.context) : undefined;
    // Its type is that of any other row with such a value.
    const types: readonly SqlType[] = operand === undefined ? [] : [operand.type];
    const row = values(
      [],
      types.map((type) => ({ name: "SOUGHT", type })),
    );
    const sought: BoundExpression | undefined = operand && {
      kind: "InputColumn",
      index: 0,
      type: operand.type,
    };
    const { type } = this.#over(row).bind(node, sought);
    const index = subqueryBase + this.#found.push({ node, operand }) - 1;
    return { kind: "InputColumn", index, type };
  }
}
