/**
 * A script from text to bound statements: the one way into `sql/`. Statements are taken in order, and each
 * sees the tables and views of those before it. A statement with a mistake is left out and its error
 * reported; the rest goes on, so that a script tells all its mistakes at once.
 */
import type { Catalog, TableDefinition, ViewDefinition } from "../catalog/catalog.ts";
import { deadLetterTable } from "../catalog/dead-letters.ts";
import { QuickwaterError, quickwaterError } from "../errors/quickwater-error.ts";
import type { RowSchema } from "../values/row-schema.ts";
import { bindCreateTable } from "./bind/bind-create-table.ts";
import { bindInsert } from "./bind/bind-insert.ts";
import { bindView } from "./bind/bind-view.ts";
import { bindWholeQuery } from "./bind/bind-whole-query.ts";
import { notSupportedYet } from "./bind/not-supported-yet.ts";
import { plainName } from "./bind/plain-name.ts";
import { optimize } from "./optimize/optimizer.ts";
import type { CreateTable, Statement } from "./parse/ast.ts";
import { parseScript } from "./parse/parse-statement.ts";
import type { LogicalPlan } from "./plan/logical-plan.ts";

export type BoundStatement =
  | { readonly kind: "CreateTable"; readonly table: TableDefinition }
  | { readonly kind: "CreateMaterializedView"; readonly view: ViewDefinition; readonly plan: LogicalPlan }
  | { readonly kind: "InsertInto"; readonly target: TableDefinition; readonly plan: LogicalPlan }
  | { readonly kind: "Select"; readonly plan: LogicalPlan; readonly schema: RowSchema };

export interface AnalyzedScript {
  readonly bound: readonly BoundStatement[];
  /** In the order of their places in the text. */
  readonly errors: readonly QuickwaterError[];
}

export interface AnalyzeOptions {
  /** Names of optimizer passes that are left out. */
  readonly withoutPasses?: ReadonlySet<string> | undefined;
  /** The tables' rows come to an end, so that what a query keeps of them does too. */
  readonly inputEnds?: boolean | undefined;
}

/** Binds a script and adds its tables and views to the catalog. Plans are optimized. */
export function analyzeScript(text: string, catalog: Catalog, options: AnalyzeOptions = {}): AnalyzedScript {
  const { statements, errors: syntaxErrors } = parseScript(text);
  const bound: BoundStatement[] = [];
  const errors: QuickwaterError[] = [...syntaxErrors];
  for (const statement of statements) {
    try {
      const result = analyzeStatement(statement, catalog, text, options);
      if (result !== undefined) bound.push(result);
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      errors.push(error);
    }
  }
  errors.sort((left, right) => (left.position?.offset ?? 0) - (right.position?.offset ?? 0));
  return { bound, errors };
}

/** Undefined where there is nothing to do: IF NOT EXISTS of a table that exists. */
function analyzeStatement(
  statement: Statement,
  catalog: Catalog,
  text: string,
  options: AnalyzeOptions,
): BoundStatement | undefined {
  const { inputEnds = false } = options;
  switch (statement.kind) {
    case "CreateTable":
      return createTable(statement, catalog, text);
    case "CreateMaterializedView": {
      const { view, plan } = bindView(statement, catalog, text, inputEnds);
      catalog.addView(view);
      return { kind: "CreateMaterializedView", view, plan: optimize(plan, options.withoutPasses) };
    }
    case "InsertInto": {
      const { target, plan } = bindInsert(statement, catalog, inputEnds);
      return { kind: "InsertInto", target, plan: optimize(plan, options.withoutPasses) };
    }
    case "SelectStatement": {
      const { plan } = bindWholeQuery(statement.query, catalog, inputEnds);
      return { kind: "Select", plan: optimize(plan, options.withoutPasses), schema: plan.schema };
    }
    default:
      throw notSupportedYet(statement);
  }
}

function createTable(statement: CreateTable, catalog: Catalog, text: string): BoundStatement | undefined {
  const { name, position } = plainName(statement.name);
  if (catalog.has(name)) {
    if (statement.ifNotExists) return undefined;
    throw quickwaterError("sql.duplicate-name", { name }, { position });
  }
  const table = bindCreateTable(statement, text);
  catalog.addTable(table);
  if (table.origin.kind === "stream") catalog.addTable(deadLetterTable(name));
  return { kind: "CreateTable", table };
}
