/**
 * CREATE MATERIALIZED VIEW: the query, its key, its options. CREATE VIEW: a name for a query, which is bound
 * anew where it is read.
 */
import type { Catalog, QueryDefinition, ViewDefinition } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { ColumnSchema } from "../../values/row-schema.ts";
import type { CreateMaterializedView, CreateView, Identifier } from "../parse/ast.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { inputsOf } from "../plan/map-plan.ts";
import { keyOf } from "../plan/traits.ts";
import { checkName } from "./bind-create-table.ts";
import { bindNamedQuery, bindWholeQuery } from "./bind-whole-query.ts";
import type { BoundOutput, Ending } from "./environment.ts";
import { plainName } from "./plain-name.ts";
import { columnNames } from "./relation.ts";
import { checkViewOptions, refuseIdleRetention } from "./table-options.ts";

export interface BoundView {
  readonly view: ViewDefinition;
  readonly plan: LogicalPlan;
  readonly reads: ReadonlySet<string>;
}

export function bindView(
  statement: CreateMaterializedView,
  catalog: Catalog,
  text: string,
  ending: Ending,
): BoundView {
  const { query, position } = statement;
  const name = freeName(plainName(statement.name), catalog);
  const { emit, rowsMax, retentionMs } = checkViewOptions(statement.options);
  const { plan, outputs, reads } = bindWholeQuery(query, catalog, ending, retentionMs);
  if (retentionMs !== undefined && !hasRetention(plan)) refuseIdleRetention(statement.options);
  const key = keyOf(plan);
  if (key === undefined) {
    throw quickwaterError("sql.view-needs-key", { view: name.name }, { position: query.position });
  }
  const unnamed = outputs.findIndex(({ isNamed }) => !isNamed);
  if (unnamed >= 0) {
    const params = { position: unnamed + 1, view: name.name };
    throw quickwaterError("sql.column-without-name", params, { position: outputs[unnamed]!.position });
  }
  refuseDuplicates(plan.schema.columns, outputs);
  const missing = key.filter(({ place }) => place === undefined).map((column) => column.name);
  if (missing.length > 0) {
    const params = { view: name.name, missing: missing.join(" and ") };
    throw quickwaterError("sql.view-key", params, { position: query.position });
  }
  const view: ViewDefinition = {
    name: name.name,
    schema: plan.schema,
    key: key.map(({ place }) => place!),
    emit,
    rowsMax,
    statement: text.slice(position.offset, position.offset + position.length),
  };
  return { view, plan, reads };
}

export interface NamedQuery {
  readonly query: QueryDefinition;
  readonly reads: ReadonlySet<string>;
}

export function bindPlainView(
  statement: CreateView,
  catalog: Catalog,
  text: string,
  ending: Ending,
): NamedQuery {
  const { position } = statement;
  const { name } = freeName(plainName(statement.name), catalog);
  const { plan, outputs, reads } = bindNamedQuery(statement.query, catalog, ending);
  const given = columnNames(statement.columns, outputs.length, statement.name.position);
  const columns = plan.schema.columns.map((column, index) => ({
    ...column,
    name: given[index] ?? column.name,
  }));
  refuseDuplicates(columns, outputs);
  const written = text.slice(position.offset, position.offset + position.length);
  return { query: { name, schema: { columns }, statement: written }, reads };
}

function freeName(written: Identifier, catalog: Catalog): Identifier {
  checkName(written);
  const { name, position } = written;
  if (catalog.has(name)) throw quickwaterError("sql.duplicate-name", { name }, { position });
  return written;
}

function hasRetention(plan: LogicalPlan): boolean {
  if ("retentionMs" in plan && plan.retentionMs !== undefined) return true;
  return inputsOf(plan).some(hasRetention);
}

function refuseDuplicates(columns: readonly ColumnSchema[], outputs: readonly BoundOutput[]): void {
  const seen = new Set<string>();
  for (const [index, { name }] of columns.entries()) {
    if (seen.has(name)) {
      const { position } = outputs[index]!;
      throw quickwaterError("sql.duplicate-column", { column: name }, { position });
    }
    seen.add(name);
  }
}
