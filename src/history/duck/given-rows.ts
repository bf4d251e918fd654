/** Rows that are there already, as a table of one connection: DuckDB asks them as it asks its own. */
import { setImmediate as turn } from "node:timers/promises";
import { type DuckDBConnection, DuckDBDataChunk, type DuckDBType, VARCHAR } from "@duckdb/node-api";
import type { RowSchema } from "../../values/row-schema.ts";
import type { RowField } from "../../values/sql-type.ts";
import { cellsOf } from "../../views/view.ts";
import { duckType, literal, quoted } from "./duck-type.ts";

/** Rows of a chunk: as many as DuckDB has in a vector. */
const chunkRows = 2_048;

export interface GivenTable {
  readonly schema: RowSchema;
  /** The cells of each as JSON texts, a line each. */
  readonly rows: readonly string[];
}

/** The query that selects them, with their types; `name` is that of no other table of the connection. */
export async function giveRows(
  connection: DuckDBConnection,
  name: string,
  { schema: { columns }, rows }: GivenTable,
): Promise<string> {
  const declared = columns.map((_, place) => `c${place} VARCHAR`).join(", ");
  await connection.run(`CREATE TEMP TABLE ${quoted(name)} (${declared})`);
  const appender = await connection.createAppender(name, "main", "temp");
  const types = columns.map((): DuckDBType => VARCHAR);
  for (let from = 0; from < rows.length; from += chunkRows) {
    const cells = rows.slice(from, from + chunkRows).map((text) => cellsOf({ text }));
    const chunk = DuckDBDataChunk.create(types, cells.length);
    for (const place of columns.keys()) {
      chunk.setColumnValues(
        place,
        cells.map((row) => (row[place] === "null" ? null : row[place]!)),
      );
    }
    appender.appendDataChunk(chunk);
    await turn();
  }
  appender.closeSync();
  const values = columns.map((column, place) => `${valueSql(`c${place}`, column)} AS ${quoted(column.name)}`);
  return `SELECT ${values.join(", ")} FROM temp.${quoted(name)}`;
}

/** Of JSON text the value that it was made of. */
function valueSql(cell: string, { type }: RowField): string {
  switch (type.kind) {
    case "BINARY":
    case "VARBINARY":
      return `from_base64(json_extract_string(${cell}, '$'))`;
    case "INTERVAL_MONTHS":
    case "INTERVAL_MS":
      return `json_extract_string(${cell}, '$')::BIGINT`;
    case "NULL":
      return cell;
    case "ROW":
    case "ARRAY":
    case "MAP":
      return `from_json(${cell}::JSON, ${literal(JSON.stringify(duckType(type)))})::${duckType(type)}`;
    default:
      return `json_extract_string(${cell}, '$')::${duckType(type)}`;
  }
}
