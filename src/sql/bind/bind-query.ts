/** A whole query to a logical plan: WITH, then its body. */
import type { CommonTable, Query, QueryBody } from "../parse/ast.ts";
import { applyOrder, orderedByOutputs } from "./bind-order.ts";
import { bindSelect } from "./bind-select.ts";
import { bindSetOperation } from "./bind-set-operation.ts";
import { bindValues } from "./bind-values.ts";
import type { BindEnvironment, BoundQuery } from "./environment.ts";
import { columnNames, type Relation, relationOfPlan } from "./relation.ts";

/** The query of a statement: its order is that of the result. */
export function bindQuery(query: Query, environment: BindEnvironment): BoundQuery {
  return bindOrdered(query, environment, true);
}

/** A query inside of another one. */
export function bindInnerQuery(query: Query, environment: BindEnvironment): BoundQuery {
  return bindOrdered(query, environment, false);
}

function bindOrdered(query: Query, environment: BindEnvironment, isWhole: boolean): BoundQuery {
  const { body, orderBy, limit, offset } = query;
  const inside = withCommonTables(query.with, environment);
  if (orderBy.length === 0 && limit === undefined && offset === undefined) return bindBody(body, inside);
  const ordered =
    body.kind === "SelectQuery"
      ? bindSelect(body, inside, orderBy)
      : orderedByOutputs(bindBody(body, inside), orderBy);
  return applyOrder(ordered, query, environment, isWhole);
}

/** Each sees those before it. */
function withCommonTables(tables: readonly CommonTable[], environment: BindEnvironment): BindEnvironment {
  let inside = environment;
  for (const { name, columns, query } of tables) {
    const { plan } = bindInnerQuery(query, inside);
    const relation = relationOfPlan(plan, name.name);
    const names = columnNames(columns, relation.columns.length, name.position);
    const renamed: Relation = {
      plan,
      columns: relation.columns.map((column, index) => ({ ...column, name: names[index] ?? column.name })),
    };
    inside = { ...inside, commonTables: new Map([...inside.commonTables, [name.name, renamed]]) };
  }
  return inside;
}

function bindBody(body: QueryBody, environment: BindEnvironment): BoundQuery {
  switch (body.kind) {
    case "SelectQuery":
      return bindSelect(body, environment);
    case "Query":
      return bindInnerQuery(body, environment);
    case "SetOperation":
      return bindSetOperation(
        body,
        [bindBody(body.left, environment), bindBody(body.right, environment)],
        environment,
      );
    case "ValuesQuery":
      return bindValues(body);
  }
}
