/** A type of DuckDB as the type of Quickwater whose values look the same; what has no equal is a text. */
import type {
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  DuckDBType,
} from "@duckdb/node-api";
import { decimalPrecisionMax, type SqlType, stringLengthMax } from "../../values/sql-type.ts";

const nullable = true;

export function sqlTypeOf(type: DuckDBType): SqlType {
  const name = String(type.toString()).replace(/\(.*/s, "");
  if (name.endsWith("[]")) {
    return { kind: "ARRAY", element: sqlTypeOf((type as DuckDBListType).valueType), nullable };
  }
  switch (name) {
    case "BOOLEAN":
    case "TINYINT":
    case "SMALLINT":
    case "BIGINT":
    case "FLOAT":
    case "DOUBLE":
    case "DATE":
      return { kind: name, nullable };
    case "UTINYINT":
      return { kind: "SMALLINT", nullable };
    case "INTEGER":
    case "USMALLINT":
      return { kind: "INT", nullable };
    case "UINTEGER":
      return { kind: "BIGINT", nullable };
    case "UBIGINT":
    case "HUGEINT":
    case "UHUGEINT":
      return { kind: "DECIMAL", precision: decimalPrecisionMax, scale: 0, nullable };
    case "DECIMAL": {
      const { width, scale } = type as DuckDBDecimalType;
      return { kind: "DECIMAL", precision: width, scale, nullable };
    }
    case "TIME":
      return { kind: "TIME", precision: 3, nullable };
    case "TIMESTAMP":
      return { kind: "TIMESTAMP", precision: 6, nullable };
    case "TIMESTAMP WITH TIME ZONE":
      return { kind: "TIMESTAMP_LTZ", precision: 6, nullable };
    case "BLOB":
      return { kind: "VARBINARY", length: stringLengthMax, nullable };
    case "STRUCT": {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      const fields = entryNames.map((field, place) => ({ name: field, type: sqlTypeOf(entryTypes[place]!) }));
      return { kind: "ROW", fields, nullable };
    }
    case "MAP": {
      const { keyType, valueType } = type as DuckDBMapType;
      return { kind: "MAP", key: sqlTypeOf(keyType), value: sqlTypeOf(valueType), nullable };
    }
    default:
      return { kind: "VARCHAR", length: stringLengthMax, nullable };
  }
}
