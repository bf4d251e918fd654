/**
 * What a sub-query compares with the row around it, as pairs of values that are equal: so each row finds what
 * belongs to it by a LEFT JOIN with a GROUP BY. Where it compares otherwise than by `=`, the rows of the
 * sub-query are first met with the values that rows around have, each once; then a pair is such a value.
 */
import type { SourcePosition } from "../../errors/quickwater-error.ts";
import { withoutAttribute } from "../../functions/common-type.ts";
import { aggregate, project } from "../plan/build.ts";
import { columnsOf, expressionKey, mapChildren, moveColumns } from "../plan/expressions.ts";
import type { AggregateCall, LogicalPlan } from "../plan/logical-plan.ts";
import { rowsLeave } from "../plan/traits.ts";
import { refuseUnboundedState } from "./bind-aggregation.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { call } from "./coerce.ts";
import type { BindEnvironment } from "./environment.ts";
import { joinRelation, restrict } from "./join-relation.ts";
import { featureRefused } from "./not-supported-yet.ts";
import { sideOf } from "./plan-join.ts";
import type { Relation } from "./relation.ts";

export interface Correlation {
  /** Rows of the sub-query; its own columns stand behind so many others. */
  readonly rows: LogicalPlan;
  readonly added: number;
  readonly pairs: readonly EqualPair[];
  /** What is asked of the row around alone. */
  readonly around: readonly BoundExpression[];
}

interface EqualPair {
  readonly outer: BoundExpression;
  /** Over the rows of the sub-query. */
  readonly inner: BoundExpression;
}

/** `asked` is over the columns of the outer relation, then of the inner one. */
export function correlate(
  outer: Relation,
  inner: Relation,
  asked: readonly BoundExpression[],
  environment: BindEnvironment,
  position: SourcePosition,
): Correlation {
  const before = outer.plan.schema.columns.length;
  const sides = asked.map((conjunct) => ({ conjunct, side: sideOf(conjunct, before) }));
  const of = (...wanted: readonly string[]) =>
    sides.filter(({ side }) => wanted.includes(side)).map(({ conjunct }) => conjunct);
  const toInner = (conjunct: BoundExpression) => moveColumns(conjunct, (column) => column - before);
  const own = restrict(inner, of("right", "neither").map(toInner), environment, position);
  const compared = of("both");
  const pairs = compared.map((conjunct) => equalPair(conjunct, before));
  const around = of("left");
  if (pairs.every((pair) => pair !== undefined)) {
    const inRows = pairs.map((pair) => ({ ...pair, inner: toInner(pair.inner) }));
    return { rows: own.plan, added: 0, pairs: inRows, around };
  }
  return { ...metWithValues(outer, own, compared, environment, position), around };
}

/** What of the row is equal to what of the sub-query's own. */
function equalPair(conjunct: BoundExpression, before: number): EqualPair | undefined {
  if (conjunct.kind !== "Call" || conjunct.function !== "EQUALS") return undefined;
  const [one, other] = conjunct.arguments as readonly [BoundExpression, BoundExpression];
  const sides = [sideOf(one, before), sideOf(other, before)].join();
  if (sides === "left,right") return { outer: one, inner: other };
  return sides === "right,left" ? { outer: other, inner: one } : undefined;
}

function metWithValues(
  outer: Relation,
  inner: Relation,
  compared: readonly BoundExpression[],
  environment: BindEnvironment,
  position: SourcePosition,
): Omit<Correlation, "around"> {
  if (!environment.inputEnds && environment.retentionMs !== undefined) {
    const instead = "In a view compare by =; over files `quickwater run` takes it.";
    const feature = "A sub-query that compares with the row around it otherwise than by =, in a view,";
    throw featureRefused(feature, position, instead);
  }
  const before = outer.plan.schema.columns.length;
  const read = [...columnsOf(compared)].filter((column) => column < before).sort((one, two) => one - two);
  const values = read.map((index): BoundExpression => {
    return { kind: "InputColumn", index, type: withoutAttribute(outer.plan.schema.columns[index]!.type) };
  });
  const names = read.map((index) => outer.plan.schema.columns[index]!.name);
  const input = project(outer.plan, values, names);
  refuseUnboundedState("it keeps what it compares with", input, position, environment);
  const keys = read.map((_, place) => place);
  const plan = aggregate({ input, keys, keyNames: names, aggregates: [] }, undefined);
  const toValue = (node: BoundExpression): BoundExpression => {
    if (node.kind !== "InputColumn") return mapChildren(node, toValue);
    if (node.index >= before) return { ...node, index: node.index - before + read.length };
    return { kind: "InputColumn", index: read.indexOf(node.index), type: withoutAttribute(node.type) };
  };
  const parts = { type: "INNER", merged: [], temporal: undefined, position } as const;
  const conjuncts = compared.map(toValue);
  const met = joinRelation({ ...parts, left: { plan, columns: [] }, right: inner, conjuncts }, environment);
  // A value that is NULL equals none: as in Flink, a row that has one finds nothing.
  const pairs = values.map((outer, index): EqualPair => {
    return { outer, inner: { kind: "InputColumn", index, type: outer.type } };
  });
  return { rows: met.plan, added: read.length, pairs };
}

/** An aggregate of a group, over the rows of the sub-query. */
export interface GroupCall extends Omit<AggregateCall, "argument" | "filter"> {
  readonly argument?: BoundExpression | undefined;
  readonly filter?: BoundExpression | undefined;
}

/** Groups by keys and what is aggregated of each; what is computed for them becomes a column first. */
export function groupedRows(
  rows: LogicalPlan,
  keys: readonly BoundExpression[],
  calls: readonly GroupCall[],
  { retentionMs }: BindEnvironment,
): LogicalPlan {
  const expressions: BoundExpression[] = [];
  const place = (expression: BoundExpression): number => {
    const key = expressionKey(expression);
    const known = expressions.findIndex((each) => expressionKey(each) === key);
    return known >= 0 ? known : expressions.push(expression) - 1;
  };
  const keyPlaces = keys.map(place);
  const aggregates = calls.map((each) => ({
    ...each,
    argument: each.argument && place(each.argument),
    filter: each.filter && place(each.filter),
  }));
  const input = project(
    rows,
    expressions,
    expressions.map((_, index) => `EXPR$${index}`),
  );
  const keyNames = keys.map((_, index) => `KEY$${index}`);
  const parts = { input, keys: keyPlaces, keyNames, aggregates };
  return aggregate(parts, rowsLeave(input) ? undefined : retentionMs);
}

/** Each row with the group whose first keys are the pairs' values; NULLs where there is none. */
export function besideGroups(
  outer: Relation,
  plan: LogicalPlan,
  { pairs, around }: Pick<Correlation, "pairs" | "around">,
  environment: BindEnvironment,
  position: SourcePosition,
): Relation {
  const before = outer.plan.schema.columns.length;
  const equal = pairs.map((pair, place) => {
    const { type } = plan.schema.columns[place]!;
    const key: BoundExpression = { kind: "InputColumn", index: before + place, type };
    return call("EQUALS", [pair.outer, key], "=", position);
  });
  const right = { plan, columns: [] };
  const parts = { type: "LEFT", left: outer, right, merged: [], temporal: undefined } as const;
  return joinRelation({ ...parts, conjuncts: [...equal, ...around], position }, environment);
}
