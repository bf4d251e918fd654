/**
 * IN and EXISTS with a sub-query inside of another condition, or as a value: each row beside what it finds in
 * the sub-query, TRUE or FALSE. IN is NULL where it is not certain: what is looked for is NULL, or NULL is
 * among what was not equal to it.
 */
import type { SourcePosition } from "../../errors/quickwater-error.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { ExistsPredicate, InQueryPredicate } from "../parse/ast.ts";
import { filter } from "../plan/build.ts";
import { moveColumns } from "../plan/expressions.ts";
import { givesOneRow } from "../plan/traits.ts";
import { refuseUnboundedState } from "./bind-aggregation.ts";
import { caseOf } from "./bind-conditional.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { call, literal } from "./coerce.ts";
import { besideGroups, type Correlation, correlate, type GroupCall, groupedRows } from "./correlation.ts";
import type { BindEnvironment, BindTable } from "./environment.ts";
import { featureRefused } from "./not-supported-yet.ts";
import { sideOf } from "./plan-join.ts";
import type { Relation } from "./relation.ts";
import { bindSought, bindSubquery } from "./semi-join.ts";

export interface ConditionBeside {
  /** The rows around it, each with what it found. */
  readonly joined: Relation;
  readonly value: BoundExpression;
}

interface RowsAround {
  readonly relation: Relation;
  /** What IN looks for, where it is not bound in the relation. */
  readonly operand?: BoundExpression | undefined;
}

const certain: SqlType = { kind: "BOOLEAN", nullable: false };
const yes = literal(true, certain);

export function conditionOf(
  node: InQueryPredicate | ExistsPredicate,
  { relation: outer, operand: known }: RowsAround,
  environment: BindEnvironment,
  bindTable: BindTable,
): ConditionBeside {
  const { position } = node;
  const sub = bindSubquery(outer, node.query, environment, bindTable);
  if (node.kind === "ExistsPredicate") {
    if (sub.conjuncts.length === 0 && givesOneRow(sub.relation.plan)) return { joined: outer, value: yes };
    const correlation = correlate(outer, sub.relation, sub.conjuncts, environment, position);
    return found(outer, correlation, environment, position);
  }
  const before = outer.plan.schema.columns.length;
  const { operand, item } = bindSought(node, outer, sub, known);
  const side = sideOf(item, before);
  if (side === "left" || side === "both") {
    const feature = "IN (sub-query) that selects what the query around it has";
    throw featureRefused(feature, node.query.position);
  }
  const equal = call("EQUALS", [operand, item], "IN", position);
  const correlation = correlate(outer, sub.relation, sub.conjuncts, environment, position);
  const toRows = (column: number) => column - before + correlation.added;
  // As they are compared, which may be as another type.
  const [sought, own] = equal.kind === "Call" ? equal.arguments : [];
  const pair = { outer: sought!, inner: moveColumns(own!, toRows) };
  const pairs = [...correlation.pairs, pair];
  const match = found(outer, { ...correlation, pairs }, environment, position);
  const inOrNot = equal.type.nullable ? orUnknown(match, pair, correlation, environment, position) : match;
  if (!node.negated) return inOrNot;
  return { ...inOrNot, value: call("NOT", [inOrNot.value], "NOT IN", position) };
}

/** Whether there is a group of the pairs' values. */
function found(
  outer: Relation,
  correlation: Correlation,
  environment: BindEnvironment,
  position: SourcePosition,
): ConditionBeside {
  const { pairs } = correlation;
  const keys = pairs.map(({ inner }) => inner);
  // A key that was met is not NULL. Without keys all rows are one group, which says that there are any.
  const calls = environment.retentionMs !== undefined ? [everyRow] : keys.length > 0 ? [] : [anyTrue(yes)];
  const joined = beside(outer, keys, calls, correlation, environment, position);
  const index = outer.plan.schema.columns.length + (calls.length > 0 ? keys.length : 0);
  const { type } = joined.plan.schema.columns[index]!;
  const value = call("IS_NOT_NULL", [{ kind: "InputColumn", index, type }], "IS NOT NULL", position);
  return { joined, value };
}

/** NULL where the answer hangs on one: on either side, if there is anything to compare with. */
function orUnknown(
  match: ConditionBeside,
  { outer: sought, inner }: { readonly outer: BoundExpression; readonly inner: BoundExpression },
  correlation: Correlation,
  environment: BindEnvironment,
  position: SourcePosition,
): ConditionBeside {
  const isNull = (value: BoundExpression) => call("IS_NULL", [value], "IS NULL", position);
  const unknown = literal(null, { kind: "BOOLEAN", nullable: true });
  const branches = [{ when: match.value, then: yes }];
  let { joined } = match;
  if (sought.type.nullable) {
    const any = found(joined, correlation, environment, position);
    joined = any.joined;
    branches.push({ when: call("AND", [isNull(sought), any.value], "IN", position), then: unknown });
  }
  if (inner.type.nullable) {
    const nulls = { ...correlation, rows: filter(correlation.rows, isNull(inner)) };
    const anyNull = found(joined, nulls, environment, position);
    joined = anyNull.joined;
    branches.push({ when: anyNull.value, then: unknown });
  }
  return { joined, value: caseOf(branches, literal(false, certain), position) };
}

/** Whether it is TRUE of any row. */
function anyTrue(argument: BoundExpression): GroupCall {
  const type = { kind: "BOOLEAN", nullable: true } as const;
  return { function: "MAX", argument, parameters: [], distinct: false, type };
}

function beside(
  outer: Relation,
  keys: readonly BoundExpression[],
  calls: readonly GroupCall[],
  correlation: Correlation,
  environment: BindEnvironment,
  position: SourcePosition,
): Relation {
  const { rows } = correlation;
  refuseUnboundedState("it keeps what IN and EXISTS look for", rows, position, environment);
  const plan = groupedRows(rows, keys, calls, environment);
  return besideGroups(outer, plan, correlation, environment, position);
}

/** Where rows are kept for a while each one has to show in its group, which is there for as long as it. */
const everyRow: GroupCall = {
  function: "COUNT",
  parameters: [],
  distinct: false,
  type: { kind: "BIGINT", nullable: false },
};
