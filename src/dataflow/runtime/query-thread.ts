/**
 * The thread of one query: binds the statement, asks for the rows of the views that it reads, runs it to the
 * end and is gone. Main ends it when it takes too long. Streams it reads from the journal itself.
 *
 * A view is a table here whose rows are those of one moment; its open rows are among them, and a column
 * `$final` tells them apart.
 */
import { parentPort, workerData } from "node:worker_threads";
import { Catalog, type TableDefinition } from "../../catalog/catalog.ts";
import type { Source, SourceChunk } from "../../connectors/connector.ts";
import { assert, QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
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
import { StateFull } from "../../state/keyed-state.ts";
import { readValue } from "../../values/column-access.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import { jsonText } from "../../values/json/write.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { OperatorFailure } from "../operators/operator.ts";
import { runBounded } from "./bounded-run.ts";
import { JournalRows } from "./journal-rows.ts";
import { queriedCatalog } from "./queried-tables.ts";
import type { FromQuery, QueryThreadData, ToQuery } from "./query-messages.ts";

const port = parentPort;
assert(port !== null, "a query's thread was started without a parent");
const { sql, timeZone, nowMs, tables, views, queries, settings, journal } = workerData as QueryThreadData;
const post = (message: FromQuery) => port.postMessage(message);
const chunks = new Map<string, SourceChunk[]>();

/** Statements about the catalog see it as it is, a query sees views as tables. */
function bind(): BoundStatement {
  const { statements, errors: mistakes } = parseScript(sql);
  if (mistakes[0] !== undefined) throw mistakes[0];
  const [written, second] = statements;
  if (written === undefined) throw quickwaterError("request.empty-query", {});
  if (second !== undefined) throw quickwaterError("request.several-statements", {}, second);
  refuseWriting(written);
  const isOfCatalog = written.kind === "Show" || written.kind === "Describe";
  const options = { inputEnds: true, resultAtEnd: true, timeZone };
  const { bound, errors } = analyzeScript(
    sql,
    isOfCatalog ? wholeCatalog() : queriedCatalog({ tables, views, queries }),
    options,
  );
  if (errors[0] !== undefined) throw errors[0];
  return bound[0]!;
}

function refuseWriting(written: Statement): void {
  const { kind, position } = written.kind === "Explain" ? written.statement : written;
  if (kind === "SelectStatement" || kind === "Show" || kind === "Describe") return;
  throw quickwaterError("request.read-only", { statement: statementWords[kind] }, { position });
}

function wholeCatalog(): Catalog {
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

function take(message: ToQuery, statement: BoundSelect): void {
  if (message.type === "run") {
    void run(statement).catch(fail);
    return;
  }
  const { view, bytes, rowEnds, rowCount } = message;
  const known = chunks.get(view) ?? [];
  chunks.set(view, known);
  known.push({ partition: 0, bytes, rowEnds, rowCount });
}

async function run({ plan, tables: read }: BoundSelect): Promise<void> {
  const told = new AnswerText(plan.schema);
  // Of rows that change only those that are left are of the answer.
  const whole = isUpdating(plan)
    ? sort({ input: plan, method: "end", order: [], from: 1, to: undefined })
    : plan;
  const lookedUp = lookedUpTables([plan]);
  await runBounded({
    plan: whole,
    output: { accept: (batch) => told.add(batch), advance: () => {} },
    inputs: read.map((table) => {
      return { table, source: sourceOf(table), isReadFirst: lookedUp.has(table.name) };
    }),
    options: { mode: "compiled", stateBytesMax: settings.stateBytesMax },
    clock: () => nowMs,
  });
  told.tell();
}

function sourceOf({ name, origin }: TableDefinition): Source {
  if (origin.kind !== "view") {
    const reader = new JournalReader(nodeFileLayer, journal.folder, () => journal.lastStep);
    return new JournalRows(reader, journal.streams.get(name)!, settings.rowsReadMax);
  }
  const left = chunks.get(name) ?? [];
  return {
    bounded: true,
    position: [],
    rowsLeftOut: 0,
    next: async () => left.shift(),
    close: async () => {},
  };
}

function answer({ schema, rows }: ResultRows): void {
  const told = new AnswerText(schema);
  for (const row of rows) told.addRow(row);
  told.tell();
}

class AnswerText {
  readonly #schema: RowSchema;
  readonly #rows: string[] = [];
  #bytes = 0;

  constructor(schema: RowSchema) {
    this.#schema = schema;
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
    const { rowsMax, answerBytesMax } = settings;
    if (this.#rows.push(row) > rowsMax) throw quickwaterError("request.query-rows", { limit: rowsMax });
    if (this.#bytes > answerBytesMax) throw quickwaterError("request.query-bytes", { limit: answerBytesMax });
  }

  tell(): void {
    const rowCount = this.#rows.length;
    post({ type: "done", answer: { schema: this.#schema, rowCount, rowsText: `[${this.#rows.join(",")}]` } });
    port!.close();
  }
}

function fail(error: unknown): void {
  const known = knownError(error);
  if (known === undefined) throw error;
  const { code, params, position, suggestion } = known;
  post({ type: "failed", code, params, position, suggestion });
  port!.close();
}

function knownError(error: unknown): QuickwaterError | undefined {
  if (error instanceof QuickwaterError) return error;
  const isOfRows = error instanceof OperatorFailure || error instanceof StateFull;
  return isOfRows ? quickwaterError("request.query-failed", { reason: error.message }) : undefined;
}

try {
  const statement = bind();
  if (statement.kind === "Result") answer(statement.result);
  else if (statement.kind === "Explain") answer(texts("result", explained(statement)));
  else {
    assert(statement.kind === "Select", "only what reads is bound");
    for (const table of statement.tables) refuseOutside(table, statement);
    const namesOf = (isView: boolean) =>
      statement.tables.filter(({ origin }) => (origin.kind === "view") === isView).map(({ name }) => name);
    post({ type: "needs", views: namesOf(true), streams: namesOf(false) });
    port.on("message", (message: ToQuery) => take(message, statement));
  }
} catch (error) {
  fail(error);
}
