/** A cell of a view's row as a value again: what `jsonText` has written. */
import { assert } from "../errors/quickwater-error.ts";
import { parseDecimal } from "../values/decimal.ts";
import type { SqlType } from "../values/sql-type.ts";
import type { SqlValue } from "../values/sql-value.ts";
import { parseDate, parseTime, parseTimestampMicros, parseTimestampMs } from "../values/timestamp.ts";

/** Not of values that are made of values. */
export function cellValue(cell: string, type: SqlType): SqlValue {
  if (cell === "null") return null;
  switch (type.kind) {
    case "BOOLEAN":
      return cell === "true";
    case "BIGINT":
      return BigInt(cell);
    case "DECIMAL": {
      const unscaled = parseDecimal(inner(cell), type);
      return known(typeof unscaled === "bigint" ? unscaled : undefined);
    }
    case "DATE":
      return known(parseDate(inner(cell)));
    case "TIME":
      return known(parseTime(inner(cell)));
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
      return known(
        type.precision <= 3
          ? parseTimestampMs(inner(cell), "required")
          : parseTimestampMicros(inner(cell), "required"),
      );
    case "CHAR":
    case "VARCHAR":
      return JSON.parse(cell) as string;
    case "BINARY":
    case "VARBINARY":
      return new Uint8Array(Buffer.from(inner(cell), "base64"));
    case "ROW":
    case "ARRAY":
    case "MAP":
      assert(false, "a nested cell was read as a value");
      return null;
    default:
      return Number(cell);
  }
}

const inner = (cell: string) => cell.slice(1, -1);

function known<Value>(value: Value | undefined): Value {
  assert(value !== undefined, "a cell is not what its column's type writes");
  return value;
}
