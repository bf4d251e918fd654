/** The name of a table or view: the one catalog and database that there are need no name. */
import type { Identifier, QualifiedName } from "../parse/ast.ts";
import { featureRefused } from "./not-supported-yet.ts";

export function plainName({ parts, position }: QualifiedName): Identifier {
  const name = parts.at(-1)!;
  if (parts.length === 1) return name;
  throw featureRefused("A table name with catalog or database", position, "Write its name.");
}
