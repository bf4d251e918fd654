/** JOIN in FROM: the two sides, what ON or USING asks, and FOR SYSTEM_TIME AS OF. */
import type { QuickwaterError, SourcePosition } from "../../errors/quickwater-error.ts";
import { isTimestamp } from "../../values/sql-type.ts";
import type { Expression, Identifier, Join, TableReference } from "../parse/ast.ts";
import { project } from "../plan/build.ts";
import { conjunctsOf } from "../plan/conditions.ts";
import type { JoinType } from "../plan/logical-plan.ts";
import { isUpdating, keyOf } from "../plan/traits.ts";
import { coalesce } from "./bind-conditional.ts";
import { bindCondition, bindExpression } from "./bind-expression.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { call } from "./coerce.ts";
import { contextWithoutAggregates } from "./collected-aggregates.ts";
import type { BindEnvironment, BindTable } from "./environment.ts";
import { isTimeAttribute } from "./interval-bounds.ts";
import { joinRelation } from "./join-relation.ts";
import { featureRefused } from "./not-supported-yet.ts";
import { notFlink } from "./over-window.ts";
import { latestRows, type Relation, sideBySide, type VersionedJoin } from "./relation.ts";
import { Scope } from "./scope.ts";

export function bindJoin(written: Join, environment: BindEnvironment, bindTable: BindTable): Relation {
  const { position } = written;
  refuseSystemTime(written.left);
  const left = bindTable(written.left, environment);
  const { right: table } = written;
  const systemTime = table.kind === "NamedTable" ? table.systemTime : undefined;
  const right = bindTable(table, environment);
  const type: JoinType = written.type === "COMMA" || written.type === "CROSS" ? "INNER" : written.type;
  const { conjuncts, merged } = conditionOf(written, left, right);
  if (systemTime === undefined) {
    const parts = { type, left, right, conjuncts, temporal: undefined, position };
    if (type !== "FULL") return joinRelation({ ...parts, merged }, environment);
    return withEither(joinRelation({ ...parts, merged: [] }, environment), merged, left, position);
  }
  if (type !== "INNER" && type !== "LEFT") {
    const rule = "In Flink a temporal join is a JOIN or a LEFT JOIN";
    throw notFlink(rule, "", position);
  }
  const temporal = versionOf(left, right, systemTime);
  // By processing time it is the latest row that counts; by event time any that there was.
  const versions = temporal.kind === "lookup" ? latestRows(right) : right;
  const joined = { type, left, right: versions, conjuncts, merged, temporal, position };
  const relation = joinRelation(joined, environment);
  checkVersionKey(relation, right, table.position);
  return relation;
}

/** Where no join asks for a version. */
export function refuseSystemTime(table: TableReference): void {
  if (table.kind !== "NamedTable" || table.systemTime === undefined) return;
  const rule = "In Flink FOR SYSTEM_TIME AS OF stands on the right of a join";
  throw notFlink(rule, "Write FROM o JOIN r FOR SYSTEM_TIME AS OF o.ts ON …", table.systemTime.position);
}

interface JoinCondition {
  readonly conjuncts: readonly BoundExpression[];
  readonly merged: readonly string[];
}

function conditionOf(written: Join, left: Relation, right: Relation): JoinCondition {
  const { condition, natural } = written;
  if (condition?.kind === "JoinOn") {
    const scope = new Scope(sideBySide(left, right));
    const bound = bindCondition(condition.expression, "ON", contextWithoutAggregates(scope, "ON"));
    return { conjuncts: conjunctsOf(bound), merged: [] };
  }
  const names = condition?.columns ?? (natural ? commonNames(left, right, written.position) : []);
  const before = left.plan.schema.columns.length;
  const conjuncts = names.map((name) => {
    const [ofLeft, ofRight] = [left, right].map((side) => columnNamed(side, name)) as [
      BoundExpression,
      BoundExpression,
    ];
    return call("EQUALS", [ofLeft, shifted(ofRight, before)], "=", name.position);
  });
  return { conjuncts, merged: names.map(({ name }) => name) };
}

/** USING of a FULL JOIN: a column that both have is that of the side that has a row. */
function withEither(
  relation: Relation,
  merged: readonly string[],
  left: Relation,
  position: SourcePosition,
): Relation {
  if (merged.length === 0) return relation;
  const { plan, columns } = relation;
  const own = plan.schema.columns.map(({ type }, index): BoundExpression => {
    return { kind: "InputColumn", index, type };
  });
  const [lefts, rights] = [columns.slice(0, left.columns.length), columns.slice(left.columns.length)];
  const either = merged.map((name) => {
    const places = [lefts, rights].map((side) => side.find((column) => column.name === name)!.place);
    const both = places.map((place) => own[place.kind === "column" ? place.index : place.whole]!);
    return coalesce(both, position)!;
  });
  const names = [...plan.schema.columns.map(({ name }) => name), ...merged];
  const found = either.map(({ type }, place): Relation["columns"][number] => {
    const index = own.length + place;
    return { name: merged[place]!, qualifier: undefined, type, place: { kind: "column", index } };
  });
  const others = columns.map((column) =>
    merged.includes(column.name) ? { ...column, isMerged: true } : column,
  );
  return { plan: project(plan, [...own, ...either], names), columns: [...found, ...others] };
}

/** NATURAL: every name that both sides have. */
function commonNames(left: Relation, right: Relation, position: SourcePosition): readonly Identifier[] {
  const names = new Set(right.columns.map(({ name }) => name));
  const common = left.columns.filter(({ name, isMerged }) => isMerged !== true && names.has(name));
  return common.map(({ name }) => ({ kind: "Identifier", name, quoted: true, position }));
}

function columnNamed(side: Relation, name: Identifier): BoundExpression {
  return new Scope(side).resolve([name], name.position);
}

function shifted(expression: BoundExpression, by: number): BoundExpression {
  return expression.kind === "InputColumn" ? { ...expression, index: expression.index + by } : expression;
}

function versionOf(left: Relation, right: Relation, systemTime: Expression): VersionedJoin {
  const { position } = systemTime;
  const scope = new Scope(left);
  const time = bindExpression(systemTime, contextWithoutAggregates(scope, "FOR SYSTEM_TIME AS OF"));
  const isLookup = isTimestamp(time.type) && time.type.attribute === "proctime";
  if (time.kind !== "InputColumn" || !(isLookup || isTimeAttribute(time.type))) {
    const rule = "In Flink a version is asked for by a time attribute of the left side";
    throw notFlink(rule, "Write FOR SYSTEM_TIME AS OF o.ts, the column of its WATERMARK.", position);
  }
  if (isUpdating(left.plan)) {
    throw featureRefused("FOR SYSTEM_TIME AS OF for rows that change", position);
  }
  if (isLookup) {
    const leftTime = left.plan.schema.columns.findIndex(({ type }) => isTimeAttribute(type));
    return { kind: "lookup", leftTime: leftTime < 0 ? undefined : leftTime };
  }
  const rightTime = right.plan.schema.columns.findIndex(({ type }) => isTimeAttribute(type));
  if (rightTime < 0) {
    const rule = "In Flink a versioned table has a WATERMARK, which says from when on a version is valid";
    throw notFlink(rule, "Declare one at the table on the right.", position);
  }
  return { kind: "temporal", leftTime: time.index, rightTime };
}

/** The versions of one key are told apart by their time, so that the join must say the whole key. */
function checkVersionKey(relation: Relation, right: Relation, position: SourcePosition): void {
  const key = right.versionKey ?? keyOf(right.plan)?.map(({ place }) => place);
  if (key === undefined || key.length === 0) throw noVersionKey(position);
  let { plan } = relation;
  while (plan.kind === "Project" || plan.kind === "Filter") plan = plan.input;
  const joined = plan.kind === "Join" ? plan.keys.map((each) => each.right) : [];
  const missing = key.filter((place) => place === undefined || !joined.includes(place));
  if (missing.length === 0) return;
  const names = missing.map((place) => (place === undefined ? "?" : right.plan.schema.columns[place]!.name));
  const rule = "In Flink a temporal join compares the whole PRIMARY KEY of the versioned table";
  throw notFlink(rule, `Add ${names.join(" and ")} to ON.`, position);
}

function noVersionKey(position: SourcePosition): QuickwaterError {
  const rule = "In Flink a versioned table has a PRIMARY KEY, which says whose version a row is";
  return notFlink(rule, "Declare PRIMARY KEY (…) NOT ENFORCED at the table on the right.", position);
}
