/**
 * Streams and views as a query that ends sees them: tables whose rows are those of one moment, in no order of
 * time.
 */
import {
  Catalog,
  type QueryDefinition,
  type TableDefinition,
  type ViewDefinition,
} from "../../catalog/catalog.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { finalColumn } from "./query-messages.ts";

export interface QueriedTables {
  readonly tables: readonly TableDefinition[];
  readonly views: readonly ViewDefinition[];
  readonly queries: readonly QueryDefinition[];
}

export function queriedCatalog({ tables, views, queries }: QueriedTables): Catalog {
  const catalog = new Catalog();
  for (const table of tables) catalog.addTable(timeless(table));
  for (const view of views) catalog.addTable(tableOf(view));
  for (const query of queries) catalog.addQuery(query);
  return catalog;
}

/** Its rows are as of now: no time orders them. */
function tableOf({ name, schema, statement }: ViewDefinition): TableDefinition {
  const all = [
    ...schema.columns.map(plain),
    { name: finalColumn, type: { kind: "BOOLEAN", nullable: false } as const },
  ];
  return {
    name,
    origin: { kind: "view" },
    schema: { columns: all },
    watermark: undefined,
    primaryKey: [],
    options: {},
    statement,
  };
}

/** The rows that a stream has are all that count: none is late among them. */
function timeless(table: TableDefinition): TableDefinition {
  const computed = table.computed?.map((column) => ({
    ...column,
    ...plain(column),
    watermarkDelayMs: undefined,
  }));
  const columns = table.schema.columns.map(plain);
  return { ...table, schema: { columns }, computed, watermark: undefined };
}

function plain<Column extends { readonly name: string; readonly type: SqlType }>({ name, type }: Column) {
  return "attribute" in type ? { name, type: { ...type, attribute: undefined } } : { name, type };
}
