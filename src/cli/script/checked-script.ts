/** A script before it runs: parsed, bound, its connectors' options checked; every mistake with its place. */
import { Catalog, type TableDefinition } from "../../catalog/catalog.ts";
import type { Connector } from "../../connectors/connector.ts";
import { connectorNamed } from "../../connectors/connectors.ts";
import { checkConnectorOptions } from "../../connectors/table-options.ts";
import { QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { analyzeScript, type BoundStatement } from "../../sql/analyze.ts";
import { plainName } from "../../sql/bind/plain-name.ts";
import type { CreateTable, Statement } from "../../sql/parse/ast.ts";
import { parseScript } from "../../sql/parse/parse-statement.ts";
import { tablesOf } from "../../sql/plan/map-plan.ts";
import { isUpdating } from "../../sql/plan/traits.ts";
import { placeOfTable } from "./place-of-table.ts";

/** A statement that reads: SELECT, INSERT INTO, CREATE MATERIALIZED VIEW. */
export interface ScriptQuery {
  readonly statement: Exclude<BoundStatement, { kind: "CreateTable" }>;
  readonly position: SourcePosition;
  /** The tables that are read, each once. */
  readonly tables: readonly TableDefinition[];
}

export interface CheckedScript {
  readonly queries: readonly ScriptQuery[];
  readonly mistakes: readonly QuickwaterError[];
}

export function checkScript(text: string): CheckedScript {
  const catalog = new Catalog();
  const { bound, errors } = analyzeScript(text, catalog, { inputEnds: true });
  if (errors.length > 0) return { queries: [], mistakes: errors };
  const { statements } = parseScript(text);
  const mistakes: QuickwaterError[] = [];
  const collect = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      mistakes.push(error);
    }
  };
  for (const statement of bound) {
    if (statement.kind === "CreateTable") collect(() => checkTable(statement.table, statements));
  }
  const reading = statements.filter((statement) => statement.kind !== "CreateTable");
  const running = bound.filter((statement) => statement.kind !== "CreateTable");
  const queries = running.map((statement, index): ScriptQuery => {
    const written = reading[index]!;
    const tables = tablesOf(statement.plan).map((name) => catalog.table(name)!);
    for (const table of tables) collect(() => checkReadable(written, table));
    collect(() => checkWritable(statement, written));
    return { statement, position: written.position, tables };
  });
  mistakes.sort((left, right) => (left.position?.offset ?? 0) - (right.position?.offset ?? 0));
  return { queries, mistakes };
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
function checkTable(table: TableDefinition, statements: readonly Statement[]): void {
  const connector = connectorOf(table);
  if (connector === undefined) return;
  try {
    checkConnectorOptions(table, connector);
  } catch (error) {
    if (!(error instanceof QuickwaterError)) throw error;
    const isOfTable = (statement: Statement): statement is CreateTable =>
      statement.kind === "CreateTable" && plainName(statement.name).name === table.name;
    const written = statements.find(isOfTable)!;
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

function checkWritable(statement: ScriptQuery["statement"], written: Statement): void {
  if (statement.kind !== "InsertInto" || written.kind !== "InsertInto") return;
  const target = connectorOf(statement.target);
  if (target !== undefined && target.openSink === undefined) {
    throw cannot(statement.target, target, "written", written.target.position);
  }
  if (target !== undefined && !target.acceptsChanges && isUpdating(statement.plan)) {
    const params = { table: statement.target.name, connector: target.name };
    throw quickwaterError("sql.sink-takes-no-changes", params, { position: written.target.position });
  }
}

function cannot(table: TableDefinition, { name }: Connector, done: string, position: SourcePosition) {
  const instead = `Use another connector for a table that is ${done}, for instance 'filesystem'.`;
  const params = { table: table.name, connector: name, done, instead };
  return quickwaterError("sql.connector-direction", params, { position });
}
