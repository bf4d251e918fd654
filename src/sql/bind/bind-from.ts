/** FROM to a relation: tables, views, queries of WITH, sub-queries, windowing functions. */
import type { QueryDefinition, ViewDefinition } from "../../catalog/catalog.ts";
import { assert, type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { NamedTable, QualifiedName, Query, TableFunction, TableReference } from "../parse/ast.ts";
import { parseScript } from "../parse/parse-statement.ts";
import { bindJoin } from "./bind-join.ts";
import { joinUnnest, unnestAlone } from "./bind-unnest.ts";
import { bindWindow } from "./bind-window.ts";
import { bindTable } from "./computed-columns.ts";
import type { BindEnvironment } from "./environment.ts";
import { featureRefused, isBound, notSupportedYet } from "./not-supported-yet.ts";
import { plainName } from "./plain-name.ts";
import { latestRows, type Relation, relationOfPlan, withAlias } from "./relation.ts";
import { checkViewOptions } from "./table-options.ts";

export function bindFrom(from: TableReference, environment: BindEnvironment): Relation {
  if (from.kind === "Join" && from.right.kind === "Unnest")
    return joinUnnest(from, from.right, bindFrom(from.left, environment));
  if (!isBound(from)) throw notSupportedYet(from);
  switch (from.kind) {
    case "NamedTable":
      return withAlias(bindNamedTable(from, environment), from.alias);
    case "DerivedTable":
      return withAlias(bindSubquery(from.query, environment), from.alias);
    case "WindowTable": {
      const { table } = from.input;
      const input =
        table.kind === "Query" ? bindSubquery(table, environment) : latestRows(bindName(table, environment));
      return withAlias(bindWindow(from, input), from.alias);
    }
    case "Join":
      return bindJoin(from, environment, bindFrom);
    case "Unnest":
      return unnestAlone(from);
    case "TableFunction":
      throw unknownTableFunction(from);
  }
}

function bindSubquery(query: Query, environment: BindEnvironment): Relation {
  return relationOfPlan(environment.bindQuery(query, environment).plan, undefined);
}

function bindNamedTable({ name, hints, systemTime }: NamedTable, environment: BindEnvironment): Relation {
  if (hints.length > 0) throw featureRefused("A hint /*+ … */", hints[0]!.position, "Leave it out.");
  const relation = bindName(name, environment);
  // A version is asked for among all rows that the table ever had.
  return systemTime === undefined ? latestRows(relation) : relation;
}

/** A query of WITH hides a table of its name. */
function bindName(written: QualifiedName, environment: BindEnvironment): Relation {
  const { name, position } = plainName(written);
  const { catalog, commonTables } = environment;
  const common = commonTables.get(name);
  if (common !== undefined) return common;
  environment.namesRead.add(name);
  const table = catalog.table(name);
  if (table !== undefined) return bindTable(table);
  const view = catalog.view(name) ?? catalog.query(name);
  if (view !== undefined) return bindView(view, environment);
  const known = [
    ...commonTables.keys(),
    ...[...catalog.tables(), ...catalog.views(), ...catalog.queries()].map((each) => each.name),
  ];
  const suggestion = closestName(name, known);
  throw quickwaterError("sql.unknown-table", { table: name }, { position, suggestion });
}

/**
 * A query over a view goes on from the view's own query: both see the same steps, so both see the same
 * rows.
 */
function bindView(
  { name, statement, schema }: ViewDefinition | QueryDefinition,
  environment: BindEnvironment,
): Relation {
  const [written] = parseScript(statement).statements;
  assert(written !== undefined && "query" in written, `the statement of the view ${name} is no query`);
  // A plain view is a part of the query that reads it, and kept as long.
  const { retentionMs } =
    written.kind === "CreateMaterializedView" ? checkViewOptions(written.options) : environment;
  const { plan } = environment.bindQuery(written.query, {
    ...environment,
    commonTables: new Map(),
    retentionMs,
  });
  const relation = relationOfPlan(plan, name);
  const columns = relation.columns.map((column, index) => ({ ...column, name: schema.columns[index]!.name }));
  return { ...relation, columns };
}

/** Flink's windows are the only functions in FROM that there are. */
function unknownTableFunction({ functionName }: TableFunction): QuickwaterError {
  const { name, position } = functionName.parts.at(-1)!;
  const suggestion = closestName(name, ["TUMBLE", "HOP", "CUMULATE", "SESSION"]);
  return quickwaterError("sql.unknown-function", { function: name }, { position, suggestion });
}
