/** Tables of which rows go that a later row of their key has replaced. */
import type { TableDefinition } from "./catalog.ts";

export function letsReplacedRowsGo({ primaryKey, options }: TableDefinition): boolean {
  return primaryKey.length > 0 && options.retention !== undefined;
}
