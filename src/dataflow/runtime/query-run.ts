/**
 * One query in its thread: binds the statement, names the views whose rows it needs, takes them, and runs to
 * the end. Streams it reads from the journal itself.
 *
 * A view is a table here whose rows are those of one moment; its open rows are among them, and a column
 * `$final` tells them apart.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import type { Source, SourceChunk } from "../../connectors/connector.ts";
import { assert, quickwaterError } from "../../errors/quickwater-error.ts";
import { nodeFileLayer } from "../../log/journal/file-layer.ts";
import { JournalReader } from "../../log/journal/journal-reader.ts";
import { type BoundSelect, type BoundStatement, explainStatement } from "../../sql/analyze.ts";
import { explainedText } from "../../sql/explain/explain-plan.ts";
import { sort } from "../../sql/plan/build.ts";
import { lookedUpTables } from "../../sql/plan/looked-up-tables.ts";
import { isUpdating } from "../../sql/plan/traits.ts";
import { type ResultRows, texts } from "../../sql/show/result-rows.ts";
import { readValue } from "../../values/column-access.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import { jsonText } from "../../values/json/write.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { ToldRows } from "../../views/told-rows.ts";
import { cellSeparator } from "../../views/view.ts";
import { bindReading } from "./bind-reading.ts";
import { runBounded } from "./bounded-run.ts";
import { JournalRows } from "./journal-rows.ts";
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
    this.#statement = bindReading(asked);
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
    const { nowMs, page, settings } = this.#asked;
    const told = new AnswerRows(plan.schema, this.#asked);
    // Of rows that change only those that are left are of the answer.
    const { from, to } = page ?? { from: 1, to: undefined };
    const isWhole = page === undefined && !isUpdating(plan);
    const whole = isWhole ? plan : sort({ input: plan, method: "end", order: [], from, to });
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
    const told = new AnswerRows(schema, this.#asked);
    for (const row of rows) told.addRow(row);
    return told.rows();
  }
}

function explained(statement: BoundStatement): readonly string[] {
  return [explainedText(explainStatement(statement))];
}

class AnswerRows {
  readonly #schema: RowSchema;
  readonly #settings: QuerySettings;
  readonly #told: ToldRows;
  readonly #rows: string[] = [];
  #bytes = 0;

  constructor(schema: RowSchema, { settings, timeZone }: QueryAsked) {
    this.#schema = schema;
    this.#settings = settings;
    this.#told = new ToldRows({ schema, key: [], timeZone });
  }

  add(batch: ColumnBatch): void {
    for (let row = 0; row < batch.rowCount; row++) {
      this.addRow(this.#schema.columns.map((_, index) => readValue(batch, index, row)));
    }
  }

  addRow(values: readonly SqlValue[]): void {
    const cells = this.#schema.columns.map(({ type }, index) => jsonText(values[index]!, type));
    const row = this.#told.cells(cells).join(cellSeparator);
    this.#bytes += row.length;
    const { rowsMax, answerBytesMax } = this.#settings;
    if (this.#rows.push(row) > rowsMax) throw quickwaterError("request.query-rows", { limit: rowsMax });
    if (this.#bytes > answerBytesMax) throw quickwaterError("request.query-bytes", { limit: answerBytesMax });
  }

  rows(): QueryRows {
    return { schema: this.#schema, rows: this.#rows };
  }
}
