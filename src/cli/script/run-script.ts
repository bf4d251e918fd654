/**
 * Runs the statements of a script one after another, each from the beginning of its input to the end: this is
 * where connectors, dataflow and result formats meet.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import type { ConnectorContext } from "../../connectors/connector.ts";
import type { KernelMode } from "../../dataflow/codegen/kernels.ts";
import type { Output } from "../../dataflow/operators/operator.ts";
import { defaultPipelineOptions } from "../../dataflow/physical/build-pipeline.ts";
import {
  type BoundedBooks,
  type BoundedInput,
  type BoundedQueries,
  runTogether,
} from "../../dataflow/runtime/bounded-run.ts";
import { QuickwaterError } from "../../errors/quickwater-error.ts";
import type { BoundInsert, BoundSelect, BoundView } from "../../sql/analyze.ts";
import { shownInZone, utc } from "../../sql/bind/local-time.ts";
import { lookedUpTables } from "../../sql/plan/looked-up-tables.ts";
import { isUpdating } from "../../sql/plan/traits.ts";
import { type ResultRows, texts } from "../../sql/show/result-rows.ts";
import { batchOfRows } from "../../values/column-access.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import { changesWriter } from "../result-format/changes.ts";
import { FinalRowsWriter } from "../result-format/final-rows.ts";
import { jsonWriter } from "../result-format/json.ts";
import type { MakeResultWriter } from "../result-format/result-writer.ts";
import { tableWriter } from "../result-format/table.ts";
import { connectorOf, placed, type ScriptStatement } from "./checked-script.ts";
import { counted } from "./counted.ts";
import { OpenTarget } from "./open-target.ts";

export interface ScriptSettings {
  readonly mode: KernelMode;
  readonly format: MakeResultWriter;
  readonly context: ConnectorContext;
  /** When the run began: what its clocks say, as they do in a query of Flink's over files. */
  readonly startMs: number;
  /** Results, as they come. */
  readonly print: (text: string) => void;
  /** Awaited between chunks of the input, with the rows that the query has read so far. */
  readonly afterChunk: (rowsRead: number) => Promise<void> | void;
}

/** Answers what is to be said at the end: late rows, rows that were left out, what was written where. */
export async function runScript(
  statements: readonly ScriptStatement[],
  settings: ScriptSettings,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const statement of statements) {
    try {
      notes.push(...(await runStatement(statement, settings)));
    } catch (error) {
      // A value that the query's rules forbid has no place of its own: the statement is the place.
      const isOfQuery = error instanceof QuickwaterError && error.code.startsWith("sql.");
      throw isOfQuery && error.position === undefined ? placed(error, statement.written.position) : error;
    }
  }
  return notes;
}

async function runStatement(
  statement: ScriptStatement,
  settings: ScriptSettings,
): Promise<readonly string[]> {
  switch (statement.kind) {
    case "Setting":
      return statement.notes;
    case "Explained":
      writeExplained(statement.text, settings);
      return [];
    case "Result":
      writeResult(statement.result, settings);
      return [];
    case "Select":
    case "CreateMaterializedView":
      return runQuery(statement, settings);
    case "InsertInto":
      return runInserts([statement], settings);
    case "StatementSet":
      return runInserts(statement.inserts, settings);
  }
}

/** A text of several lines is a cell for programs, and itself for people. */
function writeExplained(text: string, settings: ScriptSettings): void {
  const { format, print } = settings;
  if (format === tableWriter || format === changesWriter) print(`${text}\n\n`);
  else writeResult(texts("result", [text]), settings);
}

function writeResult({ schema, rows }: ResultRows, { format, print }: ScriptSettings): void {
  const writer = format({ schema, name: undefined, timeZone: utc }, print);
  writer.write(batchOfRows(schema, rows));
  writer.end();
}

/** A view in a script is its final rows, under its name. */
async function runQuery(statement: BoundSelect | BoundView, settings: ScriptSettings): Promise<string[]> {
  const { format, print } = settings;
  // Programs are given instants, people the clock on their wall.
  const plan = format === jsonWriter ? statement.plan : shownInZone(statement.plan, statement.timeZone);
  const shape = {
    schema: plan.schema,
    name: statement.kind === "Select" ? undefined : statement.view.name,
    timeZone: statement.timeZone,
  };
  const plain = format(shape, print);
  const folds = isUpdating(plan) && format !== changesWriter;
  const writer = folds ? new FinalRowsWriter(shape, plain) : plain;
  const output = { accept: (batch: ColumnBatch) => writer.write(batch), advance: () => {} };
  return readInputs([statement], settings, async (inputs) => {
    const [books] = await runTogether({ ...runOf([{ ...statement, plan }], [output], settings), inputs });
    writer.end();
    return [...lateNotes(statement, books!), ...leftOutNotes(inputs)];
  });
}

/** All of them read their tables at once, and those of one target write it together. */
async function runInserts(inserts: readonly BoundInsert[], settings: ScriptSettings): Promise<string[]> {
  return readInputs(inserts, settings, async (inputs) => {
    const targets = new Map<TableDefinition, OpenTarget>();
    const opened = (table: TableDefinition): OpenTarget => {
      const target = targets.get(table) ?? new OpenTarget(table, settings.context);
      targets.set(table, target);
      return target;
    };
    try {
      const outputs = inserts.map(({ target }) => opened(target));
      const books = await runTogether({ ...runOf(inserts, outputs, settings), inputs });
      const all = [...targets.values()];
      for (const { sink } of all) await sink.flush();
      for (const { sink } of all) await sink.close();
      const late = inserts.flatMap((insert, index) => lateNotes(insert, books[index]!));
      return [...all.flatMap((target) => target.notes()), ...late, ...leftOutNotes(inputs)];
    } catch (error) {
      for (const { sink } of targets.values()) await sink.abort();
      throw error;
    }
  });
}

type Reading = BoundSelect | BoundView | BoundInsert;

/** Opens each table once, whoever reads it, and closes it in the end. */
async function readInputs(
  statements: readonly Reading[],
  { context }: ScriptSettings,
  run: (inputs: readonly BoundedInput[]) => Promise<string[]>,
): Promise<string[]> {
  const tables = new Set(statements.flatMap((statement) => statement.tables));
  const lookedUp = lookedUpTables(statements.map(({ plan }) => plan));
  const inputs: BoundedInput[] = [];
  try {
    for (const table of tables) {
      const source = connectorOf(table)!.openSource!(table, context);
      inputs.push({ table, source, isReadFirst: lookedUp.has(table.name) });
    }
    return await run(inputs);
  } finally {
    for (const { source } of inputs) await source.close();
  }
}

function runOf(
  statements: readonly Reading[],
  outputs: readonly Output[],
  { mode, startMs, afterChunk }: ScriptSettings,
): Omit<BoundedQueries, "inputs"> {
  const queries = statements.map(({ plan }, index) => ({ plan, output: outputs[index]! }));
  return { queries, options: { ...defaultPipelineOptions, mode }, clock: () => startMs, afterChunk };
}

function lateNotes({ tables, written }: Reading, { rowsLate }: BoundedBooks): string[] {
  if (rowsLate === 0) return [];
  const are = rowsLate === 1 ? "was late for its window and is" : "were late for their window and are";
  const names = tables.map(({ name }) => name).join(", ");
  return [`${counted(rowsLate, "row")} of ${names} ${are} in no result (line ${written.position.line}).`];
}

function leftOutNotes(inputs: readonly BoundedInput[]): string[] {
  return inputs.flatMap(({ table, source }) => {
    if (source.rowsLeftOut === 0) return [];
    const are = source.rowsLeftOut === 1 ? "was" : "were";
    const option = `${table.options.format}.ignore-parse-errors`;
    const rows = counted(source.rowsLeftOut, "row");
    return [`${rows} of ${table.name} could not be read and ${are} left out ('${option}').`];
  });
}
