/**
 * Our SQL as a script for Flink. Queries stay what they are; the three points in which our DDL is our own
 * are rewritten:
 *   - a table without WITH gets a connector, and options of ours go;
 *   - CREATE MATERIALIZED VIEW becomes a keyed table and an INSERT into it, and where another query reads the
 *     view, a plain view before them: rows that come back from a topic have no event time any more;
 *   - inserts that stand together become one statement set, so that Flink reads their tables once.
 */
import type { ViewDefinition } from "../catalog/catalog.ts";
import type { BoundDrop, BoundStatement, BoundTable, BoundView } from "../sql/analyze.ts";
import { printStatement } from "../sql/parse/print.ts";
import { printPlainName, printText } from "../sql/parse/print-name.ts";
import { formatType, withNullable } from "../values/sql-type.ts";
import type { FlinkTables, TableOptions } from "./flink-tables.ts";

/** Of the table that a view is written to, where the view's own name is that of its query. */
const writtenSuffix = "__written";

export function flinkScript(statements: readonly BoundStatement[], tables: FlinkTables): string {
  return flinkStatements(statements, tables)
    .map((statement) => `${statement};\n`)
    .join("\n");
}

/** The statements of the script, without the semicolons between them. */
export function flinkStatements(
  statements: readonly BoundStatement[],
  tables: FlinkTables,
): readonly string[] {
  const script = new FlinkScript(tables);
  for (const [place, statement] of statements.entries()) script.add(statement, statements.slice(place + 1));
  return script.end();
}

class FlinkScript {
  readonly #tables: FlinkTables;
  readonly #parts: string[] = [];
  /** Those that stand together so far. */
  #inserts: string[] = [];
  /** Views that are read, so that their rows are written to a table of another name. */
  readonly #readViews = new Set<string>();

  constructor(tables: FlinkTables) {
    this.#tables = tables;
  }

  add(statement: BoundStatement, later: readonly BoundStatement[]): void {
    switch (statement.kind) {
      case "CreateTable":
        this.#parts.push(tableText(statement, this.#tables));
        return;
      case "CreateMaterializedView": {
        const { name } = statement.view;
        if (later.some((other) => doesRead(other, name))) this.#readViews.add(name);
        this.#addView(statement);
        return;
      }
      case "InsertInto":
        this.#inserts.push(printStatement(statement.written));
        return;
      case "StatementSet":
        this.#inserts.push(...statement.inserts.map(({ written }) => printStatement(written)));
        return;
      case "CreateView":
      case "Setting":
        this.#parts.push(printStatement(statement.written));
        return;
      case "Select":
        this.#endSet();
        this.#parts.push(printStatement(statement.written));
        return;
      case "Drop":
        this.#endSet();
        this.#parts.push(...this.#drops(statement));
        return;
      case "Result":
      case "Explain":
        // They tell of the catalog and change nothing.
        return;
    }
  }

  end(): readonly string[] {
    this.#endSet();
    return this.#parts;
  }

  #addView({ view, written: { queryText } }: BoundView): void {
    const name = printPlainName(view.name);
    const isRead = this.#readViews.has(view.name);
    const target = isRead ? printPlainName(view.name + writtenSuffix) : name;
    if (isRead) this.#parts.push(`CREATE VIEW ${name} AS\n${queryText}`);
    this.#parts.push(`${writtenTable(target, view)}\n${optionsText(this.#tables.view(view))}`);
    this.#inserts.push(`INSERT INTO ${target}\n${isRead ? `SELECT * FROM ${name}` : queryText}`);
  }

  #drops({ names: [name], written }: BoundDrop): string[] {
    if (written.object !== "MATERIALIZED VIEW") return [printStatement(written)];
    if (name === undefined) return [];
    if (!this.#readViews.has(name)) return [`DROP TABLE ${printPlainName(name)}`];
    return [`DROP TABLE ${printPlainName(name + writtenSuffix)}`, `DROP VIEW ${printPlainName(name)}`];
  }

  #endSet(): void {
    const [first, ...more] = this.#inserts;
    if (first !== undefined) this.#parts.push(more.length === 0 ? first : statementSet(this.#inserts));
    this.#inserts = [];
  }
}

function doesRead(statement: BoundStatement, name: string): boolean {
  if (statement.kind === "StatementSet") return statement.inserts.some((insert) => insert.reads.has(name));
  return "reads" in statement && statement.reads.has(name);
}

function statementSet(inserts: readonly string[]): string {
  return `EXECUTE STATEMENT SET BEGIN\n${inserts.map((insert) => `${insert};\n`).join("")}END`;
}

function tableText({ table, written }: BoundTable, tables: FlinkTables): string {
  if (table.origin.kind === "connector") return printStatement(written);
  return `${withoutOptions({ table, written })}\n${optionsText(tables.stream(table))}`;
}

/** As it was written, where that can be told apart from its options. */
function withoutOptions({ table: { statement }, written }: Pick<BoundTable, "table" | "written">): string {
  const [first] = written.options;
  if (first === undefined) return statement;
  const before = statement.slice(0, first.position.offset - written.position.offset);
  const head = before.replace(/\s*\bWITH\s*\(\s*$/i, "");
  return head === before ? printStatement({ ...written, options: [] }) : head;
}

/** The columns of a key are NOT NULL for Flink whether they say so or not. */
function writtenTable(name: string, { schema, key }: ViewDefinition): string {
  const columns = schema.columns.map(({ name: column, type }, index) => {
    const stored = key.includes(index) ? withNullable(type, false) : type;
    return `  ${printPlainName(column)} ${formatType(stored)}`;
  });
  const keyNames = key.map((index) => printPlainName(schema.columns[index]!.name));
  if (keyNames.length > 0) columns.push(`  PRIMARY KEY (${keyNames.join(", ")}) NOT ENFORCED`);
  return `CREATE TABLE ${name} (\n${columns.join(",\n")}\n)`;
}

function optionsText(options: TableOptions): string {
  const list = Object.entries(options).map(([key, value]) => `  ${printText(key)} = ${printText(value)}`);
  return `WITH (\n${list.join(",\n")}\n)`;
}
