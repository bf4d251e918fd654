/**
 * One query in its thread: binds the statement, names the views whose rows it needs, takes them, and runs to
 * the end. Streams it reads from the journal itself.
 *
 * A view is a table here whose rows are those of one moment; its open rows are among them, and a column
 * `$final` tells them apart.
 */
import { Catalog, type TableDefinition } from "../../catalog/catalog.ts";
import type { Source, SourceChunk } from "../../connectors/connector.ts";
import { assert, quickwaterError } from "../../errors/quickwater-error.ts";
import { nodeFileLayer } from "../../log/journal/file-layer.ts";
import { JournalReader } from "../../log/journal/journal-reader.ts";
import {
  analyzeScript,
  type BoundSelect,
  type BoundStatement,
  explainStatement,
  statementWords,
} from "../../sql/analyze.ts";
import { explainedText } from "../../sql/explain/explain-plan.ts";
import type { Statement } from "../../sql/parse/ast.ts";
import { parseScript } from "../../sql/parse/parse-statement.ts";
import { sort } from "../../sql/plan/build.ts";
import { lookedUpTables } from "../../sql/plan/looked-up-tables.ts";
import { isUpdating } from "../../sql/plan/traits.ts";
import { type ResultRows, texts } from "../../sql/show/result-rows.ts";
import { readValue } from "../../values/column-access.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import { jsonText } from "../../values/json/write.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { runBounded } from "./bounded-run.ts";
import { JournalRows } from "./journal-rows.ts";
import { type QueriedTables, queriedCatalog } from "./queried-tables.ts";
import type { QueryAsked, QueryRows, QuerySettings } from "./query-messages.ts";

/** Some of the rows of a view. */
export interface ViewPiece extends Omit<SourceChunk, "partition"> {
  readonly view: string;
}

export class QueryRun {
  readonly #asked: QueryAsked;
  readonly #statement: BoundStatement;
  readonly #chunks = new Map<string, SourceChunk[]>();

  /** @throws QuickwaterError where the statement has a mistake, or does not only read. */
  constructor(asked: QueryAsked) {
    this.#asked = asked;
    this.#statement = bind(asked);
    const statement = this.#statement;
    if (statement.kind === "Select") for (const table of statement.tables) refuseOutside(table, statement);
  }

  /** Whose rows it reads; those of views are to be given. */
  get reads(): { readonly views: readonly string[]; readonly streams: readonly string[] } {
    const { tables } = this.#statement.kind === "Select" ? this.#statement : { tables: [] };
    const namesOf = (isView: boolean) =>
      tables.filter(({ origin }) => (origin.kind === "view") === isView).map(({ name }) => name);
    return { views: namesOf(true), streams: namesOf(false) };
  }

  give({ view, bytes, rowEnds, rowCount }: ViewPiece): void {
    const known = this.#chunks.get(view) ?? [];
    this.#chunks.set(view, known);
    known.push({ partition: 0, bytes, rowEnds, rowCount });
  }

  async run(): Promise<QueryRows> {
    const statement = this.#statement;
    if (statement.kind === "Result") return this.#answer(statement.result);
    if (statement.kind === "Explain") return this.#answer(texts("result", explained(statement)));
    assert(statement.kind === "Select", "only what reads is bound");
    return await this.#select(statement);
  }

  async #select({ plan, tables }: BoundSelect): Promise<QueryRows> {
    const { settings, nowMs } = this.#asked;
    const told = new AnswerText(plan.schema, settings);
    // Of rows that change only those that are left are of the answer.
    const whole = isUpdating(plan)
      ? sort({ input: plan, method: "end", order: [], from: 1, to: undefined })
      : plan;
    const lookedUp = lookedUpTables([plan]);
    await runBounded({
      plan: whole,
      output: { accept: (batch) => told.add(batch), advance: () => {} },
      inputs: tables.map((table) => {
        return { table, source: this.#sourceOf(table), isReadFirst: lookedUp.has(table.name) };
      }),
      options: { mode: "compiled", stateBytesMax: settings.stateBytesMax },
      clock: () => nowMs,
    });
    return told.rows();
  }

  #sourceOf({ name, origin }: TableDefinition): Source {
    const { journal, settings } = this.#asked;
    if (origin.kind !== "view") {
      const reader = new JournalReader(nodeFileLayer, journal.folder, () => journal.lastStep);
      return new JournalRows(reader, journal.streams.get(name)!, settings.rowsReadMax);
    }
    const left = this.#chunks.get(name) ?? [];
    return {
      bounded: true,
      position: [],
      rowsLeftOut: 0,
      next: async () => left.shift(),
      close: async () => {},
    };
  }

  #answer({ schema, rows }: ResultRows): QueryRows {
    const told = new AnswerText(schema, this.#asked.settings);
    for (const row of rows) told.addRow(row);
    return told.rows();
  }
}

/** Statements about the catalog see it as it is, a query sees views as tables. */
function bind({ sql, timeZone, tables, views, queries }: QueryAsked): BoundStatement {
  const { statements, errors: mistakes } = parseScript(sql);
  if (mistakes[0] !== undefined) throw mistakes[0];
  const [written, second] = statements;
  if (written === undefined) throw quickwaterError("request.empty-query", {});
  if (second !== undefined) throw quickwaterError("request.several-statements", {}, second);
  refuseWriting(written);
  const isOfCatalog = written.kind === "Show" || written.kind === "Describe";
  const { bound, errors } = analyzeScript(
    sql,
    isOfCatalog ? wholeCatalog({ tables, views, queries }) : queriedCatalog({ tables, views, queries }),
    { inputEnds: true, resultAtEnd: true, timeZone },
  );
  if (errors[0] !== undefined) throw errors[0];
  return bound[0]!;
}

function refuseWriting(written: Statement): void {
  const { kind, position } = written.kind === "Explain" ? written.statement : written;
  if (kind === "SelectStatement" || kind === "Show" || kind === "Describe") return;
  throw quickwaterError("request.read-only", { statement: statementWords[kind] }, { position });
}

function wholeCatalog({ tables, views, queries }: QueriedTables): Catalog {
  const catalog = new Catalog();
  for (const table of tables) catalog.addTable(table);
  for (const view of views) catalog.addView(view);
  for (const query of queries) catalog.addQuery(query);
  return catalog;
}

function refuseOutside({ name, origin }: TableDefinition, { written: { position } }: BoundSelect): void {
  if (origin.kind !== "connector") return;
  throw quickwaterError("request.query-of-outside", { table: name }, { position });
}

function explained(statement: BoundStatement): readonly string[] {
  return [explainedText(explainStatement(statement))];
}

class AnswerText {
  readonly #schema: RowSchema;
  readonly #settings: QuerySettings;
  readonly #rows: string[] = [];
  #bytes = 0;

  constructor(schema: RowSchema, settings: QuerySettings) {
    this.#schema = schema;
    this.#settings = settings;
  }

  add(batch: ColumnBatch): void {
    for (let row = 0; row < batch.rowCount; row++) {
      this.addRow(this.#schema.columns.map((_, index) => readValue(batch, index, row)));
    }
  }

  addRow(values: readonly SqlValue[]): void {
    const cells = this.#schema.columns.map(({ type }, index) => jsonText(values[index]!, type));
    const row = `[${cells.join(",")}]`;
    this.#bytes += row.length;
    const { rowsMax, answerBytesMax } = this.#settings;
    if (this.#rows.push(row) > rowsMax) throw quickwaterError("request.query-rows", { limit: rowsMax });
    if (this.#bytes > answerBytesMax) throw quickwaterError("request.query-bytes", { limit: answerBytesMax });
  }

  rows(): QueryRows {
    return {
      schema: this.#schema,
      rowCount: this.#rows.length,
      rowsText: `[${this.#rows.join(",")}]`,
    };
  }
}
