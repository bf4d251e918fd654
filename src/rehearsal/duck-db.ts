/**
 * DuckDB in memory, loaded when it is first asked for: tables like those of a schema, and batch queries over
 * them. Values go in as texts that DuckDB casts, so that no digit passes through a double.
 */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { duckType, quoted } from "../history/duck/duck-type.ts";
import type { RowSchema } from "../values/row-schema.ts";
import { isBinary, isNested, type SqlType } from "../values/sql-type.ts";

/** A number whose digits matter is a text. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };
export type JsonRow = Readonly<Record<string, JsonValue>>;

export interface DuckRows {
  readonly names: readonly string[];
  readonly rows: readonly (readonly DuckDBValue[])[];
}

/** A query of a test reads no file and loads nothing from anywhere. */
const settings = { threads: "1", memory_limit: "1GB", enable_external_access: "false" };
/** Where rows are gathered as texts; no table of a project has the name. */
const gathered = "_gathered";

export class DuckDb {
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(timeZone = "UTC"): Promise<DuckDb> {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const instance = await DuckDBInstance.create(":memory:", settings);
    const connection = await instance.connect();
    await connection.run(`SET TimeZone = '${timeZone}'`);
    return new DuckDb(connection);
  }

  /** A table with the columns and rows, in place of one of that name. */
  async fill(name: string, schema: RowSchema, rows: readonly JsonRow[]): Promise<void> {
    const declared = schema.columns.map((column) => `${quoted(column.name)} ${duckType(column.type)}`);
    await this.#connection.run(`CREATE OR REPLACE TABLE ${quoted(name)} (${declared.join(", ")})`);
    await this.add(name, schema, rows);
  }

  /** More rows of a table that was filled. */
  async add(name: string, { columns }: RowSchema, rows: readonly JsonRow[]): Promise<void> {
    if (rows.length === 0) return;
    const declared = columns.map((column) => `${quoted(column.name)} VARCHAR`);
    await this.#connection.run(`CREATE OR REPLACE TABLE ${gathered} (${declared.join(", ")})`);
    const appender = await this.#connection.createAppender(gathered);
    for (const row of rows) {
      for (const column of columns) {
        const text = textOf(row[column.name]);
        if (text === null) appender.appendNull();
        else appender.appendVarchar(text);
      }
      appender.endRow();
    }
    appender.closeSync();
    const cast = columns.map(({ name: column, type }) => castOf(quoted(column), type));
    await this.#connection.run(`INSERT INTO ${quoted(name)} SELECT ${cast.join(", ")} FROM ${gathered}`);
  }

  /** Rows with every value as DuckDB's own text. */
  async query(sql: string): Promise<(string | null)[][]> {
    const reader = await this.#connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM (${sql})`);
    return reader.getRows() as (string | null)[][];
  }

  async values(sql: string): Promise<DuckRows> {
    const reader = await this.#connection.runAndReadAll(sql);
    return { names: reader.columnNames(), rows: reader.getRows() };
  }

  /** Statements that make something. */
  async make(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  close(): void {
    this.#connection.closeSync();
  }
}

function textOf(value: JsonValue): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function castOf(column: string, type: SqlType): string {
  if (isNested(type)) return `${column}::JSON::${duckType(type)}`;
  return isBinary(type) ? `from_base64(${column})` : `${column}::${duckType(type)}`;
}
