/** How a table's CSV is written, from its `csv.…` options. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";

export interface CsvDialect {
  /** Single bytes. */
  readonly delimiter: number;
  readonly quote: number;
  /** The text of NULL; undefined where only an empty number, time or truth value is NULL. */
  readonly nullLiteral: string | undefined;
}

export function csvDialectOf({ options }: TableDefinition): CsvDialect {
  const delimiter = character(options, "csv.field-delimiter", ",");
  const quote = character(options, "csv.quote-character", '"');
  if (quote === delimiter) {
    const expected = "another character than the delimiter";
    const found = String.fromCharCode(quote);
    throw quickwaterError("sql.bad-option", { option: "csv.quote-character", expected, found });
  }
  return { delimiter, quote, nullLiteral: options["csv.null-literal"] };
}

function character(options: TableDefinition["options"], option: string, otherwise: string): number {
  const found = options[option] ?? otherwise;
  const text = found === "\\t" ? "\t" : found;
  const byte = text.charCodeAt(0);
  if (text.length === 1 && byte < 0x80 && byte !== 0x0a && byte !== 0x0d) return byte;
  const expected = "one ASCII character, or \\t for a tab";
  throw quickwaterError("sql.bad-option", { option, expected, found });
}
