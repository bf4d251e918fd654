/**
 * UNION, INTERSECT and EXCEPT: columns are matched by place and take their common type; the first query names
 * them. What is there once is a group for each row, in which NULL equals NULL; INTERSECT keeps the groups
 * that both sides have, EXCEPT those of the left alone.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { commonType } from "../../functions/common-type.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SetOperation } from "../parse/ast.ts";
import { aggregate, filter, project } from "../plan/build.ts";
import type { AggregateCall, LogicalPlan } from "../plan/logical-plan.ts";
import { rowsLeave } from "../plan/traits.ts";
import { refuseUnboundedState } from "./bind-aggregation.ts";
import { distinctRows } from "./bind-distinct.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { call, coerce, literal, sameType, typeText } from "./coerce.ts";
import type { BindEnvironment, BoundQuery } from "./environment.ts";
import { featureRefused } from "./not-supported-yet.ts";

export function bindSetOperation(
  { operator, all, position }: SetOperation,
  [left, right]: readonly [BoundQuery, BoundQuery],
  environment: BindEnvironment,
): BoundQuery {
  if (all && operator !== "UNION") throw featureRefused(`${operator} ALL`, position, `Write ${operator}.`);
  const words = { operator: all ? `${operator} ALL` : operator };
  const counts = { left: left.plan.schema.columns.length, right: right.plan.schema.columns.length };
  if (counts.left !== counts.right) {
    throw quickwaterError("sql.union-columns", { ...words, ...counts }, { position });
  }
  const columns = left.plan.schema.columns.map(({ name, type }, index) => {
    const other = right.plan.schema.columns[index]!.type;
    const common = unionType(type, other);
    if (common !== undefined) return { name, type: common };
    const params = { ...words, column: name, left: typeText(type), right: typeText(other) };
    throw quickwaterError("sql.union-type", params, { position: right.outputs[index]!.position });
  });
  const [lefts, rights] = [left.plan, right.plan].map((plan) => asColumns(plan, columns)) as [
    LogicalPlan,
    LogicalPlan,
  ];
  const { outputs } = left;
  if (operator !== "UNION") {
    return { plan: compared(operator, lefts, rights, position, environment), outputs };
  }
  const union: LogicalPlan = { kind: "Union", inputs: [lefts, rights], schema: { columns } };
  return { plan: all ? union : distinctRows("UNION", union, position, environment), outputs };
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

const side: SqlType = { kind: "BOOLEAN", nullable: false };

/**
 * Each row with the side that it is of. That a group has rows of a side shows in the least and the greatest
 * of these, which change only where the answer may.
 */
function compared(
  operator: "INTERSECT" | "EXCEPT",
  left: LogicalPlan,
  right: LogicalPlan,
  position: SetOperation["position"],
  environment: BindEnvironment,
): LogicalPlan {
  const inputs = [withSide(left, true), withSide(right, false)];
  const columns = inputs[0]!.schema.columns.map(({ name, type }, index) => {
    return { name, type: unionType(type, inputs[1]!.schema.columns[index]!.type)! };
  });
  const union: LogicalPlan = { kind: "Union", inputs, schema: { columns } };
  refuseUnboundedState(`${operator} keeps every row that it has seen`, union, position, environment);
  const width = columns.length - 1;
  const keys = columns.slice(0, width).map((_, index) => index);
  const isOfLeft = { argument: width, parameters: [], distinct: false, filter: undefined, type: side };
  const least: AggregateCall = { function: "MIN", ...isOfLeft };
  const greatest: AggregateCall = { function: "MAX", ...isOfLeft };
  const retentionMs = rowsLeave(union) ? undefined : environment.retentionMs;
  const groups = aggregate(
    {
      input: union,
      keys,
      keyNames: keys.map((key) => columns[key]!.name),
      aggregates: operator === "EXCEPT" ? [least] : [least, greatest],
    },
    retentionMs,
  );
  const onlyLeft: BoundExpression = { kind: "InputColumn", index: width, type: side };
  const anyLeft: BoundExpression = { kind: "InputColumn", index: width + 1, type: side };
  const kept =
    operator === "EXCEPT"
      ? onlyLeft
      : call("AND", [anyLeft, call("NOT", [onlyLeft], operator, position)], operator, position);
  const expressions = keys.map((index): BoundExpression => {
    return { kind: "InputColumn", index, type: groups.schema.columns[index]!.type };
  });
  return project(
    filter(groups, kept),
    expressions,
    keys.map((key) => columns[key]!.name),
  );
}

function withSide(plan: LogicalPlan, isLeft: boolean): LogicalPlan {
  const { columns } = plan.schema;
  const own = columns.map(({ type }, index): BoundExpression => ({ kind: "InputColumn", index, type }));
  return project(plan, [...own, literal(isLeft, side)], [...columns.map(({ name }) => name), "SIDE"]);
}
