/** A script of tables, views and INSERTs as an engine runs it. */
import type { Catalog, TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { analyzeScript, type BoundDrop, type BoundInsert, needsRun } from "../../sql/analyze.ts";
import type { EngineView } from "./engine-service.ts";
import type { EngineInsert } from "./stream-graph.ts";

export interface EngineScript {
  readonly catalog: Catalog;
  /** Those that the log has to know, late rows of queries among them. */
  readonly streams: readonly TableDefinition[];
  readonly views: readonly EngineView[];
  readonly inserts: readonly EngineInsert[];
}

/** Binds a script for an engine that runs on: only what has a place in one. */
export function bindEngineScript(sql: string, catalog: Catalog, timeZone: string | undefined): EngineScript {
  const isRunning = new Set([...catalog.tables(), ...catalog.views()].map(({ name }) => name));
  const { bound, errors } = analyzeScript(sql, catalog, { timeZone });
  if (errors[0] !== undefined) throw errors[0];
  const streams: TableDefinition[] = [];
  const views: EngineView[] = [];
  const inserts: EngineInsert[] = [];
  for (const statement of bound) {
    switch (statement.kind) {
      case "CreateTable":
        if (statement.table.origin.kind === "stream") streams.push(statement.table);
        break;
      case "CreateMaterializedView":
        views.push(statement);
        break;
      case "InsertInto":
        inserts.push(intoStream(statement));
        break;
      case "StatementSet":
        inserts.push(...statement.inserts.map(intoStream));
        break;
      case "Drop":
        refuseRunning(statement, isRunning);
        break;
      case "CreateView":
      case "Setting":
        break;
      default:
        throw needsRun(statement.written);
    }
  }
  // What the script itself dropped again was never there.
  const isThere = (table: TableDefinition) => catalog.table(table.name) === table;
  const kept = {
    views: views.filter(({ view }) => catalog.view(view.name) === view),
    inserts: inserts.filter(({ target }) => isThere(target)),
  };
  const late = [...kept.views, ...kept.inserts].flatMap(({ lateRows }) => lateRows ?? []);
  const byName = new Map([...streams.filter(isThere), ...late].map((table) => [table.name, table]));
  return {
    catalog,
    streams: [...byName.values()],
    views: kept.views.map(({ view, plan, tables, lateRows }) => ({ view, plan, tables, lateRows })),
    inserts: kept.inserts,
  };
}

/** Outside of a script rows go to streams: files are written once, from the beginning to the end. */
function intoStream({ target, plan, tables, followsTime, lateRows, written }: BoundInsert): EngineInsert {
  if (target.origin.kind !== "stream") throw needsRun(written);
  return { target, plan, tables, followsTime, lateRows };
}

/** What has rows stays as long as the engine runs. */
function refuseRunning({ names, written }: BoundDrop, isRunning: ReadonlySet<string>): void {
  if (!names.some((name) => isRunning.has(name))) return;
  const params = { feature: `DROP ${written.object} of what is running`, instead: "" };
  throw quickwaterError("sql.not-supported-yet", params, { position: written.name.position });
}
