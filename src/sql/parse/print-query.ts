/** Queries as SQL again, clause by clause. */
import type {
  CommonTable,
  GroupingElement,
  Query,
  QueryBody,
  SelectItem,
  SelectQuery,
  SetOperation,
  ValuesRow,
} from "./ast.ts";
import { printOrderBy, printWindow } from "./print-call.ts";
import { printHints } from "./print-hint.ts";
import { printName, printNames, printQualified } from "./print-name.ts";
import { printTable } from "./print-table.ts";
import { listed, type Printer } from "./printer.ts";

export function printQueryWith(printer: Printer, query: Query): string {
  const { limit, offset, orderBy } = query;
  const common = query.with.map((table) => printCommonTable(table, printer)).join(", ");
  const parts = [
    ...(common === "" ? [] : [`WITH ${common}`]),
    printBody(query.body, 0, printer),
    ...(orderBy.length === 0 ? [] : [printOrderBy(orderBy, printer)]),
    ...(limit === undefined ? [] : [`LIMIT ${limit.text}`]),
    ...(offset === undefined ? [] : [`OFFSET ${offset.text}`]),
  ];
  return parts.join(" ");
}

function printCommonTable({ name, columns, query }: CommonTable, printer: Printer): string {
  const names = columns.length === 0 ? "" : ` (${printNames(columns)})`;
  return `${printName(name)}${names} AS (${printer.query(query)})`;
}

function printBody(body: QueryBody, outer: number, printer: Printer): string {
  switch (body.kind) {
    case "SelectQuery":
      return printSelect(body, printer);
    case "ValuesQuery":
      return `VALUES ${body.rows.map((row) => printRow(row, printer)).join(", ")}`;
    case "SetOperation":
      return printSetOperation(body, outer, printer);
    case "Query":
      return `(${printer.query(body)})`;
  }
}

function printSetOperation(body: SetOperation, outer: number, printer: Printer): string {
  const power = body.operator === "INTERSECT" ? 2 : 1;
  const left = printBody(body.left, power - 1, printer);
  const right = printBody(body.right, power, printer);
  const text = `${left} ${body.operator}${body.all ? " ALL" : ""} ${right}`;
  return power > outer ? text : `(${text})`;
}

/** A row of one row needs its word: without it there would only be parentheses around parentheses. */
function printRow({ values }: ValuesRow, printer: Printer): string {
  const word = values.length === 1 && values[0]!.kind === "RowConstructor" ? "ROW" : "";
  return `${word}(${listed(printer, values)})`;
}

function printSelect(query: SelectQuery, printer: Printer): string {
  const { hints, distinct, items, from, where, groupBy, having, windows, qualify } = query;
  const named = windows.map(({ name, window }) => `${printName(name)} AS ${printWindow(window, printer)}`);
  const keys = groupBy.map((element) => printGrouping(element, printer));
  const parts = [
    `SELECT${printHints(hints)}${distinct ? " DISTINCT" : ""}`,
    items.map((item) => printItem(item, printer)).join(", "),
    ...(from === undefined ? [] : [`FROM ${printTable(from, printer)}`]),
    ...(where === undefined ? [] : [`WHERE ${printer.expression(where)}`]),
    ...(keys.length === 0 ? [] : [`GROUP BY ${keys.join(", ")}`]),
    ...(having === undefined ? [] : [`HAVING ${printer.expression(having)}`]),
    ...(named.length === 0 ? [] : [`WINDOW ${named.join(", ")}`]),
    ...(qualify === undefined ? [] : [`QUALIFY ${printer.expression(qualify)}`]),
  ];
  return parts.join(" ");
}

function printItem(item: SelectItem, printer: Printer): string {
  if (item.kind === "SelectStar") {
    return item.qualifier === undefined ? "*" : `${printQualified(item.qualifier)}.*`;
  }
  const alias = item.alias === undefined ? "" : ` AS ${printName(item.alias)}`;
  return `${printer.expression(item.expression)}${alias}`;
}

function printGrouping(element: GroupingElement, printer: Printer): string {
  switch (element.kind) {
    case "EmptyGrouping":
      return "()";
    case "Rollup":
      return `ROLLUP (${listed(printer, element.keys)})`;
    case "Cube":
      return `CUBE (${listed(printer, element.keys)})`;
    case "GroupingSets":
      return `GROUPING SETS (${element.sets.map((set) => printGrouping(set, printer)).join(", ")})`;
    default:
      return printer.expression(element);
  }
}
