/** The forms in which rows are answered: how a request names one, and how an answer is called then. */
import type { TextFormat } from "../values/row-text.ts";

export type RowFormat = TextFormat | "parquet";

export const mediaTypes: Readonly<Record<RowFormat, string>> = {
  json: "application/json; charset=utf-8",
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson; charset=utf-8",
  parquet: "application/vnd.apache.parquet",
};

/** Of the forms the one that the header Accept names first; one that takes anything gets the first. */
export function acceptedFormat<Format extends RowFormat>(
  accept: string,
  formats: readonly [Format, ...Format[]],
): Format {
  const placed = formats.map((format) => ({
    format,
    place: accept.indexOf(mediaTypes[format].split(";")[0]!),
  }));
  const named = placed.filter(({ place }) => place >= 0).sort((left, right) => left.place - right.place);
  return named[0]?.format ?? formats[0];
}
