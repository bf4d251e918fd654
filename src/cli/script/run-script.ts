/**
 * Runs the queries of a script one after another, each from the beginning of its input to the end: this is
 * where connectors, dataflow and result formats meet.
 */
import type { Connector, ConnectorContext, Sink } from "../../connectors/connector.ts";
import type { KernelMode } from "../../dataflow/codegen/kernels.ts";
import type { Output } from "../../dataflow/operators/operator.ts";
import { defaultPipelineOptions } from "../../dataflow/physical/build-pipeline.ts";
import { type BoundedBooks, type BoundedInput, runBounded } from "../../dataflow/runtime/bounded-run.ts";
import { QuickwaterError } from "../../errors/quickwater-error.ts";
import { isUpdating } from "../../sql/plan/traits.ts";
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import { changesWriter } from "../result-format/changes.ts";
import { FinalRowsWriter } from "../result-format/final-rows.ts";
import type { MakeResultWriter } from "../result-format/result-writer.ts";
import { connectorOf, placed, type ScriptQuery } from "./checked-script.ts";

export interface ScriptSettings {
  readonly mode: KernelMode;
  readonly format: MakeResultWriter;
  readonly context: ConnectorContext;
  /** Results, as they come. */
  readonly print: (text: string) => void;
  /** Awaited between chunks of the input, with the rows that the query has read so far. */
  readonly afterChunk: (rowsRead: number) => Promise<void> | void;
}

/** Answers what is to be said at the end: late rows, rows that were left out, what was written where. */
export async function runScript(
  queries: readonly ScriptQuery[],
  settings: ScriptSettings,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const query of queries) {
    try {
      notes.push(...(await runQuery(query, settings)));
    } catch (error) {
      // A value that the query's rules forbid has no place of its own: the statement is the place.
      const isOfQuery = error instanceof QuickwaterError && error.code.startsWith("sql.");
      throw isOfQuery && error.position === undefined ? placed(error, query.position) : error;
    }
  }
  return notes;
}

async function runQuery(query: ScriptQuery, settings: ScriptSettings): Promise<readonly string[]> {
  const { statement, tables } = query;
  const inputs: BoundedInput[] = [];
  try {
    for (const table of tables) {
      inputs.push({ table, source: connectorOf(table)!.openSource!(table, settings.context) });
    }
    const options = { ...defaultPipelineOptions, mode: settings.mode };
    const run = (output: Output) =>
      runBounded({ plan: statement.plan, inputs, output, options, afterChunk: settings.afterChunk });
    if (statement.kind !== "InsertInto")
      return notesOf(query, inputs, await runResult(statement, run, settings));
    const connector = connectorOf(statement.target)!;
    const { books, rowsWritten } = await runInsert(connector, statement.target, run, settings);
    const written =
      connector.name === "print"
        ? []
        : [`${counted(rowsWritten, "row")} written to ${statement.target.name}.`];
    return [...written, ...notesOf(query, inputs, books)];
  } finally {
    for (const { source } of inputs) await source.close();
  }
}

type Run = (output: Output) => Promise<BoundedBooks>;

/** A view in a script is its final rows, under its name. */
async function runResult(
  statement: Exclude<ScriptQuery["statement"], { kind: "InsertInto" }>,
  run: Run,
  { format, print }: ScriptSettings,
): Promise<BoundedBooks> {
  const shape =
    statement.kind === "Select"
      ? { schema: statement.schema, name: undefined }
      : { schema: statement.view.schema, name: statement.view.name };
  const plain = format(shape, print);
  const folds = isUpdating(statement.plan) && format !== changesWriter;
  const writer = folds ? new FinalRowsWriter(shape, plain) : plain;
  const books = await run({ accept: (batch) => writer.write(batch), advance: () => {} });
  writer.end();
  return books;
}

async function runInsert(
  connector: Connector,
  target: Parameters<NonNullable<Connector["openSink"]>>[0],
  run: Run,
  { context }: ScriptSettings,
): Promise<{ books: BoundedBooks; rowsWritten: number }> {
  const sink: Sink = connector.openSink!(target, context);
  let rowsWritten = 0;
  let cause: Cause | undefined;
  let index = 0;
  const accept = (batch: ColumnBatch): void => {
    if (batch.cause !== cause) index = 0;
    cause = batch.cause;
    sink.write(batch, index);
    index += batch.rowCount;
    rowsWritten += batch.rowCount;
  };
  try {
    const books = await run({ accept, advance: () => {} });
    await sink.flush();
    await sink.close();
    return { books, rowsWritten };
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

function notesOf(
  { tables, position }: ScriptQuery,
  inputs: readonly BoundedInput[],
  { rowsLate }: BoundedBooks,
): string[] {
  const notes: string[] = [];
  if (rowsLate > 0) {
    const are = rowsLate === 1 ? "was late for its window and is" : "were late for their window and are";
    const names = tables.map(({ name }) => name).join(", ");
    notes.push(`${counted(rowsLate, "row")} of ${names} ${are} in no result (line ${position.line}).`);
  }
  for (const { table, source } of inputs) {
    if (source.rowsLeftOut === 0) continue;
    const are = source.rowsLeftOut === 1 ? "was" : "were";
    const option = `${table.options.format}.ignore-parse-errors`;
    const rows = counted(source.rowsLeftOut, "row");
    notes.push(`${rows} of ${table.name} could not be read and ${are} left out ('${option}').`);
  }
  return notes;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
