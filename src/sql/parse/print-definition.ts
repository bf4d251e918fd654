/** CREATE TABLE and the views: what a table is made of, in the order in which Flink's manual lists it. */
import type {
  ColumnDefinition,
  CreateMaterializedView,
  CreateTable,
  CreateView,
  TableLike,
  TableOption,
} from "./ast.ts";
import { printName, printNames, printQualified, printText } from "./print-name.ts";
import { printType } from "./print-type.ts";
import type { Printer } from "./printer.ts";

export function printCreateTable(table: CreateTable, printer: Printer): string {
  const { watermark, primaryKey, partitionedBy, like } = table;
  const parts = table.columns.map((column) => printColumn(column, printer));
  if (watermark !== undefined) {
    const expression = printer.expression(watermark.expression);
    parts.push(`WATERMARK FOR ${printName(watermark.column)} AS ${expression}`);
  }
  if (primaryKey !== undefined) {
    const name = primaryKey.name === undefined ? "" : `CONSTRAINT ${printName(primaryKey.name)} `;
    parts.push(`${name}PRIMARY KEY (${printNames(primaryKey.columns)}) NOT ENFORCED`);
  }
  const create = printCreate("TABLE", table);
  const partition = partitionedBy.length === 0 ? "" : ` PARTITIONED BY (${printNames(partitionedBy)})`;
  const head = `${create}${printQualified(table.name)} (${parts.join(", ")})${printComment(table.comment)}`;
  return `${head}${partition}${printOptions(table.options)}${like === undefined ? "" : printLike(like)}`;
}

function printCreate(word: string, { temporary, ifNotExists }: CreateTable | CreateView): string {
  return `CREATE ${temporary ? "TEMPORARY " : ""}${word} ${ifNotExists ? "IF NOT EXISTS " : ""}`;
}

function printColumn({ name, content, comment }: ColumnDefinition, printer: Printer): string {
  return `${printName(name)} ${printContent(content, printer)}${printComment(comment)}`;
}

function printContent(content: ColumnDefinition["content"], printer: Printer): string {
  switch (content.kind) {
    case "Physical":
      return printType(content.type);
    case "Computed":
      return `AS ${printer.expression(content.expression)}`;
    case "Metadata": {
      const key = content.key === undefined ? "" : ` FROM ${printText(content.key)}`;
      return `${printType(content.type)} METADATA${key}${content.virtual ? " VIRTUAL" : ""}`;
    }
  }
}

function printComment(comment: string | undefined): string {
  return comment === undefined ? "" : ` COMMENT ${printText(comment)}`;
}

function printOptions(options: readonly TableOption[]): string {
  if (options.length === 0) return "";
  return ` WITH (${options.map(({ key, value }) => `${printText(key)} = ${printText(value)}`).join(", ")})`;
}

function printLike({ table, rules }: TableLike): string {
  const written = rules.map(({ strategy, feature }) => `${strategy} ${feature}`).join(" ");
  return ` LIKE ${printQualified(table)}${written === "" ? "" : ` (${written})`}`;
}

export function printCreateView(view: CreateView, printer: Printer): string {
  const create = printCreate("VIEW", view);
  const columns = view.columns.length === 0 ? "" : ` (${printNames(view.columns)})`;
  const head = `${create}${printQualified(view.name)}${columns}${printComment(view.comment)}`;
  return `${head} AS ${printer.query(view.query)}`;
}

export function printCreateMaterializedView(view: CreateMaterializedView, printer: Printer): string {
  const head = `CREATE MATERIALIZED VIEW ${printQualified(view.name)}${printOptions(view.options)}`;
  return `${head} AS ${printer.query(view.query)}`;
}
