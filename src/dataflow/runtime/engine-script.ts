/** A script of tables, views and INSERTs as an engine runs it. */
import { Catalog, type TableDefinition } from "../../catalog/catalog.ts";
import {
  analyzeScript,
  type BoundInsert,
  type BoundStatement,
  type BoundView,
  needsRun,
} from "../../sql/analyze.ts";
import type { EngineInsert, EngineQueries, EngineView } from "./engine-queries.ts";

export interface EngineScript {
  readonly catalog: Catalog;
  /** Those that the log has to know, late rows of queries among them. */
  readonly streams: readonly TableDefinition[];
  readonly queries: EngineQueries;
}

/**
 * Binds a script for an engine that runs on: only what has a place in one. `running` are the queries of the
 * catalog as it is: those that the script does not drop go on.
 */
export function bindEngineScript(
  sql: string,
  catalog: Catalog,
  timeZone: string | undefined,
  running: EngineQueries = { views: [], inserts: [] },
): EngineScript {
  const { bound, errors } = analyzeScript(sql, catalog, { timeZone });
  if (errors[0] !== undefined) throw errors[0];
  return engineScriptOf(bound, catalog, running);
}

/** A whole script that may be bound already. */
export function engineScript(script: string | EngineScript, timeZone: string | undefined): EngineScript {
  return typeof script === "string" ? bindEngineScript(script, new Catalog(), timeZone) : script;
}

/** What was bound already, into this catalog. */
export function engineScriptOf(
  bound: readonly BoundStatement[],
  catalog: Catalog,
  running: EngineQueries = { views: [], inserts: [] },
): EngineScript {
  const streams: TableDefinition[] = [];
  const views: EngineView[] = [...running.views];
  const inserts: EngineInsert[] = [...running.inserts];
  for (const statement of bound) {
    switch (statement.kind) {
      case "CreateTable":
        if (statement.table.origin.kind === "stream") streams.push(statement.table);
        break;
      case "CreateMaterializedView":
        views.push(viewOf(statement));
        break;
      case "InsertInto":
        inserts.push(intoStream(statement));
        break;
      case "StatementSet":
        inserts.push(...statement.inserts.map(intoStream));
        break;
      case "Drop":
      case "CreateView":
      case "Setting":
        break;
      default:
        throw needsRun(statement.written);
    }
  }
  // What was dropped is gone with all that writes it; what stands under its name may be another.
  const isThere = (table: TableDefinition) => catalog.table(table.name) === table;
  const queries = {
    views: views.filter(({ view }) => catalog.view(view.name) === view),
    inserts: inserts.filter(({ target }) => isThere(target)),
  };
  const late = [...queries.views, ...queries.inserts].flatMap(({ lateRows }) => lateRows ?? []);
  const byName = new Map([...streams.filter(isThere), ...late].map((table) => [table.name, table]));
  return { catalog, streams: [...byName.values()], queries };
}

function viewOf({ view, plan, tables, lateRows }: BoundView): EngineView {
  return { view, plan, tables, lateRows };
}

/** Outside of a script rows go to streams: files are written once, from the beginning to the end. */
function intoStream(insert: BoundInsert): EngineInsert {
  const { target, statement, plan, tables, timeZone, followsTime, isNeverBehind, lateRows, written } = insert;
  if (target.origin.kind !== "stream") throw needsRun(written);
  return { target, statement, plan, tables, timeZone, followsTime, isNeverBehind, lateRows };
}
