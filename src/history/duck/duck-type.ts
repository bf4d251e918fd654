/** Names and types as DuckDB writes them. */
import type { SqlType } from "../../values/sql-type.ts";

/** A name, whatever is in it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text, whatever is in it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function duckType(type: SqlType): string {
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
