/**
 * Runs the blocks of one file against tables whose rows are in the file, through the path of `quickwater
 * run`.
 */
import { Catalog } from "../../src/catalog/catalog.ts";
import { cellText } from "../../src/cli/result-format/cell-text.ts";
import type { KernelMode } from "../../src/dataflow/codegen/kernels.ts";
import { defaultPipelineOptions } from "../../src/dataflow/physical/build-pipeline.ts";
import { type BoundedBooks, runBounded } from "../../src/dataflow/runtime/bounded-run.ts";
import { QuickwaterError } from "../../src/errors/quickwater-error.ts";
import { analyzeScript, type BoundStatement } from "../../src/sql/analyze.ts";
import { readValue } from "../../src/values/column-access.ts";
import { type ColumnBatch, rowKindSigns } from "../../src/values/column-batch.ts";
import type { RowSchema } from "../../src/values/row-schema.ts";
import type { SqlKind } from "../../src/values/sql-type.ts";
import type { SqlValue } from "../../src/values/sql-value.ts";
import { GivenRows } from "./given-rows.ts";
import { runRestored } from "./restored-run.ts";
import type { SltBlock } from "./slt-file.ts";

export interface SltWay {
  readonly mode: KernelMode;
  /** Rows that the source gives at once. */
  readonly chunkRows: number;
  /** Frozen and restored after every chunk. */
  readonly restores?: boolean | undefined;
}

export interface QueryResult {
  readonly schema: RowSchema;
  /** Each row's kind and values. */
  readonly rows: readonly { readonly kind: string; readonly values: readonly SqlValue[] }[];
  readonly books: BoundedBooks;
}

/** A statement that gives no rows. */
const nothing: QueryResult = {
  schema: { columns: [] },
  rows: [],
  books: { rowsRead: 0, rowsFiltered: 0, rowsLate: 0 },
};

/** Tables and their rows, as the blocks so far have made them. */
export class SltWorld {
  readonly catalog = new Catalog();
  readonly #rows = new GivenRows();
  readonly #way: SltWay;
  /** As SET has said last. */
  #timeZone: string | undefined;

  constructor(way: SltWay) {
    this.#way = way;
  }

  addRows(table: string, lines: readonly string[]): void {
    if (this.catalog.table(table) === undefined) throw new Error(`there is no table ${table}`);
    this.#rows.add(table, lines);
  }

  /** Rows that are added from now on are appended then. */
  setClock(time: string): void {
    this.#rows.clockMs = Date.parse(time);
  }

  /** Binds one script and answers its last statement; the first mistake is thrown. */
  bind(sql: string, inputEnds = true, resultAtEnd = false): BoundStatement | undefined {
    const { bound, errors, timeZone } = analyzeScript(sql, this.catalog, {
      inputEnds,
      resultAtEnd,
      timeZone: this.#timeZone,
    });
    if (errors[0] !== undefined) throw errors[0];
    this.#timeZone = timeZone;
    return bound.at(-1);
  }

  /** Its rows in its order at the end, or as they change. */
  async query(sql: string, resultAtEnd = false): Promise<QueryResult> {
    const statement = this.bind(sql, true, resultAtEnd);
    if (statement?.kind === "Result") {
      const { schema, rows } = statement.result;
      const books = { rowsRead: 0, rowsFiltered: 0, rowsLate: 0 };
      return { schema, rows: rows.map((values) => ({ kind: "+I", values })), books };
    }
    if (statement === undefined || !("plan" in statement)) return nothing;
    const { plan } = statement;
    const { tables } = statement;
    const sources = this.#rows.sources(tables, this.#way.chunkRows);
    const inputs = tables.map((table, place) => ({ table, source: sources[place]! }));
    const rows: { kind: string; values: readonly SqlValue[] }[] = [];
    const output = { accept: (batch: ColumnBatch) => void rows.push(...rowsOf(batch)), advance: () => {} };
    const options = { ...defaultPipelineOptions, mode: this.#way.mode };
    const run = this.#way.restores === true ? runRestored : runBounded;
    const books = await run({ plan, inputs, output, options, clock: () => this.#rows.givenAtMs });
    return { schema: plan.schema, rows, books };
  }
}

/** What is left when every change was made; a row that is taken back must have been given. */
export function finalRows(rows: readonly ChangedRow[]): readonly (readonly SqlValue[])[] {
  const left: ChangedRow[] = [];
  for (const row of rows) {
    if (row.kind === "+I" || row.kind === "+U") {
      left.push(row);
      continue;
    }
    const key = rowKey(row);
    const place = left.findIndex((other) => rowKey(other) === key);
    if (place < 0) throw new Error(`${row.kind} of a row that is not there: ${key}`);
    left.splice(place, 1);
  }
  return left.map(({ values }) => values);
}

interface ChangedRow {
  readonly kind: string;
  readonly values: readonly SqlValue[];
}

function rowKey({ values }: ChangedRow): string {
  return values.map((value) => `${typeof value} ${String(value)}`).join(" | ");
}

function rowsOf(batch: ColumnBatch) {
  return Array.from({ length: batch.rowCount }, (_, row) => ({
    kind: rowKindSigns[batch.kinds?.[row] ?? 0]!,
    values: batch.schema.columns.map((_column, index) => readValue(batch, index, row)),
  }));
}

export interface BlockOutcome {
  readonly problem: string | undefined;
  /** Of a query, the rows that it gave. */
  readonly rows: readonly string[] | undefined;
}

/** Runs one block; what does not hold is told as a sentence. */
export async function runBlock(world: SltWorld, block: SltBlock): Promise<BlockOutcome> {
  try {
    return await tryBlock(world, block);
  } catch (error) {
    if (!(error instanceof QuickwaterError)) throw error;
    return { problem: `${error.message} [${error.code}]`, rows: undefined };
  }
}

async function tryBlock(world: SltWorld, block: SltBlock): Promise<BlockOutcome> {
  switch (block.kind) {
    case "rows":
      world.addRows(block.words[0]!, block.body.split("\n"));
      return { problem: undefined, rows: undefined };
    case "clock":
      world.setClock(block.words[0]!);
      return { problem: undefined, rows: undefined };
    case "ok":
      world.bind(block.body);
      return { problem: undefined, rows: undefined };
    case "error":
      return { problem: await refusalOf(world, block), rows: undefined };
    default:
      return await compareQuery(world, block);
  }
}

async function refusalOf(world: SltWorld, { body, words: [code] }: SltBlock): Promise<string | undefined> {
  try {
    await world.query(body);
    return `it was taken; ${code} was expected`;
  } catch (error) {
    if (!(error instanceof QuickwaterError)) throw error;
    return error.code === code ? undefined : `${error.code} instead of ${code}: ${error.message}`;
  }
}

async function compareQuery(world: SltWorld, block: SltBlock): Promise<BlockOutcome> {
  const { schema, rows, books } = await world.query(block.body, block.kind === "query");
  const [types, ...settings] = block.words;
  const given = block.kind === "changes" ? rows : finalRows(rows).map((values) => ({ kind: "", values }));
  const lines = given.map(({ kind, values }) => {
    const cells = values.map((value, index) => cellOf(value, schema, index));
    return [...(block.kind === "changes" ? [kind] : []), ...cells].join(" | ");
  });
  const letters = schema.columns.map(({ type }) => typeLetters[type.kind] ?? "?").join("");
  const problems: string[] = [];
  if (letters !== types) problems.push(`the columns are ${letters}, ${types} were expected`);
  const isSorted = settings.includes("rowsort");
  const shown = isSorted ? lines.toSorted() : lines;
  const expected = isSorted ? block.expected.toSorted() : block.expected;
  if (shown.join("\n") !== expected.join("\n")) {
    problems.push(`the rows are\n${shown.join("\n")}\nexpected were\n${expected.join("\n")}`);
  }
  for (const [name, count] of [
    ["late", books.rowsLate],
    ["filtered", books.rowsFiltered],
  ] as const) {
    const wanted = settings.find((setting) => setting.startsWith(`${name}=`))?.slice(name.length + 1);
    if (wanted === undefined ? name === "late" && count > 0 : Number(wanted) !== count) {
      problems.push(`${count} rows were ${name}, ${wanted ?? 0} expected`);
    }
  }
  return { problem: problems.length === 0 ? undefined : problems.join("\n"), rows: shown };
}

export function cellOf(value: SqlValue, schema: RowSchema, index: number): string {
  if (value === null) return "NULL";
  const text = cellText(value, schema.columns[index]!.type);
  return text === "" ? "(empty)" : text.replaceAll("\n", "\\n");
}

const typeLetters: Partial<Record<SqlKind, string>> = {
  BOOLEAN: "B",
  TINYINT: "I",
  SMALLINT: "I",
  INT: "I",
  BIGINT: "I",
  FLOAT: "R",
  DOUBLE: "R",
  DECIMAL: "R",
  CHAR: "T",
  VARCHAR: "T",
  DATE: "D",
  TIME: "D",
  TIMESTAMP: "P",
  TIMESTAMP_LTZ: "P",
  BINARY: "X",
  VARBINARY: "X",
  ROW: "N",
  ARRAY: "N",
  MAP: "N",
};
