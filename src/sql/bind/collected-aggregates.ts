/** The aggregates of a SELECT, found while it is bound; what is written twice is computed once. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { Expression, FunctionCall } from "../parse/ast.ts";
import { expressionKey } from "../plan/expressions.ts";
import { aggregateKey, type BoundAggregate, bindAggregateCall } from "./bind-aggregate-call.ts";
import { type BindContext, bindCondition, bindExpression } from "./bind-expression.ts";
import type { BoundExpression } from "./bound-expression.ts";
import type { Subqueries } from "./environment.ts";
import { featureRefused } from "./not-supported-yet.ts";
import type { Scope } from "./scope.ts";

/** Aggregates get positions from here on until they have their place in the output. */
export const aggregateBase = 1_000_000;

export interface CollectedCall extends BoundAggregate {
  readonly filter: BoundExpression | undefined;
  readonly node: FunctionCall;
}

export class CollectedAggregates {
  readonly calls: CollectedCall[] = [];
  readonly context: BindContext;
  readonly #scope: Scope;
  readonly #isGrouped: boolean;
  readonly #keys: string[] = [];
  #grouping: BindContext["grouping"];
  readonly #subquery: BindContext["subquery"];

  /** Without GROUP BY there is a group also where there is no row: no aggregate but COUNT is NOT NULL. */
  constructor(
    scope: Scope,
    isGrouped: boolean,
    inside: {
      readonly groupWindow?: BindContext["groupWindow"];
      readonly subqueries?: Subqueries | undefined;
    } = {},
  ) {
    this.#scope = scope;
    const { groupWindow, subqueries } = inside;
    this.#subquery = subqueries && ((node) => subqueries.bind(node));
    this.#isGrouped = isGrouped;
    this.context = {
      column: (reference) => scope.resolve(reference.path, reference.position),
      aggregate: (node) => this.#add(node),
      grouping: (node) => this.#grouping!(node),
      groupWindow,
      over: ({ over }) => {
        const instead = "Write the GROUP BY as a query of its own, in FROM.";
        throw featureRefused("OVER in a query with GROUP BY", over!.position, instead);
      },
    };
  }

  /** What GROUPING means is known when the keys are. */
  takeGroupings(grouping: NonNullable<BindContext["grouping"]>): void {
    this.#grouping = grouping;
  }

  #add(node: FunctionCall): BoundExpression {
    const within = (place: string) => {
      return { ...contextWithoutAggregates(this.#scope, place), subquery: this.#subquery };
    };
    const inside = within("another aggregate");
    const filter =
      node.filter === undefined ? undefined : bindCondition(node.filter, "FILTER", within("FILTER"));
    const bind = (argument: Expression) => bindExpression(argument, inside);
    const bound = bindAggregateCall(node, bind, filter !== undefined || !this.#isGrouped);
    const key = `${aggregateKey(bound)}|${filter === undefined ? "" : expressionKey(filter)}`;
    let index = this.#keys.indexOf(key);
    if (index < 0) {
      index = this.#keys.push(key) - 1;
      this.calls.push({ ...bound, filter, node });
    }
    return bound.result({ kind: "InputColumn", index: aggregateBase + index, type: bound.type });
  }
}

export function contextWithoutAggregates(scope: Scope, place: string): BindContext {
  return {
    column: (reference) => scope.resolve(reference.path, reference.position),
    aggregate: (node) => {
      const instead =
        place === "WHERE"
          ? "WHERE comes before the aggregation; to leave rows out of one aggregate write FILTER (WHERE …)."
          : "Aggregates stand in the select list.";
      const params = { function: node.name.name.toUpperCase(), place, instead };
      throw quickwaterError("sql.misplaced-aggregate", params, { position: node.position });
    },
    over: ({ over }) => {
      const rule = `A call with OVER stands in the select list, and cannot stand in ${place}`;
      const instead = "Compute it in a query in FROM, and read its column.";
      throw quickwaterError("sql.not-flink", { rule, instead }, { position: over!.position });
    },
  };
}
