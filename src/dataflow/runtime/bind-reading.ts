/**
 * One statement that reads, bound: by the thread that runs it, and before anybody asks, to know whether it is
 * right and what it answers.
 */
import { Catalog, type TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { analyzeScript, type BoundSelect, type BoundStatement, statementWords } from "../../sql/analyze.ts";
import type { Statement } from "../../sql/parse/ast.ts";
import { parseScript } from "../../sql/parse/parse-statement.ts";
import type { GivenValues } from "../../sql/parse/token-cursor.ts";
import { type QueriedTables, queriedCatalog } from "./queried-tables.ts";

export interface Question extends QueriedTables {
  readonly sql: string;
  readonly timeZone: string;
  /** What `:name` stands for; undefined where nothing may. */
  readonly given?: GivenValues | undefined;
}

/**
 * Statements about the catalog see it as it is, a query sees views as tables.
 *
 * @throws QuickwaterError where the statement has a mistake, or does not only read.
 */
export function bindReading(question: Question): BoundStatement {
  const { sql, timeZone, given, tables, views, queries } = question;
  const { statements, errors: mistakes } = parseScript(sql, given);
  if (mistakes[0] !== undefined) throw mistakes[0];
  const [written, second] = statements;
  if (written === undefined) throw quickwaterError("request.empty-query", {});
  if (second !== undefined) throw quickwaterError("request.several-statements", {}, second);
  refuseWriting(written);
  const isOfCatalog = written.kind === "Show" || written.kind === "Describe";
  const { bound, errors } = analyzeScript(
    sql,
    isOfCatalog ? wholeCatalog({ tables, views, queries }) : queriedCatalog({ tables, views, queries }),
    { inputEnds: true, resultAtEnd: true, timeZone, given },
  );
  if (errors[0] !== undefined) throw errors[0];
  const [statement] = bound as [BoundStatement];
  if (statement.kind === "Select") for (const table of statement.tables) refuseOutside(table, statement);
  return statement;
}

function refuseWriting(written: Statement): void {
  const { kind, position } = written.kind === "Explain" ? written.statement : written;
  if (kind === "SelectStatement" || kind === "Show" || kind === "Describe") return;
  throw quickwaterError("request.read-only", { statement: statementWords[kind] }, { position });
}

function wholeCatalog({ tables, views, queries }: QueriedTables): Catalog {
  const catalog = new Catalog();
  for (const table of tables) catalog.addTable(table);
  for (const view of views) catalog.addView(view);
  for (const query of queries) catalog.addQuery(query);
  return catalog;
}

function refuseOutside({ name, origin }: TableDefinition, { written: { position } }: BoundSelect): void {
  if (origin.kind !== "connector") return;
  throw quickwaterError("request.query-of-outside", { table: name }, { position });
}
