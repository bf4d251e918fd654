/**
 * A row as one CSV record, quoted where RFC 4180 asks for it; NULL is the null literal, or nothing. Elements
 * of an ARRAY and fields of a ROW are one field, as Flink writes them: a delimiter within a part is not told
 * from one between two.
 */

import { assert } from "../../errors/quickwater-error.ts";
import { fileText } from "../../functions/row-text/file-text.ts";
import type { LineWriter } from "../../functions/row-text/line-writer.ts";
import { readValue } from "../../values/column-access.ts";
import { fieldsOf, itemsOf } from "../../values/nested/nested-value.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import { isNested, type NestedType } from "../../values/sql-type.ts";
import type { CsvDialect } from "./csv-dialect.ts";

export function csvLineWriter(schema: RowSchema, dialect: CsvDialect): LineWriter {
  const delimiter = String.fromCharCode(dialect.delimiter);
  const quote = String.fromCharCode(dialect.quote);
  return (batch, row) => {
    const fields = schema.columns.map(({ type }, index) => {
      const value = readValue(batch, index, row);
      if (value === null) return dialect.nullLiteral ?? "";
      const text = isNested(type)
        ? nestedField(value as Uint8Array, type, dialect)
        : fileText(value, type, "sql");
      return csvField(text, delimiter, quote);
    });
    return fields.join(delimiter);
  };
}

function nestedField(bytes: Uint8Array, type: NestedType, dialect: CsvDialect): string {
  assert(type.kind !== "MAP", "CSV has no MAP");
  const values = type.kind === "ROW" ? fieldsOf(bytes, type.fields) : itemsOf(bytes, type.element);
  const texts = values.map((value, place) => {
    if (value === null) return dialect.nullLiteral ?? "";
    return fileText(value, type.kind === "ROW" ? type.fields[place]!.type : type.element, "sql");
  });
  return texts.join(String.fromCharCode(dialect.partDelimiter));
}

export function csvField(text: string, delimiter: string, quote: string): string {
  const needsQuotes = [delimiter, quote, "\n", "\r"].some((special) => text.includes(special));
  return needsQuotes ? `${quote}${text.replaceAll(quote, quote + quote)}${quote}` : text;
}
