/**
 * DuckDB in memory, loaded when it is first asked for: tables like those of a schema, and batch queries over
 * them. Values go in as literals, so that no digit passes through a double.
 */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { RowSchema } from "../values/row-schema.ts";
import type { SqlType } from "../values/sql-type.ts";

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

const rowsAtOnce = 1000;

export class DuckDb {
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(timeZone = "UTC"): Promise<DuckDb> {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const instance = await DuckDBInstance.create(":memory:", { threads: "1", memory_limit: "1GB" });
    const connection = await instance.connect();
    await connection.run(`SET TimeZone = ${literal(timeZone, undefined)}`);
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
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      const tuples = rows
        .slice(from, from + rowsAtOnce)
        .map((row) => `(${columns.map((column) => literal(row[column.name], column.type)).join(", ")})`);
      await this.#connection.run(`INSERT INTO ${quoted(name)} VALUES ${tuples.join(", ")}`);
    }
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

  close(): void {
    this.#connection.closeSync();
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(value: JsonValue, type: SqlType | undefined): string {
  if (value === null || value === undefined) return "NULL";
  switch (type?.kind) {
    case "ROW": {
      const row = value as { readonly [name: string]: JsonValue };
      const fields = type.fields.map((field) => {
        return `${quoted(field.name)}: ${literal(row[field.name], field.type)}`;
      });
      return `{${fields.join(", ")}}::${duckType(type)}`;
    }
    case "ARRAY": {
      const items = value as readonly JsonValue[];
      return `[${items.map((item) => literal(item, type.element)).join(", ")}]::${duckType(type)}`;
    }
    case "MAP": {
      const entries = Object.entries(value).map(([key, item]) => {
        return `${literal(key, type.key)}: ${literal(item as JsonValue, type.value)}`;
      });
      return `MAP {${entries.join(", ")}}::${duckType(type)}`;
    }
    case "BINARY":
    case "VARBINARY":
      return `from_base64('${String(value)}')`;
    default:
      return `'${String(value).replaceAll("'", "''")}'`;
  }
}

function duckType(type: SqlType): string {
  switch (type.kind) {
    case "DECIMAL":
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case "CHAR":
    case "VARCHAR":
      return "VARCHAR";
    case "BINARY":
    case "VARBINARY":
      return "BLOB";
    case "INT":
      return "INTEGER";
    case "TIMESTAMP_LTZ":
      return "TIMESTAMPTZ";
    case "ROW": {
      const fields = type.fields.map((field) => `${quoted(field.name)} ${duckType(field.type)}`);
      return `STRUCT(${fields.join(", ")})`;
    }
    case "ARRAY":
      return `${duckType(type.element)}[]`;
    case "MAP":
      return `MAP(${duckType(type.key)}, ${duckType(type.value)})`;
    default:
      return type.kind;
  }
}
