/**
 * A script from text to bound statements: the one way into `sql/`. Statements are taken in order, and each
 * sees the tables and views of those before it. A statement with a mistake is left out and its error
 * reported; the rest goes on, so that a script tells all its mistakes at once.
 */
import type { Catalog, QueryDefinition, TableDefinition, ViewDefinition } from "../catalog/catalog.ts";
import { deadLetterTable } from "../catalog/dead-letters.ts";
import { assert, QuickwaterError, quickwaterError } from "../errors/quickwater-error.ts";
import type { RowSchema } from "../values/row-schema.ts";
import { bindCreateTable } from "./bind/bind-create-table.ts";
import { bindDrop } from "./bind/bind-drop.ts";
import { bindInsert } from "./bind/bind-insert.ts";
import { bindPlainView, bindView } from "./bind/bind-view.ts";
import { bindWholeQuery } from "./bind/bind-whole-query.ts";
import type { Ending } from "./bind/environment.ts";
import { planInZone, utc } from "./bind/local-time.ts";
import { featureRefused } from "./bind/not-supported-yet.ts";
import { plainName } from "./bind/plain-name.ts";
import { withLike } from "./bind/table-like.ts";
import { addWriter, lateRowsOfView } from "./bind/written-streams.ts";
import { type ExplainedQuery, explainPlan } from "./explain/explain-plan.ts";
import { KnownStatements } from "./known-statements.ts";
import { MissingNames } from "./missing-names.ts";
import { optimize } from "./optimize/optimizer.ts";
import type { Pass } from "./optimize/pass.ts";
import type {
  CreateMaterializedView,
  CreateTable,
  CreateView,
  DescribeStatement,
  Drop,
  ExplainStatement,
  InsertInto,
  ResetStatement,
  SelectStatement,
  SetStatement,
  ShowStatement,
  Statement,
  StatementKind,
  StatementSet,
} from "./parse/ast.ts";
import { parseScript } from "./parse/parse-statement.ts";
import { printStatement } from "./parse/print.ts";
import type { GivenValues } from "./parse/token-cursor.ts";
import type { LogicalPlan } from "./plan/logical-plan.ts";
import { tablesOf } from "./plan/map-plan.ts";
import { isOnWallClock } from "./plan/wall-clock.ts";
import { Session } from "./session.ts";
import { describe } from "./show/describe.ts";
import type { ResultRows } from "./show/result-rows.ts";
import { show } from "./show/show.ts";
import { inOrder } from "./statement-order.ts";

/** What every bound statement has: how it was written. */
interface Bound<Kind extends string, Written extends Statement> {
  readonly kind: Kind;
  readonly written: Written;
}

export interface BoundTable extends Bound<"CreateTable", CreateTable> {
  readonly table: TableDefinition;
}

/** A query, and the tables that it reads, each once: a later statement may drop them. */
interface Reading {
  readonly plan: LogicalPlan;
  /** Passes of the optimizer that changed the plan. */
  readonly changedBy: readonly Pass[];
  readonly tables: readonly TableDefinition[];
  /** Of the session: what instants are shown in. */
  readonly timeZone: string;
  /** What the query names, tables and views, those inside of views too. */
  readonly reads: ReadonlySet<string>;
}

export interface BoundView extends Bound<"CreateMaterializedView", CreateMaterializedView>, Reading {
  readonly view: ViewDefinition;
  /** Where its late rows go; undefined where none can be late. */
  readonly lateRows: TableDefinition | undefined;
}

export interface BoundInsert extends Bound<"InsertInto", InsertInto>, Reading {
  readonly target: TableDefinition;
  /** As it was written. */
  readonly statement: string;
  /** The time that orders the query's rows orders the target's. */
  readonly followsTime: boolean;
  readonly isNeverBehind: boolean;
  readonly lateRows: TableDefinition | undefined;
}

export interface BoundSelect extends Bound<"Select", SelectStatement>, Reading {
  readonly schema: RowSchema;
}

/** Inserts that run together. */
export interface BoundStatementSet extends Bound<"StatementSet", StatementSet> {
  readonly inserts: readonly BoundInsert[];
}

export interface BoundExplain extends Bound<"Explain", ExplainStatement> {
  /** What is explained; nothing of it stays. */
  readonly statement: BoundStatement;
}

/** SHOW, DESCRIBE, SET without a setting: the answer, which no run can change. */
export interface BoundResult extends Bound<"Result", ShowStatement | DescribeStatement | SetStatement> {
  readonly result: ResultRows;
}

/** SET and RESET, with what is to be said about them. */
export interface BoundSetting extends Bound<"Setting", SetStatement | ResetStatement> {
  readonly notes: readonly string[];
}

export interface BoundPlainView extends Bound<"CreateView", CreateView> {
  readonly query: QueryDefinition;
  readonly reads: ReadonlySet<string>;
}

export interface BoundDrop extends Bound<"Drop", Drop> {
  /** What is gone; none for IF EXISTS of what was not there. */
  readonly names: readonly string[];
}

export type BoundStatement =
  | BoundTable
  | BoundView
  | BoundInsert
  | BoundSelect
  | BoundStatementSet
  | BoundExplain
  | BoundResult
  | BoundSetting
  | BoundDrop
  | BoundPlainView;

export interface AnalyzedScript {
  readonly bound: readonly BoundStatement[];
  /** In the order of their places in the text. */
  readonly errors: readonly QuickwaterError[];
  /** Of the session, at the end of the script. */
  readonly timeZone: string;
}

export interface AnalyzeOptions {
  /** Names of optimizer passes that are left out. */
  readonly withoutPasses?: ReadonlySet<string> | undefined;
  /** The tables' rows come to an end, so that what a query keeps of them does too. */
  readonly inputEnds?: boolean | undefined;
  /** A query's rows are told when all are known, in its order, whatever that is. */
  readonly resultAtEnd?: boolean | undefined;
  /** What `:name` stands for, by name. */
  readonly given?: GivenValues | undefined;
  /** Until SET says another; UTC where nothing is said. */
  readonly timeZone?: string | undefined;
}

/** Binds a script and adds its tables and views to the catalog. Plans are optimized. */
export function analyzeScript(text: string, catalog: Catalog, options: AnalyzeOptions = {}): AnalyzedScript {
  const { statements, leftOut, errors: syntaxErrors } = parseScript(text, options.given);
  const script: Script = { catalog, text, options, session: new Session(options.timeZone ?? utc) };
  const bound: BoundStatement[] = [];
  const errors: QuickwaterError[] = [...syntaxErrors];
  const missing = new MissingNames(leftOut);
  for (const statement of statements) {
    try {
      const result = analyzeStatement(statement, script);
      if (result !== undefined) bound.push(result);
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      if (missing.isNews(error, statement)) errors.push(error);
    }
  }
  return { bound, errors: byPlace(errors), timeZone: script.session.timeZone };
}

export interface AnalyzedFiles {
  /** With the place of the file that each is in. */
  readonly bound: readonly { readonly statement: BoundStatement; readonly file: number }[];
  /** By file, each in the order of its text. */
  readonly errors: readonly (readonly QuickwaterError[])[];
  /** All statements as one script, in an order in which each stands behind those that it needs. */
  readonly script: string;
}

/**
 * Binds the statements of several files, each behind those that make what it names, wherever they are. What
 * is `known` of them is not bound again, and what they are bound to is known from then on.
 */
export function analyzeFiles(
  texts: readonly string[],
  catalog: Catalog,
  options: Omit<AnalyzeOptions, "given"> = {},
  known = new KnownStatements(),
): AnalyzedFiles {
  const parsed = known.parse(texts);
  const errors = parsed.map((file) => [...file.errors]);
  const session = new Session(options.timeZone ?? utc);
  const missing = new MissingNames(parsed.flatMap(({ leftOut }) => leftOut));
  const bound: { readonly statement: BoundStatement; readonly file: number }[] = [];
  const ordered = inOrder(
    parsed.flatMap(({ statements }, file) => statements.map((statement) => ({ statement, file }))),
  );
  known.begin(
    ordered.map(({ statement }) => statement),
    JSON.stringify({ ...options, withoutPasses: [...(options.withoutPasses ?? [])] }),
  );
  for (const { statement, file } of ordered) {
    try {
      const script = { catalog, text: texts[file]!, options, session };
      const result = known.bind(statement, catalog, () => analyzeStatement(statement, script));
      if (result !== undefined) bound.push({ statement: result, file });
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      if (missing.isNews(error, statement)) errors[file]!.push(error);
    }
  }
  const written = ordered.map(({ statement: { position }, file }) =>
    texts[file]!.slice(position.offset, position.offset + position.length),
  );
  return { bound, errors: errors.map(byPlace), script: written.join(";\n") };
}

function byPlace(errors: readonly QuickwaterError[]): readonly QuickwaterError[] {
  return errors.toSorted((left, right) => (left.position?.offset ?? 0) - (right.position?.offset ?? 0));
}

/** Of a statement that a project or an engine cannot do, since it is done once and for all. */
export function needsRun({ kind, position }: Statement): QuickwaterError {
  const words = statementWords[kind];
  return quickwaterError("run.statement-needs-run", { statement: words }, { position });
}

export const statementWords: Readonly<Record<StatementKind, string>> = {
  CreateTable: "CREATE TABLE",
  CreateView: "CREATE VIEW",
  CreateMaterializedView: "CREATE MATERIALIZED VIEW",
  Drop: "DROP",
  InsertInto: "INSERT INTO",
  StatementSet: "EXECUTE STATEMENT SET",
  Set: "SET",
  Reset: "RESET",
  Show: "SHOW",
  Describe: "DESCRIBE",
  Explain: "EXPLAIN",
  SelectStatement: "SELECT",
};

interface Script {
  readonly catalog: Catalog;
  readonly text: string;
  readonly options: AnalyzeOptions;
  readonly session: Session;
}

/** Undefined where there is nothing to do: IF NOT EXISTS of a table that exists. */
function analyzeStatement(written: Statement, script: Script): BoundStatement | undefined {
  const { catalog, session } = script;
  switch (written.kind) {
    case "CreateTable":
      return createTable(written, script);
    case "CreateView":
      return createView(written, script);
    case "CreateMaterializedView":
      return createMaterializedView(written, script);
    case "Drop":
      return { kind: "Drop", written, names: bindDrop(written, catalog) };
    case "InsertInto":
      return insertInto(written, script);
    case "StatementSet": {
      const inserts = written.inserts.map((insert) => insertInto(insert, script));
      return { kind: "StatementSet", written, inserts };
    }
    case "SelectStatement": {
      const { plan, reads } = bindWholeQuery(written.query, catalog, endingOf(script));
      return { kind: "Select", written, ...reading(plan, reads, script), schema: plan.schema };
    }
    case "Show":
      return { kind: "Result", written, result: show(written, catalog) };
    case "Describe":
      return { kind: "Result", written, result: describe(written.name, catalog) };
    case "Set": {
      const { setting, position } = written;
      if (setting === undefined) return { kind: "Result", written, result: session.list() };
      return { kind: "Setting", written, notes: session.set(setting.key, setting.value, position) };
    }
    case "Reset":
      session.reset(written.key);
      return { kind: "Setting", written, notes: [] };
    case "Explain":
      return explain(written, script);
  }
}

function createTable(written: CreateTable, { catalog, text }: Script): BoundTable | undefined {
  const { name, position } = plainName(written.name);
  if (catalog.has(name)) {
    if (written.ifNotExists) return undefined;
    throw quickwaterError("sql.duplicate-name", { name }, { position });
  }
  const whole = withLike(written, catalog);
  const bound = bindCreateTable(whole, text);
  const table = whole === written ? bound : { ...bound, statement: printStatement(whole) };
  catalog.addTable(table);
  if (table.origin.kind === "stream") catalog.addTable(deadLetterTable(name));
  return { kind: "CreateTable", written: whole, table };
}

function createView(written: CreateView, script: Script): BoundStatement | undefined {
  const { catalog, text } = script;
  if (written.ifNotExists && catalog.has(plainName(written.name).name)) return undefined;
  const { query, reads } = bindPlainView(written, catalog, text, endingOf(script));
  catalog.addQuery(query, reads);
  return { kind: "CreateView", written, query, reads };
}

function createMaterializedView(written: CreateMaterializedView, script: Script): BoundView {
  const { catalog, text } = script;
  const { view: bound, plan, reads } = bindView(written, catalog, text, endingOf(script));
  const read = reading(plan, reads, script);
  const view = { ...bound, timeZone: read.timeZone, isOnWallClock: isOnWallClock(read.plan) };
  catalog.addView(view, reads);
  const lateRows = lateRowsOfView(view.name, plan, catalog);
  return { kind: "CreateMaterializedView", written, view, lateRows, ...read };
}

function insertInto(written: InsertInto, script: Script): BoundInsert {
  const { catalog, text } = script;
  const { offset, length } = written.position;
  const { target, plan, reads, ...time } = bindInsert(written, catalog, endingOf(script));
  const lateRows = target.origin.kind === "stream" ? addWriter(written, target, plan, catalog) : undefined;
  const read = reading(plan, reads, script);
  const statement = text.slice(offset, offset + length);
  return { kind: "InsertInto", written, statement, target, ...time, lateRows, ...read };
}

const explainable: ReadonlySet<string> = new Set(["CHANGELOG_MODE"]);

function explain(written: ExplainStatement, script: Script): BoundExplain {
  const refused = written.details.find((detail) => !explainable.has(detail));
  if (refused !== undefined) throw featureRefused(`EXPLAIN ${refused}`, written.position);
  const aside = { ...script, catalog: script.catalog.copy() };
  const bound = analyzeStatement(written.statement, aside);
  assert(bound !== undefined, "a statement that is explained is bound");
  return { kind: "Explain", written, statement: bound };
}

/** What each query of a statement does; none where it has no query. */
export function explainStatement(statement: BoundStatement): readonly ExplainedQuery[] {
  switch (statement.kind) {
    case "Select":
      return [explainPlan(statement.plan, statement.changedBy, undefined)];
    case "CreateMaterializedView":
      return [explainPlan(statement.plan, statement.changedBy, statement.view.name)];
    case "InsertInto":
      return [explainPlan(statement.plan, statement.changedBy, statement.target.name)];
    case "StatementSet":
      return statement.inserts.flatMap(explainStatement);
    case "Explain":
      return explainStatement(statement.statement);
    default:
      return [];
  }
}

function reading(
  bound: LogicalPlan,
  reads: ReadonlySet<string>,
  { catalog, options, session }: Script,
): Reading {
  const tables = tablesOf(bound).map((name) => catalog.table(name)!);
  const plan = planInZone(bound, session.timeZone);
  return { ...optimize(plan, options.withoutPasses), tables, reads, timeZone: session.timeZone };
}

function endingOf({ options: { inputEnds = false, resultAtEnd = false } }: Script): Ending {
  return { inputEnds, resultAtEnd };
}
