/**
 * `--format changes`: a table whose first column says what happened to the row, as Flink's changelog mode
 * does.
 */
import { rowKind, rowKindSigns } from "../../values/column-batch.ts";
import { isNumeric } from "../../values/sql-type.ts";
import type { MakeResultWriter } from "./result-writer.ts";
import { rowCells, TableWriter } from "./table.ts";

export const changesWriter: MakeResultWriter = (shape, print) => {
  const columns = shape.schema.columns.map(({ name, type }) => ({ name, isNumber: isNumeric(type) }));
  return new TableWriter(
    shape,
    [{ name: "op", isNumber: false }, ...columns],
    (batch, row) => [rowKindSigns[batch.kinds?.[row] ?? rowKind.insert]!, ...rowCells(batch, row)],
    print,
  );
};
