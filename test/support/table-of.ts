/** A table as the catalog has it, from its statement. */
import { Catalog, type TableDefinition } from "../../src/catalog/catalog.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";

export function tableOf(statement: string): TableDefinition {
  const { bound, errors } = analyzeScript(statement, new Catalog());
  if (errors[0] !== undefined) throw errors[0];
  const [first] = bound;
  if (first?.kind !== "CreateTable") throw new Error(`no CREATE TABLE: ${statement}`);
  return first.table;
}
