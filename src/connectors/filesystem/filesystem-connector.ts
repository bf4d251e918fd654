/**
 * `'connector' = 'filesystem'`: files of this machine, read to their end or written beside those that are
 * there.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { timeStyleOf } from "../../catalog/json-style.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { jsonLineWriter } from "../../functions/row-text/json-line.ts";
import { isNested, partTypes, type SqlType } from "../../values/sql-type.ts";
import type { Connector, ConnectorContext, ConnectorOption } from "../connector.ts";
import { csvDialectOf } from "./csv-dialect.ts";
import { csvLineWriter } from "./csv-line.ts";
import { CsvReader } from "./csv-reader.ts";
import { FileSink } from "./file-sink.ts";
import { FileSource } from "./file-source.ts";
import { JsonLinesReader } from "./json-lines-reader.ts";
import { resolvePath } from "./paths.ts";
import { RowChecker } from "./row-checker.ts";

const truth = ["true", "false"];

const jsonOptions: readonly ConnectorOption[] = [
  {
    name: "json.timestamp-format.standard",
    required: false,
    values: ["SQL", "ISO-8601"],
    description:
      "How times are written: 2026-03-01 12:30:00.123 (SQL, the default) or 2026-03-01T12:30:00.123.",
  },
  {
    name: "json.ignore-parse-errors",
    required: false,
    values: truth,
    description: "Leaves out rows that cannot be read; they are counted.",
  },
  {
    name: "json.fail-on-missing-field",
    required: false,
    values: ["false"],
    description: "A field that is missing is NULL; to refuse such rows declare the column NOT NULL.",
  },
];

const csvOptions: readonly ConnectorOption[] = [
  { name: "csv.field-delimiter", required: false, description: "One character between fields; a comma." },
  { name: "csv.quote-character", required: false, description: 'One character around fields; ".' },
  {
    name: "csv.array-element-delimiter",
    required: false,
    description: "One character between the elements of an ARRAY and the fields of a ROW; a semicolon.",
  },
  { name: "csv.null-literal", required: false, description: "The text that stands for NULL." },
  {
    name: "csv.ignore-parse-errors",
    required: false,
    values: truth,
    description: "Leaves out rows that cannot be read; they are counted.",
  },
];

export const filesystemConnector: Connector = {
  name: "filesystem",
  options: [
    {
      name: "path",
      required: true,
      description: "A file, or a folder of files that are read in the order of their names.",
    },
    {
      name: "format",
      required: true,
      values: ["json", "csv"],
      description: "How rows are written: 'json', one object a line, or 'csv', without a header.",
    },
  ],
  formats: { json: jsonOptions, csv: csvOptions },
  checkTable: (table) => {
    resolvePath(table, ".");
    if (table.options.format !== "csv") return;
    csvDialectOf(table);
    for (const { name, type } of table.schema.columns) checkCsvType(name, type);
  },
  acceptsChanges: false,
  openSource: (table, context, from) => {
    const path = resolvePath(table, context.baseFolder);
    return new FileSource(path, context.rowBytesMax, readerOf(table, context), from);
  },
  openSink: (table, context) => {
    const writer =
      table.options.format === "csv"
        ? csvLineWriter(table.schema, csvDialectOf(table))
        : jsonLineWriter(table.schema, timeStyleOf(table));
    return new FileSink(resolvePath(table, context.baseFolder), `.${table.options.format}`, writer);
  },
};

/** A field of a file has one level of parts. */
function checkCsvType(name: string, type: SqlType): void {
  const parts = isNested(type) ? partTypes(type) : [];
  if (type.kind !== "MAP" && !parts.some(isNested)) return;
  const what = type.kind === "MAP" ? "no MAP" : `no ${type.kind} of what is made of values itself`;
  const rule = `${name}: in Flink CSV has ${what}`;
  throw quickwaterError("sql.not-flink", { rule, instead: "Use 'format' = 'json'." });
}

function readerOf(table: TableDefinition, context: ConnectorContext): JsonLinesReader | CsvReader {
  const isCsv = table.options.format === "csv";
  const checker = new RowChecker(
    table,
    isCsv ? "csv.ignore-parse-errors" : "json.ignore-parse-errors",
    context.rowBytesMax,
  );
  return isCsv ? new CsvReader(table, checker) : new JsonLinesReader(checker);
}
