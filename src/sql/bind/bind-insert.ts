/**
 * INSERT INTO: the query's columns are matched by place to the target's, or to those that are listed, as in
 * Flink, and cast where Flink casts by itself. That the sink's NOT NULL holds is decided here and not, as on
 * Flink, when the first NULL comes.
 */
import type { Catalog, TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import { partsOf } from "../../functions/scalar/cast-nested.ts";
import {
  isCharacter,
  isInteger,
  isNested,
  isNumeric,
  isTimestamp,
  type SqlType,
  withNullable,
} from "../../values/sql-type.ts";
import type { InsertInto } from "../parse/ast.ts";
import { project } from "../plan/build.ts";
import { answersOf } from "../plan/first-answers.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { tablesOf } from "../plan/map-plan.ts";
import { isNeverBehind, isUpdating, keyOf } from "../plan/traits.ts";
import { bindWholeQuery } from "./bind-whole-query.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { coerce, literal, sameType, typeText } from "./coerce.ts";
import type { BoundQuery, Ending } from "./environment.ts";
import { featureRefused } from "./not-supported-yet.ts";
import { plainName } from "./plain-name.ts";
import { listNames, unknownColumn } from "./unknown-column.ts";

export interface BoundInsert {
  readonly target: TableDefinition;
  readonly plan: LogicalPlan;
  readonly reads: ReadonlySet<string>;
  /** The time that orders the query's rows orders the target's: its watermark is worth as much there. */
  readonly followsTime: boolean;
  /** None of its rows is at or behind its watermark. */
  readonly isNeverBehind: boolean;
}

export function bindInsert(statement: InsertInto, catalog: Catalog, ending: Ending): BoundInsert {
  const target = findTarget(statement, catalog);
  const bound = bindWholeQuery(statement.query, catalog, ending);
  const { plan, reads } = bound;
  if (tablesOf(plan).includes(target.name)) {
    throw quickwaterError(
      "sql.insert-into-itself",
      { table: target.name },
      { position: statement.target.position },
    );
  }
  const names = target.schema.columns.map(({ name }) => name);
  const sources = sourcesOf(statement, target, bound);
  const expressions = sources.map((source, index) =>
    source === undefined ? missing(statement, target, index) : assign(bound, target, source, index),
  );
  if (target.origin.kind === "stream") checkStream(statement, target, bound, expressions);
  const timed = target.watermark && sources[target.watermark.column];
  const followsTime = timed !== undefined && isRowtime(plan.schema.columns[timed]!.type);
  const of = { target, reads, followsTime, isNeverBehind: followsTime && isNeverBehind(plan, timed) };
  const isSame =
    expressions.length === plan.schema.columns.length &&
    expressions.every((expression, index) => isColumn(expression, index));
  if (!isSame) return { ...of, plan: project(plan, expressions, names) };
  // The sink's names, without a step that only renames.
  const columns = plan.schema.columns.map(({ type }, index) => ({ name: names[index]!, type }));
  return { ...of, plan: { ...plan, schema: { columns } } };
}

/** For each column of the target its place in the query; undefined where the list leaves it out. */
function sourcesOf(
  { columns: listed, query }: InsertInto,
  { name: table, schema }: TableDefinition,
  { plan }: BoundQuery,
): readonly (number | undefined)[] {
  const names = schema.columns.map(({ name }) => name);
  const given = plan.schema.columns.length;
  if (listed.length === 0) {
    if (given === names.length) return names.map((_, index) => index);
    const params = { table, expected: names.length, found: given, known: listNames(names) };
    throw quickwaterError("sql.insert-columns", params, { position: query.position });
  }
  const sources: (number | undefined)[] = names.map(() => undefined);
  for (const [place, column] of listed.entries()) {
    const index = names.indexOf(column.name);
    if (index < 0) throw unknownColumn(column, table, names);
    if (sources[index] !== undefined) {
      const { position } = column;
      throw quickwaterError("sql.duplicate-column", { column: column.name }, { position });
    }
    sources[index] = place;
  }
  if (listed.length === given) return sources;
  const params = { table, found: listed.length, given };
  throw quickwaterError("sql.insert-query-columns", params, { position: query.position });
}

/** What the list leaves out is NULL. */
function missing({ columns }: InsertInto, target: TableDefinition, index: number): BoundExpression {
  const { name, type } = target.schema.columns[index]!;
  if (type.nullable) return literal(null, type);
  const params = { column: name, table: target.name };
  throw quickwaterError("sql.insert-missing", params, { position: columns[0]!.position });
}

function isColumn(expression: BoundExpression, index: number): boolean {
  return expression.kind === "InputColumn" && expression.index === index;
}

function findTarget(statement: InsertInto, catalog: Catalog): TableDefinition {
  const { name, position } = plainName(statement.target);
  const target = catalog.table(name);
  if (target === undefined) {
    if (catalog.view(name) !== undefined || catalog.query(name) !== undefined) {
      const params = { feature: "INSERT INTO a view", instead: "A view is filled by its own query." };
      throw quickwaterError("sql.not-supported-yet", params, { position });
    }
    const suggestion = closestName(
      name,
      catalog.tables().map((table) => table.name),
    );
    throw quickwaterError("sql.unknown-table", { table: name }, { position, suggestion });
  }
  if (target.origin.kind === "dead" || target.origin.kind === "late")
    throw quickwaterError("request.written-stream", { stream: name }, { position });
  refuseMetadata(target, position);
  return target;
}

/** What queries write is read before the log has it, and so before it has a number and a time there. */
function refuseMetadata({ computed = [] }: TableDefinition, position: SourcePosition): void {
  if (computed.every(({ metadata }) => metadata === undefined)) return;
  const instead = "Write into a table without such columns, and give it a time of its own.";
  throw featureRefused("INSERT INTO a stream with METADATA columns", position, instead);
}

/** What a stream of the own log asks of the rows that a query writes into it. */
function checkStream(
  { query: { position } }: InsertInto,
  target: TableDefinition,
  { plan }: BoundQuery,
  expressions: readonly BoundExpression[],
): void {
  const { name, schema, watermark, primaryKey, options } = target;
  if (watermark !== undefined && expressions[watermark.column]!.type.nullable) {
    const { name: column } = schema.columns[watermark.column]!;
    throw quickwaterError("sql.insert-time", { column, table: name }, { position });
  }
  if (isUpdating(plan)) refuseOtherKey(target, plan, expressions, position);
  else if (primaryKey.length > 0) return;
  if (options.emit === "first" && answersOf(plan) === "none")
    throw quickwaterError("sql.no-first-answer", { table: name }, { position });
}

/** A row that changes replaces the one of its key: the stream has to know it by the same columns. */
function refuseOtherKey(
  { name, schema, primaryKey }: TableDefinition,
  plan: LogicalPlan,
  expressions: readonly BoundExpression[],
  position: SourcePosition,
): void {
  const key = keyOf(plan)?.map(({ name: column, place }) => {
    const index = expressions.findIndex((each) => columnOf(each) === place);
    return { column, index: place === undefined ? -1 : index };
  });
  const isKey =
    key !== undefined &&
    key.length === primaryKey.length &&
    key.every(({ index }) => index >= 0 && primaryKey.includes(index));
  if (isKey) return;
  const names = primaryKey.map((index) => schema.columns[index]!.name);
  const has = names.length === 0 ? "only takes rows that stay" : `has the key (${names.join(", ")})`;
  const found = key?.map(({ column, index }) => schema.columns[index]?.name ?? `its ${column}`).join(", ");
  throw quickwaterError("sql.insert-key", { table: name, has, found: found ?? "nothing" }, { position });
}

/** The column of the query that an expression of the target is, if it is one as it stands. */
function columnOf(expression: BoundExpression): number | undefined {
  return expression.kind === "InputColumn" ? expression.index : undefined;
}

function isRowtime(type: SqlType): boolean {
  return isTimestamp(type) && type.attribute === "rowtime";
}

function assign(
  { plan, outputs }: BoundQuery,
  target: TableDefinition,
  source: number,
  index: number,
): BoundExpression {
  const { name, type: wanted } = target.schema.columns[index]!;
  const { type } = plan.schema.columns[source]!;
  const { position } = outputs[source]!;
  const column: BoundExpression = { kind: "InputColumn", index: source, type };
  if (!sameType(type, wanted) && !isImplicit(type, wanted)) {
    const params = { column: name, table: target.name, expected: typeText(wanted), found: typeText(type) };
    throw quickwaterError("sql.insert-type", params, { position });
  }
  const value = coerce(column, wanted);
  if (value.type.nullable && !wanted.nullable) {
    throw quickwaterError("sql.insert-null", { column: name, table: target.name }, { position });
  }
  return value;
}

const integerRank = ["TINYINT", "SMALLINT", "INT", "BIGINT"];

/**
 * Flink's implicit casts (LogicalTypeCasts): numbers to wider ones, texts among texts, timestamps among each
 * other.
 */
function isImplicit(from: SqlType, to: SqlType): boolean {
  const parts = isNested(to) ? partsOf(from, to) : undefined;
  if (parts !== undefined)
    return parts.every(([inner, wanted]) => isSameKind(inner, wanted) || isImplicit(inner, wanted));
  if (isInteger(to)) return isInteger(from) && integerRank.indexOf(from.kind) <= integerRank.indexOf(to.kind);
  switch (to.kind) {
    case "DECIMAL":
      return isInteger(from) || from.kind === "DECIMAL";
    case "FLOAT":
      return isNumeric(from) && from.kind !== "DOUBLE";
    case "DOUBLE":
      return isNumeric(from);
    case "VARCHAR":
      return isCharacter(from);
    case "CHAR":
      return from.kind === "CHAR";
    case "VARBINARY":
      return from.kind === "BINARY" || from.kind === "VARBINARY";
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
      return isTimestamp(from);
    case "DATE":
    case "TIME":
      return from.kind === to.kind || from.kind === "TIMESTAMP";
    default:
      return false;
  }
}

/** Of a part nobody asks whether it may be NULL. */
function isSameKind(from: SqlType, to: SqlType): boolean {
  return sameType(withNullable(from, true), withNullable(to, true));
}
