/** CREATE MATERIALIZED VIEW: the query, its key, its options. */
import type { Catalog, ViewDefinition } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { CreateMaterializedView } from "../parse/ast.ts";
import type { LogicalPlan } from "../plan/logical-plan.ts";
import { inputsOf } from "../plan/map-plan.ts";
import { keyOf } from "../plan/traits.ts";
import { checkName } from "./bind-create-table.ts";
import { bindWholeQuery } from "./bind-whole-query.ts";
import type { BoundOutput } from "./environment.ts";
import { plainName } from "./plain-name.ts";
import { checkViewOptions, refuseIdleRetention } from "./table-options.ts";

export interface BoundView {
  readonly view: ViewDefinition;
  readonly plan: LogicalPlan;
}

export function bindView(
  statement: CreateMaterializedView,
  catalog: Catalog,
  text: string,
  inputEnds: boolean,
): BoundView {
  const { query, position } = statement;
  const name = plainName(statement.name);
  checkName(name);
  if (catalog.has(name.name)) {
    throw quickwaterError("sql.duplicate-name", { name: name.name }, { position: name.position });
  }
  const { emit, rowsMax, retentionMs } = checkViewOptions(statement.options);
  const { plan, outputs } = bindWholeQuery(query, catalog, inputEnds, retentionMs);
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
  refuseDuplicates(plan, outputs);
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
  return { view, plan };
}

function hasRetention(plan: LogicalPlan): boolean {
  if (plan.kind === "Aggregate" && plan.retentionMs !== undefined) return true;
  return inputsOf(plan).some(hasRetention);
}

function refuseDuplicates(plan: LogicalPlan, outputs: readonly BoundOutput[]): void {
  const seen = new Set<string>();
  for (const [index, { name }] of plan.schema.columns.entries()) {
    if (seen.has(name)) {
      const { position } = outputs[index]!;
      throw quickwaterError("sql.duplicate-column", { column: name }, { position });
    }
    seen.add(name);
  }
}
