/**
 * The tree as SQL again. What is printed parses to the same tree, places aside; comments are gone, and of
 * two spellings of one thing one is left.
 */
import type { Expression, InsertInto, Statement, StatementKind, StatementSet } from "./ast.ts";
import { printCreateMaterializedView, printCreateTable, printCreateView } from "./print-definition.ts";
import { printExpressionWith } from "./print-expression.ts";
import { printNames, printQualified, printText } from "./print-name.ts";
import { printQueryWith } from "./print-query.ts";
import type { Printer } from "./printer.ts";

const printer: Printer = {
  expression: (expression, outer = 0) => printExpressionWith(printer, expression, outer),
  query: (query) => printQueryWith(printer, query),
};

type Handler<K extends StatementKind> = (statement: Extract<Statement, { kind: K }>) => string;

const handlers: { readonly [K in StatementKind]: Handler<K> } = {
  CreateTable: (table) => printCreateTable(table, printer),
  CreateView: (view) => printCreateView(view, printer),
  CreateMaterializedView: (view) => printCreateMaterializedView(view, printer),
  Drop: ({ object, temporary, ifExists, name }) =>
    `DROP ${temporary ? "TEMPORARY " : ""}${object} ${ifExists ? "IF EXISTS " : ""}${printQualified(name)}`,
  InsertInto: printInsert,
  StatementSet: (set) => `EXECUTE ${printSet(set)}`,
  Set: ({ setting }) =>
    setting === undefined ? "SET" : `SET ${printText(setting.key)} = ${printText(setting.value)}`,
  Reset: ({ key }) => (key === undefined ? "RESET" : `RESET ${printText(key)}`),
  Show: ({ subject, name, like }) => {
    const from = subject === "COLUMNS" ? " FROM" : "";
    const of = name === undefined ? "" : `${from} ${printQualified(name)}`;
    const pattern = like === undefined ? "" : ` ${like.negated ? "NOT " : ""}LIKE ${printText(like.pattern)}`;
    return `SHOW ${subject}${of}${pattern}`;
  },
  Describe: ({ name, extended }) => `DESCRIBE ${extended ? "EXTENDED " : ""}${printQualified(name)}`,
  Explain: ({ details, statement, forFlink }) => {
    const asked = details.length === 0 ? "" : ` ${details.join(", ")}`;
    const text = statement.kind === "StatementSet" ? printSet(statement) : printStatement(statement);
    return `EXPLAIN${asked} ${text}${forFlink ? " FOR FLINK" : ""}`;
  },
  SelectStatement: ({ query }) => printer.query(query),
};

export function printStatement(statement: Statement): string {
  return (handlers[statement.kind] as Handler<StatementKind>)(statement);
}

export function printExpression(expression: Expression): string {
  return printer.expression(expression);
}

function printInsert({ target, columns, query }: InsertInto): string {
  const names = columns.length === 0 ? "" : ` (${printNames(columns)})`;
  return `INSERT INTO ${printQualified(target)}${names} ${printer.query(query)}`;
}

function printSet({ inserts }: StatementSet): string {
  return `STATEMENT SET BEGIN ${inserts.map((insert) => `${printInsert(insert)}; `).join("")}END`;
}
