/** A number that is the same for values of a column that are equal. */
import type { Column } from "../../values/column-batch.ts";

const words = new Int32Array(2);
const double = new Float64Array(words.buffer);
const long = new BigInt64Array(words.buffer);

export function hashOfValue(column: Column, bytes: Uint8Array, row: number): number {
  switch (column.physical) {
    case "u8":
    case "i32":
      return column.values[row]!;
    case "f64":
      // 0 and -0 are equal, and NaN equals itself.
      double[0] = column.values[row]! + 0;
      return words[0]! ^ Math.imul(words[1]!, 0x9e3779b1);
    case "i64":
      long[0] = column.values[row]!;
      return words[0]! ^ Math.imul(words[1]!, 0x9e3779b1);
    case "i128":
      long[0] = column.high[row]! ^ BigInt.asIntN(64, column.low[row]!);
      return words[0]! ^ Math.imul(words[1]!, 0x9e3779b1);
    case "bytes": {
      const start = column.starts[row]!;
      let hash = column.lengths[row]!;
      for (let at = 0; at < column.lengths[row]!; at++)
        hash = Math.imul(hash ^ bytes[start + at]!, 0x01000193);
      return hash;
    }
  }
}
