/** DROP: what nobody reads goes, and with it the tables that Quickwater keeps beside it. */
import { type Catalog, isKeptBeside } from "../../catalog/catalog.ts";
import { deadLetterName } from "../../catalog/dead-letters.ts";
import { lateRowsName } from "../../catalog/late-rows.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { Drop } from "../parse/ast.ts";
import { plainName } from "./plain-name.ts";

/** Takes the names out of the catalog and answers them; none for IF EXISTS of what does not exist. */
export function bindDrop({ object, ifExists, name: written }: Drop, catalog: Catalog): readonly string[] {
  const { name, position } = plainName(written);
  const known = namesOf(object, catalog);
  if (!known.includes(name)) {
    if (ifExists) return [];
    const params = { object: object.toLowerCase(), name };
    throw quickwaterError("sql.nothing-to-drop", params, { position, suggestion: closestName(name, known) });
  }
  const dropped = [name];
  if (catalog.table(name)?.origin.kind === "stream") dropped.push(deadLetterName(name));
  if (catalog.table(lateRowsName(name)) !== undefined) dropped.push(lateRowsName(name));
  for (const each of dropped) {
    const view = catalog.readerOf(each);
    if (view !== undefined) throw quickwaterError("sql.still-read", { name: each, view }, { position });
  }
  for (const each of dropped) catalog.drop(each);
  return dropped;
}

function namesOf(object: Drop["object"], catalog: Catalog): readonly string[] {
  switch (object) {
    case "TABLE":
      return catalog.tables().flatMap((table) => (isKeptBeside(table) ? [] : [table.name]));
    case "VIEW":
      return catalog.queries().map(({ name }) => name);
    case "MATERIALIZED VIEW":
      return catalog.views().map(({ name }) => name);
  }
}
