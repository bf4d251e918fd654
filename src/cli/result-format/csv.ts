/**
 * `--format csv`: a header, then one record a row as RFC 4180 has it; NULL is empty, an empty text is `""`.
 */
import { csvField } from "../../connectors/filesystem/csv-line.ts";
import { readValue } from "../../values/column-access.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { cellText } from "./cell-text.ts";
import type { MakeResultWriter } from "./result-writer.ts";

export const csvWriter: MakeResultWriter = ({ schema: { columns } }, print) => {
  print(`${columns.map(({ name }) => csvField(name, ",", '"')).join(",")}\r\n`);
  return {
    write: (batch) => {
      let lines = "";
      for (let row = 0; row < batch.rowCount; row++) {
        const fields = columns.map(({ type }, index) => field(readValue(batch, index, row), type));
        lines += `${fields.join(",")}\r\n`;
      }
      print(lines);
    },
    end: () => {},
  };
};

function field(value: SqlValue, type: SqlType): string {
  if (value === null) return "";
  const text = cellText(value, type);
  return text === "" ? '""' : csvField(text, ",", '"');
}
