/**
 * Streams that queries write: those of INSERT INTO, and the relations of late rows. A stream may not be made
 * of itself, by whatever way round.
 */

import { isDeepStrictEqual } from "node:util";
import type { Catalog, TableDefinition } from "../../catalog/catalog.ts";
import { lateRowsName, lateRowsTable } from "../../catalog/late-rows.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { InsertInto } from "../parse/ast.ts";
import { lateStreamsOf } from "../plan/late-streams.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { tablesOf } from "../plan/map-plan.ts";

/** Puts the relation of a view's late rows beside it; undefined where none can be late. */
export function lateRowsOfView(
  view: string,
  plan: LogicalPlan,
  catalog: Catalog,
): TableDefinition | undefined {
  const table = lateRowsFor(view, plan, catalog);
  if (table === undefined) return undefined;
  catalog.addTable(table);
  catalog.addWriter(table.name, new Set(tablesOf(plan)));
  return table;
}

/**
 * Notes that the query writes the stream; answers where its late rows go. A query that reads the late rows of
 * its own target adds none to them.
 */
export function addWriter(
  { target: { position } }: InsertInto,
  target: TableDefinition,
  plan: LogicalPlan,
  catalog: Catalog,
): TableDefinition | undefined {
  const tables = tablesOf(plan);
  for (const table of tables) {
    const path = pathTo(target.name, table, catalog);
    if (path === undefined) continue;
    const params = { table: target.name, path: [target.name, ...path].join(" from ") };
    throw quickwaterError("sql.insert-cycle", params, { position });
  }
  const wanted = lateRowsFor(target.name, plan, catalog);
  const name = lateRowsName(target.name);
  const readsLate = tables.some((table) => pathTo(name, table, catalog) !== undefined);
  catalog.addWriter(target.name, new Set(tables));
  if (wanted === undefined || readsLate) return undefined;
  const known = catalog.table(name);
  if (known !== undefined && !isDeepStrictEqual(known.schema, wanted.schema)) {
    const params = { table: name, streams: streamsOf(name, catalog) };
    throw quickwaterError("sql.insert-late", params, { position });
  }
  catalog.addTable(wanted);
  catalog.addWriter(name, new Set(tables));
  return wanted;
}

function lateRowsFor(of: string, plan: LogicalPlan, catalog: Catalog): TableDefinition | undefined {
  const streams = lateStreamsOf(plan).map((name) => catalog.table(name)!);
  // Of files and other systems the rows are in their hands.
  const own = streams.filter(({ origin }) => origin.kind !== "connector");
  return own.length === 0 ? undefined : lateRowsTable(of, own);
}

function streamsOf(name: string, catalog: Catalog): string {
  return [...new Set((catalog.writers().get(name) ?? []).flatMap((tables) => [...tables]))].join(", ");
}

/** How a table is made of another one, from it down to that; undefined where it is not. */
function pathTo(wanted: string, from: string, catalog: Catalog): readonly string[] | undefined {
  if (from === wanted) return [from];
  for (const tables of catalog.writers().get(from) ?? []) {
    for (const table of tables) {
      const path = pathTo(wanted, table, catalog);
      if (path !== undefined) return [from, ...path];
    }
  }
  return undefined;
}
