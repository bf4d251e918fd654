/** How a table's CSV is written, from its `csv.…` options. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";

export interface CsvDialect {
  /** Single bytes. */
  readonly delimiter: number;
  readonly quote: number;
  /** Between the elements of an ARRAY and the fields of a ROW. */
  readonly partDelimiter: number;
  /** The text of NULL; undefined where only an empty number, time or truth value is NULL. */
  readonly nullLiteral: string | undefined;
}

export function csvDialectOf({ options }: TableDefinition): CsvDialect {
  const delimiter = character(options, "csv.field-delimiter", ",", tab);
  const quote = character(options, "csv.quote-character", '"', tab);
  const partDelimiter = character(options, "csv.array-element-delimiter", ";");
  if (quote === delimiter) {
    const expected = "another character than the delimiter";
    const found = String.fromCharCode(quote);
    throw quickwaterError("sql.bad-option", { option: "csv.quote-character", expected, found });
  }
  return { delimiter, quote, partDelimiter, nullLiteral: options["csv.null-literal"] };
}

const tab = "\\t";

/** `escaped` may be written instead of a tab. */
function character(
  options: TableDefinition["options"],
  option: string,
  otherwise: string,
  escaped?: string,
): number {
  const found = options[option] ?? otherwise;
  const text = found === escaped ? "\t" : found;
  const byte = text.charCodeAt(0);
  if (text.length === 1 && byte < 0x80 && byte !== 0x0a && byte !== 0x0d) return byte;
  const expected = `one ASCII character${escaped === undefined ? "" : `, or ${escaped} for a tab`}`;
  throw quickwaterError("sql.bad-option", { option, expected, found });
}
