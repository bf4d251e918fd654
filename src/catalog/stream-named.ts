/** A stream by its name, as somebody wrote it. */
import { quickwaterError } from "../errors/quickwater-error.ts";
import { closestName } from "../errors/suggest.ts";
import type { Catalog, TableDefinition } from "./catalog.ts";

/** Throws with the name of those that are wanted that was most likely meant. */
export function streamNamed(
  catalog: Catalog,
  name: string,
  isWanted: (table: TableDefinition) => boolean,
): TableDefinition {
  const table = catalog.table(name);
  if (table !== undefined && isWanted(table)) return table;
  const names = catalog
    .tables()
    .filter(isWanted)
    .map((each) => each.name);
  throw quickwaterError("request.unknown-stream", { stream: name }, { suggestion: closestName(name, names) });
}
