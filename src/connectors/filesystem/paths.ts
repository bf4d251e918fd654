/** Where a table's files lie. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";

/** A path, or a `file:` address as Flink has them; what is relative is meant from the base folder. */
export function resolvePath(table: TableDefinition, baseFolder: string): string {
  const { path = "" } = table.options;
  const scheme = /^([a-z][a-z\d+.-]+):/i.exec(path)?.[1];
  if (path === "" || (scheme !== undefined && scheme !== "file")) {
    const expected = "a file or folder of this machine";
    throw quickwaterError("sql.bad-option", { option: "path", expected, found: path });
  }
  if (scheme === undefined) return resolve(baseFolder, path);
  try {
    return fileURLToPath(path);
  } catch (cause) {
    const expected = "a path, or an address such as file:///data/orders";
    throw quickwaterError("sql.bad-option", { option: "path", expected, found: path }, { cause });
  }
}
