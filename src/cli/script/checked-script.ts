/** A script before it runs: parsed, bound, its connectors' options checked; every mistake with its place. */
import { Catalog, type TableDefinition } from "../../catalog/catalog.ts";
import type { Connector } from "../../connectors/connector.ts";
import { connectorNamed } from "../../connectors/connectors.ts";
import { checkConnectorOptions } from "../../connectors/table-options.ts";
import { QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import {
  analyzeScript,
  type BoundDrop,
  type BoundInsert,
  type BoundPlainView,
  type BoundResult,
  type BoundSelect,
  type BoundSetting,
  type BoundStatement,
  type BoundStatementSet,
  type BoundTable,
  type BoundView,
} from "../../sql/analyze.ts";
import type { CreateTable, ExplainStatement, Statement } from "../../sql/parse/ast.ts";
import { isUpdating } from "../../sql/plan/traits.ts";
import { explanation } from "./explanation.ts";
import { placeOfTable } from "./place-of-table.ts";

/** EXPLAIN and what it says. */
export interface Explained {
  readonly kind: "Explained";
  readonly written: ExplainStatement;
  readonly text: string;
}

/** A statement that gives something: rows, a file, a note. */
export type ScriptStatement =
  | BoundSelect
  | BoundView
  | BoundInsert
  | BoundStatementSet
  | Explained
  | BoundResult
  | BoundSetting;

export interface CheckedScript {
  readonly statements: readonly ScriptStatement[];
  readonly mistakes: readonly QuickwaterError[];
}

/** Rows are told at the end, in their order; or as they change, as a query of a stream tells them. */
export function checkScript(text: string, tellsChanges = false): CheckedScript {
  const options = { inputEnds: true, resultAtEnd: !tellsChanges };
  const { bound, errors } = analyzeScript(text, new Catalog(), options);
  if (errors.length > 0) return { statements: [], mistakes: errors };
  const mistakes: QuickwaterError[] = [];
  const statements: ScriptStatement[] = [];
  for (const [place, statement] of bound.entries()) {
    mistakes.push(...mistakesOf(statement));
    if (statement.kind === "Explain") {
      const text = explanation(statement, bound.slice(0, place));
      statements.push({ kind: "Explained", written: statement.written, text });
    } else if (!isSilent(statement)) statements.push(statement);
  }
  mistakes.sort((left, right) => (left.position?.offset ?? 0) - (right.position?.offset ?? 0));
  return { statements, mistakes };
}

/** What only changes the catalog has done so when it was bound. */
function isSilent(statement: BoundStatement): statement is BoundTable | BoundPlainView | BoundDrop {
  const { kind } = statement;
  return kind === "CreateTable" || kind === "CreateView" || kind === "Drop";
}

function mistakesOf(statement: BoundStatement): QuickwaterError[] {
  switch (statement.kind) {
    case "CreateTable":
      return collected(() => checkTable(statement.table, statement.written));
    case "Select":
    case "CreateMaterializedView":
      return unreadable(statement);
    case "InsertInto":
      return [...unreadable(statement), ...collected(() => checkWritable(statement))];
    case "StatementSet":
      return statement.inserts.flatMap(mistakesOf);
    default:
      return [];
  }
}

function unreadable({ written, tables }: BoundSelect | BoundView | BoundInsert): QuickwaterError[] {
  return tables.flatMap((table) => collected(() => checkReadable(written, table)));
}

function collected(check: () => void): QuickwaterError[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof QuickwaterError) return [error];
    throw error;
  }
}

/** The same error at a place of the script. */
export function placed(error: QuickwaterError, position: SourcePosition): QuickwaterError {
  const { code, params, suggestion, cause } = error;
  return new QuickwaterError(code, params, { position, suggestion, cause });
}

/** Of a table whose statement was bound, so that its connector is known. */
export function connectorOf({ origin }: TableDefinition): Connector | undefined {
  return origin.kind === "connector" ? connectorNamed(origin.connector) : undefined;
}

/** Which option is wrong is in the error; where it stands, the syntax tree knows. */
function checkTable(table: TableDefinition, written: CreateTable): void {
  const connector = connectorOf(table);
  if (connector === undefined) return;
  try {
    checkConnectorOptions(table, connector);
  } catch (error) {
    if (!(error instanceof QuickwaterError)) throw error;
    const option = written.options.find(({ key }) => key === error.params.option);
    const optionPosition = error.code === "sql.bad-option" ? option?.valuePosition : option?.position;
    throw placed(error, optionPosition ?? written.name.position);
  }
}

function checkReadable(written: Statement, table: TableDefinition): void {
  const position = placeOfTable(written, table.name);
  const connector = connectorOf(table);
  if (connector === undefined)
    throw quickwaterError("run.stream-in-script", { table: table.name }, { position });
  if (connector.openSource === undefined) throw cannot(table, connector, "read", position);
}

function checkWritable({ target: table, plan, written }: BoundInsert): void {
  const connector = connectorOf(table);
  const { position } = written.target;
  if (connector === undefined)
    throw quickwaterError("run.stream-in-script", { table: table.name }, { position });
  if (connector.openSink === undefined) throw cannot(table, connector, "written", position);
  if (!connector.acceptsChanges && isUpdating(plan)) {
    const params = { table: table.name, connector: connector.name };
    throw quickwaterError("sql.sink-takes-no-changes", params, { position });
  }
}

function cannot(table: TableDefinition, { name }: Connector, done: string, position: SourcePosition) {
  const instead = `Use another connector for a table that is ${done}, for instance 'filesystem'.`;
  const params = { table: table.name, connector: name, done, instead };
  return quickwaterError("sql.connector-direction", params, { position });
}
