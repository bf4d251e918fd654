/** A script before it runs: parsed, bound, its connectors' options checked; every mistake with its place. */
import { Catalog, type TableDefinition } from "../../catalog/catalog.ts";
import type { Connector } from "../../connectors/connector.ts";
import { connectorNamed } from "../../connectors/connectors.ts";
import { checkConnectorOptions } from "../../connectors/table-options.ts";
import { QuickwaterError, quickwaterError, type SourcePosition } from "../../errors/quickwater-error.ts";
import { analyzeScript, type BoundStatement } from "../../sql/analyze.ts";
import { plainName, plainSelect, tableOf } from "../../sql/bind/plain-query.ts";
import type { CreateTable, Query, Statement } from "../../sql/parse/ast.ts";
import { parseScript } from "../../sql/parse/parse-statement.ts";
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";

/** A statement that reads: SELECT, INSERT INTO, CREATE MATERIALIZED VIEW. */
export interface ScriptQuery {
  readonly statement: Exclude<BoundStatement, { kind: "CreateTable" }>;
  readonly position: SourcePosition;
  /** The table that is read, and how. */
  readonly table: TableDefinition;
}

export interface CheckedScript {
  readonly queries: readonly ScriptQuery[];
  readonly mistakes: readonly QuickwaterError[];
}

export function checkScript(text: string): CheckedScript {
  const catalog = new Catalog();
  const { bound, errors } = analyzeScript(text, catalog);
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
    const table = catalog.table(scannedTable(statement.plan))!;
    collect(() => checkDirections(statement, written, table));
    return { statement, position: written.position, table };
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

function checkDirections(
  statement: ScriptQuery["statement"],
  written: Statement,
  table: TableDefinition,
): void {
  const { position } = tableOf(plainSelect(queryOf(written)).from);
  const connector = connectorOf(table);
  if (connector === undefined)
    throw quickwaterError("run.stream-in-script", { table: table.name }, { position });
  if (connector.openSource === undefined) throw cannot(table, connector, "read", position);
  if (statement.kind !== "InsertInto" || written.kind !== "InsertInto") return;
  const target = connectorOf(statement.target);
  if (target !== undefined && target.openSink === undefined) {
    throw cannot(statement.target, target, "written", written.target.position);
  }
}

function cannot(table: TableDefinition, { name }: Connector, done: string, position: SourcePosition) {
  const instead = `Use another connector for a table that is ${done}, for instance 'filesystem'.`;
  const params = { table: table.name, connector: name, done, instead };
  return quickwaterError("sql.connector-direction", params, { position });
}

function queryOf(statement: Statement): Query {
  if ("query" in statement) return statement.query;
  throw new Error(`Quickwater bug: ${statement.kind} was bound as a query`);
}

function scannedTable(plan: LogicalPlan): string {
  let node = plan;
  while (node.kind !== "Scan") node = node.input;
  return node.table;
}
