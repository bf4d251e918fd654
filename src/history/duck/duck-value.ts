/** A value of a batch as DuckDB takes it: every digit and every part of it. */
import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import { entriesOf, fieldsOf, itemsOf } from "../../values/nested/nested-value.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";

export function duckValue(value: SqlValue, type: SqlType): DuckDBValue {
  if (value === null) return null;
  switch (type.kind) {
    case "DECIMAL":
      return new DuckDBDecimalValue(value as bigint, type.precision, type.scale);
    case "TIMESTAMP":
      return new DuckDBTimestampValue(microsOf(value as number | bigint));
    case "TIMESTAMP_LTZ":
      return new DuckDBTimestampTZValue(microsOf(value as number | bigint));
    case "DATE":
      return new DuckDBDateValue(value as number);
    case "TIME":
      return new DuckDBTimeValue(microsOf(value as number));
    case "BINARY":
    case "VARBINARY":
      return new DuckDBBlobValue(value as Uint8Array);
    case "ROW": {
      const values = fieldsOf(value as Uint8Array, type.fields);
      const fields = type.fields.map(({ name, type: of }, place) => [name, duckValue(values[place]!, of)]);
      return new DuckDBStructValue(Object.fromEntries(fields));
    }
    case "ARRAY":
      return new DuckDBListValue(
        itemsOf(value as Uint8Array, type.element).map((item) => duckValue(item, type.element)),
      );
    case "MAP":
      return new DuckDBMapValue(
        entriesOf(value as Uint8Array, type).map(([key, item]) => ({
          key: duckValue(key, type.key),
          value: duckValue(item, type.value),
        })),
      );
    default:
      return value as DuckDBValue;
  }
}

/** Of milliseconds, or of microseconds as they are. */
function microsOf(value: number | bigint): bigint {
  return typeof value === "bigint" ? value : BigInt(value) * 1_000n;
}
