/**
 * DuckDB as the oracle: the same rows as a table with the same types, a batch query, its rows as texts.
 * Values go in as literals, so that no digit passes through a double.
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { RowSchema } from "../../src/values/row-schema.ts";
import type { SqlType } from "../../src/values/sql-type.ts";

export type JsonRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

const rowsAtOnce = 1000;

export class Oracle {
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(): Promise<Oracle> {
    const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return new Oracle(connection);
  }

  /** A table of those columns of the schema that are no ROW, ARRAY or MAP. */
  async fill(name: string, schema: RowSchema, rows: readonly JsonRow[]): Promise<void> {
    const declared = flatColumns(schema).map((column) => `"${column.name}" ${duckType(column.type)}`);
    await this.#connection.run(`CREATE OR REPLACE TABLE "${name}" (${declared.join(", ")})`);
    await this.add(name, schema, rows);
  }

  /** More rows of a table that was filled. */
  async add(name: string, schema: RowSchema, rows: readonly JsonRow[]): Promise<void> {
    const flat = flatColumns(schema);
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      const tuples = rows
        .slice(from, from + rowsAtOnce)
        .map((row) => `(${flat.map((column) => literal(row[column.name])).join(", ")})`);
      await this.#connection.run(`INSERT INTO "${name}" VALUES ${tuples.join(", ")}`);
    }
  }

  /** Rows with every value as DuckDB's own text. */
  async query(sql: string): Promise<(string | null)[][]> {
    const reader = await this.#connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM (${sql})`);
    return reader.getRows() as (string | null)[][];
  }

  close(): void {
    this.#connection.closeSync();
  }
}

function flatColumns({ columns }: RowSchema): RowSchema["columns"] {
  return columns.filter(({ type }) => duckType(type) !== undefined);
}

function literal(value: JsonRow[string]): string {
  if (value === null || value === undefined) return "NULL";
  return `'${String(value).replaceAll("'", "''")}'`;
}

function duckType(type: SqlType): string | undefined {
  switch (type.kind) {
    case "DECIMAL":
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case "CHAR":
    case "VARCHAR":
      return "VARCHAR";
    case "INT":
      return "INTEGER";
    case "TIMESTAMP":
      return "TIMESTAMP";
    case "TIMESTAMP_LTZ":
      return "TIMESTAMPTZ";
    case "ROW":
    case "ARRAY":
    case "MAP":
      return undefined;
    default:
      return type.kind;
  }
}

/** `sum/count` of unscaled digits as the decimal that Flink's AVG gives: half up, to so many places. */
export function averageOf(sum: bigint, count: bigint, sumScale: number, scale: number): bigint {
  const doubled = 2n * sum * 10n ** BigInt(scale - sumScale);
  const size = doubled < 0n ? -doubled : doubled;
  const rounded = (size + count) / (2n * count);
  return doubled < 0n ? -rounded : rounded;
}
