/** CREATE MATERIALIZED VIEW: the query, its key, its options. */
import type { Catalog, ViewDefinition } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { CreateMaterializedView } from "../parse/ast.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { checkName } from "./bind-create-table.ts";
import { bindQuery } from "./bind-query.ts";
import { plainName, plainSelect } from "./plain-query.ts";
import { checkViewOptions } from "./table-options.ts";

export interface BoundView {
  readonly view: ViewDefinition;
  readonly plan: LogicalPlan;
}

export function bindView(statement: CreateMaterializedView, catalog: Catalog, text: string): BoundView {
  const { query, position } = statement;
  const name = plainName(statement.name);
  checkName(name);
  if (catalog.has(name.name)) {
    throw quickwaterError("sql.duplicate-name", { name: name.name }, { position: name.position });
  }
  const { emit, rowsMax } = checkViewOptions(statement.options);
  const { plan, named, keys } = bindQuery(query, catalog);
  if (keys === undefined) {
    throw quickwaterError("sql.view-needs-window", { view: name.name }, { position: query.position });
  }
  const unnamed = named.indexOf(false);
  if (unnamed >= 0) {
    const params = { position: unnamed + 1, view: name.name };
    throw quickwaterError("sql.column-without-name", params, {
      position: plainSelect(query).items[unnamed]!.position,
    });
  }
  refuseDuplicates(statement, plan);
  const missing = keys.filter(({ output }) => output === undefined).map(({ text: key }) => key);
  if (missing.length > 0) {
    const params = { view: name.name, missing: missing.join(" and ") };
    throw quickwaterError("sql.view-key", params, { position: query.position });
  }
  const view: ViewDefinition = {
    name: name.name,
    schema: plan.schema,
    key: keys.map(({ output }) => output!),
    emit,
    rowsMax,
    statement: text.slice(position.offset, position.offset + position.length),
  };
  return { view, plan };
}

function refuseDuplicates(statement: CreateMaterializedView, plan: LogicalPlan): void {
  const { items, position: whole } = plainSelect(statement.query);
  const seen = new Set<string>();
  for (const [index, { name }] of plan.schema.columns.entries()) {
    if (seen.has(name)) {
      const position = items[index]?.position ?? whole;
      throw quickwaterError("sql.duplicate-column", { column: name }, { position });
    }
    seen.add(name);
  }
}
