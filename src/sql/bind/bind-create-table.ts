/** CREATE TABLE to the catalog's definition: types, watermark, key, options. */

import type { ComputedColumn, TableDefinition, Watermark } from "../../catalog/catalog.ts";
import { quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { type ColumnSchema, columnIndex, type RowSchema } from "../../values/row-schema.ts";
import {
  formatType,
  isCharacter,
  isNested,
  isTimestamp,
  partTypes,
  type SqlType,
  withNullable,
} from "../../values/sql-type.ts";
import type { CreateTable, Expression, Identifier, WatermarkDefinition } from "../parse/ast.ts";
import { intervalOf } from "./bind-literal.ts";
import { bindType } from "./bind-type.ts";
import { bindAddedColumns, isPhysical } from "./computed-columns.ts";
import { refuseTableClauses } from "./not-supported-yet.ts";
import { notFlink } from "./over-window.ts";
import { plainName } from "./plain-name.ts";
import { checkTableOptions } from "./table-options.ts";
import { timePartsOf } from "./time-parts.ts";
import { unknownColumn } from "./unknown-column.ts";

export function bindCreateTable(table: CreateTable, text: string): TableDefinition {
  const written = plainName(table.name);
  const { name } = written;
  checkName(written);
  refuseTableClauses(table);
  if (table.columns.length === 0) {
    throw quickwaterError("sql.no-columns", { table: name }, { position: table.name.position });
  }
  const declared: RowSchema = { columns: bindColumns(table) };
  const primaryKey = (table.primaryKey?.columns ?? []).map((column) => keyColumn(column, table, declared));
  const timed = table.watermark;
  const isOfAdded = table.columns.some(
    (column) => !isPhysical(column) && column.name.name === timed?.column.name,
  );
  const watermark = timed && !isOfAdded ? bindWatermark(timed, declared, name) : undefined;
  const columns = declared.columns.map((column, index): ColumnSchema => {
    let { type } = column;
    // Flink makes the columns of a key NOT NULL whether they say so or not.
    if (primaryKey.includes(index)) type = withNullable(type, false);
    if (watermark?.column === index) type = asEventTime(type);
    return { name: column.name, type };
  });
  const schema: RowSchema = { columns };
  const options = checkTableOptions(table.options, schema, primaryKey.length > 0);
  const connector = options.connector;
  const physical: TableDefinition = {
    name,
    origin: connector === undefined ? { kind: "stream" } : { kind: "connector", connector },
    schema,
    watermark,
    primaryKey,
    options,
    statement: text.slice(table.position.offset, table.position.offset + table.position.length),
  };
  if (table.columns.every(isPhysical)) return physical;
  const computed = bindAddedColumns(table, physical);
  return {
    ...physical,
    computed: timed && isOfAdded ? withWatermark(computed, timed, table, schema) : computed,
  };
}

function withWatermark(
  computed: readonly ComputedColumn[],
  watermark: WatermarkDefinition,
  table: CreateTable,
  physical: RowSchema,
): ComputedColumn[] {
  const { column, delayMs } = bindWatermark(watermark, { columns: computed }, plainName(table.name).name);
  const { content } = table.columns[computed[column]!.place]!;
  const timeParts = content.kind === "Computed" ? timePartsOf(content.expression, physical) : [];
  return computed.map((each, index) =>
    index === column ? { ...each, type: asEventTime(each.type), watermarkDelayMs: delayMs, timeParts } : each,
  );
}

function asEventTime(type: SqlType): SqlType {
  return isTimestamp(type) ? { ...type, attribute: "rowtime" } : type;
}

/** `$` begins the names of the tables that Quickwater keeps beside a table. */
export function checkName(name: Identifier): void {
  if (!name.name.includes("$")) return;
  const params = { name: name.name, reason: "$ marks the tables that Quickwater keeps beside yours" };
  throw quickwaterError("sql.bad-name", params, { position: name.position });
}

function bindColumns(table: CreateTable): ColumnSchema[] {
  const names = new Set<string>();
  return table.columns.flatMap((column) => {
    const { name, position } = column.name;
    if (names.has(name)) throw quickwaterError("sql.duplicate-column", { column: name }, { position });
    names.add(name);
    if (column.content.kind !== "Physical") return [];
    const type = bindType(column.content.type);
    refuseOtherKeys(type, position);
    return [{ name, type }];
  });
}

function keyColumn(key: Identifier, { columns, name }: CreateTable, declared: RowSchema): number {
  if (columns.some((column) => column.name.name === key.name && !isPhysical(column))) {
    const rule = "In Flink a PRIMARY KEY is of physical columns";
    throw notFlink(rule, `${key.name} is none.`, key.position);
  }
  return findColumn(declared, key, plainName(name).name);
}

/** Rows are JSON, whose keys are texts; Flink refuses others too. */
function refuseOtherKeys(type: SqlType, position: SourcePosition): void {
  if (!isNested(type)) return;
  if (type.kind === "MAP" && !isCharacter(type.key)) {
    const reason = "the keys of a table's MAP are texts, as those of a JSON object are";
    throw quickwaterError(
      "sql.bad-type",
      { type: formatType(withNullable(type, true)), reason },
      { position },
    );
  }
  for (const part of partTypes(type)) refuseOtherKeys(part, position);
}

function findColumn(schema: RowSchema, column: Identifier, table: string): number {
  const index = columnIndex(schema, column.name);
  if (index >= 0) return index;
  throw unknownColumn(
    column,
    table,
    schema.columns.map(({ name }) => name),
  );
}

function bindWatermark(watermark: WatermarkDefinition, schema: RowSchema, table: string): Watermark {
  const column = findColumn(schema, watermark.column, table);
  const { type } = schema.columns[column]!;
  const { name, position } = watermark.column;
  if (!isTimestamp(type) || type.precision > 3 || type.attribute === "proctime") {
    const params = { column: name, type: formatType(type as SqlType) };
    throw quickwaterError("sql.watermark-type", params, { position });
  }
  return { column, delayMs: bindDelay(watermark.expression, watermark) };
}

/**
 * The column itself, or the column less a constant interval: what a watermark is in every streaming table.
 */
function bindDelay(expression: Expression, watermark: WatermarkDefinition): number {
  const { name } = watermark.column;
  if (isColumn(expression, name)) return 0;
  if (
    expression.kind === "BinaryExpression" &&
    expression.operator === "-" &&
    isColumn(expression.left, name)
  ) {
    const { right } = expression;
    if (right.kind === "IntervalLiteral") {
      const interval = intervalOf(right);
      const delayMs = interval?.kind === "ms" ? interval.ms * (right.negative ? -1 : 1) : -1;
      if (delayMs >= 0) return delayMs;
    }
  }
  throw quickwaterError("sql.watermark-expression", { column: name }, { position: expression.position });
}

function isColumn(expression: Expression, name: string): boolean {
  return (
    expression.kind === "ColumnReference" && expression.path.length === 1 && expression.path[0]!.name === name
  );
}
