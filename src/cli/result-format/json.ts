/** `--format json`: one object a line, its values as the API sends them. */
import { readValue } from "../../values/column-access.ts";
import { jsonText } from "../../values/json/write.ts";
import type { MakeResultWriter } from "./result-writer.ts";

export const jsonWriter: MakeResultWriter = ({ schema: { columns } }, print) => {
  const names = columns.map(({ name }) => JSON.stringify(name));
  return {
    write: (batch) => {
      let lines = "";
      for (let row = 0; row < batch.rowCount; row++) {
        const members = columns.map(
          ({ type }, index) => `${names[index]}:${jsonText(readValue(batch, index, row), type)}`,
        );
        lines += `{${members.join(",")}}\n`;
      }
      print(lines);
    },
    end: () => {},
  };
};
