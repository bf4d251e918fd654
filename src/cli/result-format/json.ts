/** `--format json`: one object a line, its values as the API sends them: times are instants. */
import { readValue } from "../../values/column-access.ts";
import { jsonText } from "../../values/json/write.ts";
import { ToldRows } from "../../views/told-rows.ts";
import type { MakeResultWriter } from "./result-writer.ts";

export const jsonWriter: MakeResultWriter = ({ schema, timeZone }, print) => {
  const { columns } = schema;
  const told = new ToldRows({ schema, key: [], timeZone });
  const names = columns.map(({ name }) => JSON.stringify(name));
  return {
    write: (batch) => {
      let lines = "";
      for (let row = 0; row < batch.rowCount; row++) {
        const cells = columns.map(({ type }, index) => jsonText(readValue(batch, index, row), type));
        const members = told.cells(cells).map((cell, index) => `${names[index]}:${cell}`);
        lines += `{${members.join(",")}}\n`;
      }
      print(lines);
    },
    end: () => {},
  };
};
