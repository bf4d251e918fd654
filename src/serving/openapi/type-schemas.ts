/** SQL types as JSON Schema: how a column's values are written, and how they may be sent. */
import type { MapType } from "../../values/nested/nested-value.ts";
import { type SqlType, takesScalars } from "../../values/sql-type.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Whether a schema is of what the server writes, or of what it takes. */
export type Direction = "written" | "sent";

interface NamedType {
  readonly name: string;
  readonly type: SqlType;
}

/** An object by the columns' names. What is sent may leave out what may be null, and may hold more. */
export function rowSchema(columns: readonly NamedType[], direction: Direction): JsonSchema {
  const properties = Object.fromEntries(columns.map(({ name, type }) => [name, typeSchema(type, direction)]));
  const needed = direction === "written" ? columns : columns.filter(({ type }) => !type.nullable);
  const required = needed.map(({ name }) => name);
  const closed = direction === "written" ? { additionalProperties: false } : {};
  return { type: "object", properties, ...(required.length > 0 ? { required } : {}), ...closed };
}

function typeSchema(type: SqlType, direction: Direction): JsonSchema {
  const schema = valueSchema(type, direction);
  return type.nullable ? { anyOf: [schema, { type: "null" }] } : schema;
}

function valueSchema(type: SqlType, direction: Direction): JsonSchema {
  switch (type.kind) {
    case "BOOLEAN":
      return { type: "boolean" };
    case "NULL":
      return { type: "null" };
    case "TINYINT":
      return { type: "integer", minimum: -128, maximum: 127 };
    case "SMALLINT":
      return { type: "integer", minimum: -32_768, maximum: 32_767 };
    case "INT":
      return { type: "integer", format: "int32" };
    case "BIGINT":
    case "INTERVAL_MONTHS":
    case "INTERVAL_MS":
      return { type: "integer", format: "int64" };
    case "FLOAT":
      return orNullWhenWritten({ type: "number", format: "float" }, direction);
    case "DOUBLE":
      return orNullWhenWritten({ type: "number", format: "double" }, direction);
    case "DECIMAL": {
      const { precision, scale } = type;
      const digits = {
        type: "string",
        pattern: "^-?[0-9]+(\\.[0-9]+)?$",
        description: `Exact digits: ${precision} in all, ${scale} behind the point.`,
      };
      return direction === "written" ? digits : { anyOf: [{ type: "number" }, digits] };
    }
    case "DATE":
      return { type: "string", format: "date" };
    case "TIME":
      return { type: "string", pattern: "^[0-9]{2}:[0-9]{2}:[0-9]{2}" };
    case "TIMESTAMP":
      if (direction === "written") return { type: "string", format: "date-time" };
      return { type: "string", description: "Without a zone: 2026-03-01T12:30:00.000." };
    case "TIMESTAMP_LTZ":
      return { type: "string", format: "date-time" };
    case "BINARY":
    case "VARBINARY":
      return { type: "string", contentEncoding: "base64" };
    case "ROW":
      return rowSchema(type.fields, direction);
    case "ARRAY":
      return { type: "array", items: typeSchema(type.element, direction) };
    case "MAP":
      return { type: "object", additionalProperties: mapValueSchema(type, direction) };
    default:
      return { type: "string" };
  }
}

/** In a MAP of texts numbers and truths may be sent; they are written as the texts that they were. */
function mapValueSchema(map: MapType, direction: Direction): JsonSchema {
  const schema = typeSchema(map.value, direction);
  if (direction === "written" || !takesScalars(map)) return schema;
  return { anyOf: [schema, { type: "number" }, { type: "boolean" }] };
}

/** JSON has no NaN and no infinity: they are written as null. */
function orNullWhenWritten(schema: JsonSchema, direction: Direction): JsonSchema {
  return direction === "written" ? { anyOf: [schema, { type: "null" }] } : schema;
}

/** A row that would be taken. */
export function exampleRow(columns: readonly NamedType[], nowMs: number): object {
  return Object.fromEntries(columns.map(({ name, type }) => [name, exampleOf(type, nowMs)]));
}

function exampleOf(type: SqlType, nowMs: number): unknown {
  switch (type.kind) {
    case "BOOLEAN":
      return true;
    case "NULL":
      return null;
    case "DECIMAL":
      return (10 ** Math.min(1, type.precision - type.scale - 1)).toFixed(type.scale);
    case "DATE":
      return new Date(nowMs).toISOString().slice(0, 10);
    case "TIME":
      return "12:30:00";
    case "TIMESTAMP":
      return new Date(nowMs).toISOString().slice(0, -1);
    case "TIMESTAMP_LTZ":
      return new Date(nowMs).toISOString();
    case "CHAR":
    case "VARCHAR":
      return "text".slice(0, type.length).padEnd(type.kind === "CHAR" ? type.length : 0, "t");
    case "BINARY":
    case "VARBINARY":
      return Buffer.alloc(type.kind === "BINARY" ? type.length : 1).toString("base64");
    case "ROW":
      return exampleRow(type.fields, nowMs);
    case "ARRAY":
      return [exampleOf(type.element, nowMs)];
    case "MAP":
      return { key: exampleOf(type.value, nowMs) };
    default:
      return 1;
  }
}
