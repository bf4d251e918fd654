/**
 * Joins as relations, and what WHERE asks of a relation: each condition goes as far down as it may, to the
 * side whose columns it reads, into the join where it reads both. What a join is (its keys, whether its times
 * are bounded) is decided by all that is asked of it, in ON and in WHERE.
 */
import type { SourcePosition } from "../../errors/quickwater-error.ts";
import { filter } from "../plan/build.ts";
import { conjunctionOf } from "../plan/conditions.ts";
import { columnsOf, moveColumns } from "../plan/expressions.ts";
import type { JoinType, LogicalPlan } from "../plan/logical-plan.ts";
import { windowColumnsOf } from "../plan/traits.ts";
import type { BoundExpression } from "./bound-expression.ts";
import type { BindEnvironment } from "./environment.ts";
import { limitRows, refuseUnboundedRank } from "./limited-rank.ts";
import { planJoin, sideOf } from "./plan-join.ts";
import { type JoinedRelations, type Relation, type RelationColumn, shiftedColumn } from "./relation.ts";

export function joinRelation(joined: JoinedRelations, environment: BindEnvironment): Relation {
  const { type, temporal, position } = joined;
  const { retentionMs } = environment;
  // The versions of a table are all of them: what is asked of one is asked when it is met.
  const mayFilterRight = mayFilter.right.has(type) && temporal === undefined;
  const before = joined.left.plan.schema.columns.length;
  const toRight = (column: number) => column - before;
  const ofLeft: BoundExpression[] = [];
  const ofRight: BoundExpression[] = [];
  const ofBoth: BoundExpression[] = [];
  for (const conjunct of joined.conjuncts) {
    const side = sideOf(conjunct, before);
    if (conjunct.kind === "Literal" && conjunct.value === true) continue;
    if (side === "left" && mayFilter.left.has(type)) ofLeft.push(conjunct);
    else if (side === "right" && mayFilterRight) ofRight.push(moveColumns(conjunct, toRight));
    else ofBoth.push(conjunct);
  }
  const left = restrict(joined.left, ofLeft, environment, position);
  const right = restrict(joined.right, ofRight, environment, position);
  const plan = planJoin({ ...joined, left: left.plan, right: right.plan, conjuncts: ofBoth, retentionMs });
  // Padding and what a join makes of times show in the types that its plan gives.
  const typeAt = (index: number) => plan.schema.columns[index]!.type;
  const lefts = left.columns.map((column) => shiftedColumn(column, 0, typeAt));
  if (type === "SEMI" || type === "ANTI") return { plan, columns: lefts, joined };
  const rights = right.columns.map((column) => shiftedColumn(column, before, typeAt));
  return { plan, columns: mergedColumns([...lefts, ...rights], joined.merged, lefts.length), joined };
}

/** Sides whose rows may be left out before they meet: a row that is padded instead may not. */
const mayFilter: Readonly<Record<"left" | "right", ReadonlySet<JoinType>>> = {
  left: new Set(["INNER", "RIGHT", "SEMI"]),
  right: new Set(["INNER", "LEFT", "SEMI", "ANTI"]),
};
/** Sides that WHERE, which comes behind the join, may filter before it. */
const keepsRows: Readonly<Record<"left" | "right", ReadonlySet<JoinType>>> = {
  left: new Set(["INNER", "LEFT", "SEMI", "ANTI"]),
  right: new Set(["INNER", "RIGHT"]),
};

/** The rows of which all is TRUE. Places of columns stay what they are. */
export function restrict(
  input: Relation,
  conjuncts: readonly BoundExpression[],
  environment: BindEnvironment,
  position: SourcePosition,
): Relation {
  if (conjuncts.length === 0) return input;
  if (input.joined !== undefined) return restrictJoin(input.joined, conjuncts, environment, position);
  const predicate = conjunctionOf(conjuncts)!;
  const limited = limitRows(input.plan, predicate, position, environment.retentionMs);
  if (limited !== undefined) {
    const { plan, rest, rank } = limited;
    if (!environment.inputEnds) {
      refuseUnboundedRank(rank, limited.position, environment.retentionMs !== undefined);
    }
    return { ...input, plan: rest === undefined ? plan : filter(plan, rest), unassigned: undefined };
  }
  const { unassigned } = input;
  const keepsWindows = unassigned !== undefined && !readsWindow(input.plan, columnsOf([predicate]));
  return {
    ...input,
    plan: filter(input.plan, predicate),
    unassigned: keepsWindows ? { ...unassigned, plan: filter(unassigned.plan, predicate) } : undefined,
  };
}

function restrictJoin(
  joined: JoinedRelations,
  conjuncts: readonly BoundExpression[],
  environment: BindEnvironment,
  position: SourcePosition,
): Relation {
  const { type } = joined;
  if (type === "INNER") {
    return joinRelation({ ...joined, conjuncts: [...joined.conjuncts, ...conjuncts] }, environment);
  }
  const before = joined.left.plan.schema.columns.length;
  const may = (conjunct: BoundExpression, side: "left" | "right") =>
    keepsRows[side].has(type) && sideOf(conjunct, before) === side;
  const ofLeft = conjuncts.filter((conjunct) => may(conjunct, "left"));
  const ofRight = conjuncts.filter((conjunct) => may(conjunct, "right"));
  const after = conjuncts.filter((conjunct) => !ofLeft.includes(conjunct) && !ofRight.includes(conjunct));
  const toRight = (conjunct: BoundExpression) => moveColumns(conjunct, (column) => column - before);
  const left = restrict(joined.left, ofLeft, environment, position);
  const right = restrict(joined.right, ofRight.map(toRight), environment, position);
  const relation = joinRelation({ ...joined, left, right }, environment);
  const predicate = conjunctionOf(after);
  return predicate === undefined
    ? relation
    : { ...relation, plan: filter(relation.plan, predicate), joined: undefined };
}

function readsWindow(plan: LogicalPlan, columns: ReadonlySet<number>): boolean {
  const window = windowColumnsOf(plan);
  if (window === undefined) return false;
  const isWindow = (column: number) =>
    window.starts.has(column) || window.ends.has(column) || window.times.has(column);
  return [...columns].some(isWindow);
}

/** USING: the columns of both sides are one, which comes first. */
function mergedColumns(
  columns: readonly RelationColumn[],
  merged: readonly string[],
  leftCount: number,
): readonly RelationColumn[] {
  if (merged.length === 0) return columns;
  const isMerged = ({ name }: RelationColumn) => merged.includes(name);
  const lefts = columns.slice(0, leftCount);
  const found = merged.map((name) => lefts.find((column) => column.name === name)!);
  return [
    ...found.map((column) => ({ ...column, qualifier: undefined })),
    ...columns.map((column) => (isMerged(column) ? { ...column, isMerged: true } : column)),
  ];
}
