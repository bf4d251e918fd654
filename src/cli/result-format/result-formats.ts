/** How the rows of a result can be written, by the word for `--format`. */
import { changesWriter } from "./changes.ts";
import { csvWriter } from "./csv.ts";
import { jsonWriter } from "./json.ts";
import type { MakeResultWriter } from "./result-writer.ts";
import { tableWriter } from "./table.ts";

export const resultFormats: Readonly<Record<string, MakeResultWriter>> = {
  table: tableWriter,
  json: jsonWriter,
  csv: csvWriter,
  changes: changesWriter,
};
