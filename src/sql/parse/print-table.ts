/** The tables of FROM and the joins between them. */
import type {
  Identifier,
  Join,
  NamedTable,
  TableAlias,
  TableArgument,
  TableFunction,
  TableReference,
  WindowTable,
} from "./ast.ts";
import { printOrderItem } from "./print-call.ts";
import { printHints } from "./print-hint.ts";
import { printName, printNames, printPlain, printQualified } from "./print-name.ts";
import type { Printer } from "./printer.ts";

export function printTable(table: TableReference, printer: Printer): string {
  switch (table.kind) {
    case "NamedTable":
      return printNamed(table, printer);
    case "DerivedTable":
      return `(${printer.query(table.query)})${printAlias(table.alias)}`;
    case "WindowTable":
      return `${printWindowTable(table, printer)}${printAlias(table.alias)}`;
    case "TableFunction":
      return `${printFunction(table, printer)}${printAlias(table.alias)}`;
    case "Unnest": {
      const ordinality = table.ordinality ? " WITH ORDINALITY" : "";
      return `UNNEST(${printer.expression(table.operand)})${ordinality}${printAlias(table.alias)}`;
    }
    case "LateralTable":
      return `LATERAL ${printTable(table.table, printer)}`;
    case "Join":
      return printJoin(table, printer);
  }
}

function printAlias(alias: TableAlias | undefined): string {
  if (alias === undefined) return "";
  const columns = alias.columns.length === 0 ? "" : ` (${printNames(alias.columns)})`;
  return ` AS ${printName(alias.name)}${columns}`;
}

function printNamed({ name, hints, systemTime, alias }: NamedTable, printer: Printer): string {
  const time = systemTime === undefined ? "" : ` FOR SYSTEM_TIME AS OF ${printer.expression(systemTime)}`;
  return `${printQualified(name)}${printHints(hints)}${time}${printAlias(alias)}`;
}

const joinWords: Readonly<Record<Exclude<Join["type"], "COMMA">, string>> = {
  INNER: "JOIN",
  LEFT: "LEFT JOIN",
  RIGHT: "RIGHT JOIN",
  FULL: "FULL JOIN",
  CROSS: "CROSS JOIN",
};

/** Joins lean left: one to the right stands in parentheses. */
function printJoin({ type, natural, left, right, condition }: Join, printer: Printer): string {
  const first = printTable(left, printer);
  const text = printTable(right, printer);
  const second = right.kind === "Join" ? `(${text})` : text;
  if (type === "COMMA") return `${first}, ${second}`;
  const join = `${first} ${natural ? "NATURAL " : ""}${joinWords[type]} ${second}`;
  switch (condition?.kind) {
    case "JoinOn":
      return `${join} ON ${printer.expression(condition.expression)}`;
    case "JoinUsing":
      return `${join} USING (${printNames(condition.columns)})`;
    case undefined:
      return join;
  }
}

function printWindowTable(table: WindowTable, printer: Printer): string {
  const isNamed = table.arguments.some(({ name }) => name !== undefined);
  const values = table.arguments.map(({ name, value }) =>
    printNamedArgument(name, printValue(printer.expression(value))),
  );
  const input = printTableArgument(table.input, printer);
  const time = `DESCRIPTOR(${printName(table.timeColumn)})`;
  const first = isNamed ? [`DATA => ${input}`, `TIMECOL => ${time}`] : [input, time];
  const call = `${printPlain(table.functionName)}(${[...first, ...values].join(", ")})`;
  return table.wrapped ? `TABLE(${call})` : call;
}

function printFunction(table: TableFunction, printer: Printer): string {
  const values = table.arguments.map(({ name, value }) => {
    return printNamedArgument(name, printArgument(value, printer));
  });
  const call = `${printQualified(table.functionName)}(${values.join(", ")})`;
  return table.wrapped ? `TABLE(${call})` : call;
}

function printNamedArgument(name: Identifier | undefined, text: string): string {
  return name === undefined ? text : `${printPlain(name)} => ${text}`;
}

function printArgument(value: TableFunction["arguments"][number]["value"], printer: Printer): string {
  switch (value.kind) {
    case "TableArgument":
      return printTableArgument(value, printer);
    case "Descriptor":
      return `DESCRIPTOR(${printNames(value.columns)})`;
    default:
      return printValue(printer.expression(value));
  }
}

/** A value that begins with a parenthesis gets another one: a query at the beginning would be a table. */
function printValue(text: string): string {
  return text.startsWith("(") ? `(${text})` : text;
}

function printTableArgument({ table, partitionBy, orderBy }: TableArgument, printer: Printer): string {
  const rows = table.kind === "Query" ? `(${printer.query(table)})` : `TABLE ${printQualified(table)}`;
  const parts = partitionBy.length === 0 ? "" : ` PARTITION BY (${printNames(partitionBy)})`;
  const items = orderBy.map((item) => printOrderItem(item, printer)).join(", ");
  return `${rows}${parts}${items === "" ? "" : ` ORDER BY (${items})`}`;
}
