/** A whole query to a logical plan: WITH, then its body; UNION ALL of bodies. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { commonType } from "../../functions/common-type.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { CommonTable, Query, QueryBody, SetOperation } from "../parse/ast.ts";
import { project } from "../plan/build.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { applyOrder, orderedByOutputs } from "./bind-order.ts";
import { bindSelect } from "./bind-select.ts";
import { bindValues } from "./bind-values.ts";
import { coerce, sameType, typeText } from "./coerce.ts";
import type { BindEnvironment, BoundQuery } from "./environment.ts";
import { featureRefused } from "./not-supported-yet.ts";
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
      return bindUnion(body, environment);
    case "ValuesQuery":
      return bindValues(body);
  }
}

/** Columns are matched by place and take their common type; the first query names them. */
function bindUnion(operation: SetOperation, environment: BindEnvironment): BoundQuery {
  const { operator, all, position } = operation;
  if (operator !== "UNION" || !all) {
    const instead = operator === "UNION" ? "Write UNION ALL." : "";
    throw featureRefused(all ? `${operator} ALL` : operator, position, instead);
  }
  const left = bindBody(operation.left, environment);
  const right = bindBody(operation.right, environment);
  const counts = { left: left.plan.schema.columns.length, right: right.plan.schema.columns.length };
  if (counts.left !== counts.right) throw quickwaterError("sql.union-columns", counts, { position });
  const columns = left.plan.schema.columns.map(({ name, type }, index) => {
    const other = right.plan.schema.columns[index]!.type;
    const common = unionType(type, other);
    if (common !== undefined) return { name, type: common };
    const params = { column: name, left: typeText(type), right: typeText(other) };
    throw quickwaterError("sql.union-type", params, { position: right.outputs[index]!.position });
  });
  const inputs = [left.plan, right.plan].map((plan) => asColumns(plan, columns));
  return { plan: { kind: "Union", inputs, schema: { columns } }, outputs: left.outputs };
}

/** A time attribute stays one where both are. */
function unionType(left: SqlType, right: SqlType): SqlType | undefined {
  const common = commonType([left, right]);
  const isTime = "attribute" in left && "attribute" in right && left.attribute === right.attribute;
  return common !== undefined && isTime && sameType(left, right)
    ? ({ ...left, nullable: left.nullable || right.nullable } as SqlType)
    : common;
}

function asColumns(plan: LogicalPlan, wanted: LogicalPlan["schema"]["columns"]): LogicalPlan {
  const isSame = plan.schema.columns.every(({ type }, index) => sameType(type, wanted[index]!.type));
  if (isSame) return plan;
  const expressions = plan.schema.columns.map(({ type }, index) =>
    coerce({ kind: "InputColumn", index, type }, wanted[index]!.type),
  );
  return project(
    plan,
    expressions,
    wanted.map(({ name }) => name),
  );
}
