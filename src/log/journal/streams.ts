/**
 * The streams of a journal: their numbers and schemas, and whether a new schema can read the rows that are
 * there.
 */

import type { TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { formatType, withNullable } from "../../values/sql-type.ts";
import type { StreamId } from "../event-log.ts";
import type { StepPayload, StreamDeclaration } from "../step-payload.ts";

export interface StreamState {
  declaration: StreamDeclaration;
  /** By partition: the number that its next row gets. */
  readonly nextRowOffsets: number[];
}

/**
 * The declaration that a table needs: the one that is there, or the next one; `isNew` where it must be
 * written.
 */
export function declarationFor(
  table: TableDefinition,
  known: StreamState | undefined,
  nextStreamId: number,
): { readonly declaration: StreamDeclaration; readonly isNew: boolean } {
  if (known === undefined) {
    return { declaration: { streamId: nextStreamId as StreamId, schemaVersion: 1, table }, isNew: true };
  }
  const before = known.declaration;
  if (sameShape(before.table, table)) return { declaration: before, isNew: false };
  refuseUnreadable(before.table, table);
  const declaration = { ...before, schemaVersion: before.schemaVersion + 1, table };
  return { declaration, isNew: true };
}

function sameShape(left: TableDefinition, right: TableDefinition): boolean {
  return JSON.stringify(shapeOf(left)) === JSON.stringify(shapeOf(right));
}

function shapeOf(table: TableDefinition) {
  return [table.origin, table.schema, table.watermark ?? null, table.primaryKey, table.options];
}

/**
 * Rows of the old schema must pass the check of the new one: columns may be added, and none made stricter.
 */
function refuseUnreadable(before: TableDefinition, after: TableDefinition): void {
  const refuse = (change: string) => quickwaterError("run.schema-changed", { table: after.name, change });
  const columns = new Map(after.schema.columns.map((column) => [column.name, column.type]));
  for (const { name, type } of before.schema.columns) {
    const now = columns.get(name);
    columns.delete(name);
    if (now === undefined) continue;
    if (formatType(withNullable(now, true)) !== formatType(withNullable(type, true))) {
      throw refuse(`${name} was ${formatType(type)} and is ${formatType(now)}`);
    }
    if (type.nullable && !now.nullable) throw refuse(`${name} is NOT NULL now, earlier rows may hold NULL`);
  }
  for (const [name, type] of columns) {
    if (!type.nullable) throw refuse(`${name} is new and NOT NULL, earlier rows do not have it`);
  }
  const timeOf = (table: TableDefinition) =>
    table.watermark === undefined ? undefined : table.schema.columns[table.watermark.column]?.name;
  if (timeOf(before) !== timeOf(after)) throw refuse("its event time is another column");
}

/** The declaration behind a bracket of its stream. */
export function withBackfill(declaration: StreamDeclaration, payload: StepPayload): StreamDeclaration {
  if (payload.kind !== "backfill-begin" && payload.kind !== "backfill-end") return declaration;
  const { id, sinceMs } = payload;
  return { ...declaration, backfill: payload.kind === "backfill-begin" ? { id, sinceMs } : undefined };
}
