/** A row as one CSV record, quoted where RFC 4180 asks for it; NULL is the null literal, or nothing. */

import { fileText } from "../../functions/row-text/file-text.ts";
import type { LineWriter } from "../../functions/row-text/line-writer.ts";
import { readValue } from "../../values/column-access.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import type { CsvDialect } from "./csv-dialect.ts";

export function csvLineWriter(schema: RowSchema, dialect: CsvDialect): LineWriter {
  const delimiter = String.fromCharCode(dialect.delimiter);
  const quote = String.fromCharCode(dialect.quote);
  return (batch, row) => {
    const fields = schema.columns.map(({ type }, index) => {
      const value = readValue(batch, index, row);
      if (value === null) return dialect.nullLiteral ?? "";
      return csvField(fileText(value, type, "sql"), delimiter, quote);
    });
    return fields.join(delimiter);
  };
}

export function csvField(text: string, delimiter: string, quote: string): string {
  const needsQuotes = [delimiter, quote, "\n", "\r"].some((special) => text.includes(special));
  return needsQuotes ? `${quote}${text.replaceAll(quote, quote + quote)}${quote}` : text;
}
