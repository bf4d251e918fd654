/**
 * A script: statements that end in `;`. After a mistake the parser goes on behind the next `;`, so that a
 * script tells all its mistakes at once.
 */
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import type { CreateMaterializedView, InsertInto, Statement, TableOption } from "./ast.ts";
import { lex } from "./lexer.ts";
import { parseCreateTable, parseOptions } from "./parse-create-table.ts";
import { isStatementEnd, parseQuery } from "./parse-query.ts";
import { TokenCursor } from "./token-cursor.ts";

/** A longer script is refused before it is read. */
export const scriptLengthMax = 1_000_000;

export interface ParsedScript {
  /** In the order in which they were written; what could not be read is left out. */
  readonly statements: readonly Statement[];
  readonly errors: readonly QuickwaterError[];
}

/** Statements of Flink SQL that are not read yet, by their first word. */
const laterStatements: Readonly<Record<string, string>> = {
  DROP: "DROP",
  ALTER: "ALTER",
  EXECUTE: "EXECUTE STATEMENT SET",
  BEGIN: "BEGIN STATEMENT SET",
  END: "END",
  SET: "SET",
  RESET: "RESET",
  EXPLAIN: "EXPLAIN",
  SHOW: "SHOW",
  DESCRIBE: "DESCRIBE",
  DESC: "DESCRIBE",
  USE: "USE",
  WITH: "WITH (common table expressions)",
  VALUES: "VALUES",
  UPDATE: "UPDATE",
  DELETE: "DELETE",
  TRUNCATE: "TRUNCATE",
  ANALYZE: "ANALYZE",
  CALL: "CALL",
  COMPILE: "COMPILE PLAN",
  LOAD: "LOAD MODULE",
  UNLOAD: "UNLOAD MODULE",
  ADD: "ADD JAR",
  REMOVE: "REMOVE JAR",
};

const laterCreates: readonly string[] = [
  "TEMPORARY",
  "OR",
  "VIEW",
  "FUNCTION",
  "CATALOG",
  "DATABASE",
  "MODEL",
  "CONNECTION",
];

export function parseScript(text: string): ParsedScript {
  if (text.length > scriptLengthMax) {
    const params = { length: text.length, limit: scriptLengthMax };
    return { statements: [], errors: [quickwaterError("sql.too-long", params)] };
  }
  const cursor = new TokenCursor(lex(text));
  const statements: Statement[] = [];
  const errors: QuickwaterError[] = [];
  while (cursor.peek().kind !== "end") {
    if (cursor.acceptSymbol(";")) continue;
    cursor.beginStatement();
    try {
      const statement = parseStatement(cursor);
      if (!isStatementEnd(cursor)) throw cursor.unexpected("; or the end of the statement");
      statements.push(statement);
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      errors.push(error);
      cursor.skipStatement();
    }
  }
  return { statements, errors };
}

function parseStatement(cursor: TokenCursor): Statement {
  const start = cursor.peek();
  if (cursor.isWord("CREATE")) return parseCreate(cursor);
  if (cursor.isWord("INSERT")) return parseInsert(cursor);
  if (cursor.isWord("SELECT") || cursor.isSymbol("(")) {
    const query = parseQuery(cursor);
    return { kind: "SelectStatement", query, position: query.position };
  }
  const feature = start.kind === "word" ? laterStatements[start.upper] : undefined;
  if (feature !== undefined) throw cursor.notSupported(feature);
  throw cursor.unexpected("CREATE TABLE, CREATE MATERIALIZED VIEW, INSERT INTO or SELECT");
}

function parseCreate(cursor: TokenCursor): Statement {
  const start = cursor.expectWord("CREATE");
  if (cursor.acceptWord("TABLE")) return parseCreateTable(cursor, start.offset);
  if (cursor.acceptWord("MATERIALIZED")) return parseCreateView(cursor, start.offset);
  for (const word of laterCreates) {
    if (cursor.isWord(word)) throw cursor.notSupported(`CREATE ${word === "OR" ? "OR REPLACE" : word}`);
  }
  throw cursor.unexpected("TABLE or MATERIALIZED VIEW");
}

function parseCreateView(cursor: TokenCursor, offset: number): CreateMaterializedView {
  if (cursor.isWord("TABLE")) {
    throw cursor.notSupported(
      "CREATE MATERIALIZED TABLE",
      "Write CREATE MATERIALIZED VIEW name AS SELECT ….",
    );
  }
  cursor.expectWord("VIEW");
  if (cursor.isWord("IF")) throw cursor.notSupported("IF NOT EXISTS of a view");
  const name = cursor.identifier("the view's name");
  if (cursor.isSymbol("("))
    throw cursor.notSupported("Column names after a view's name", "Name them with AS.");
  const options: readonly TableOption[] = cursor.isWord("WITH") ? parseOptions(cursor) : [];
  cursor.expectWord("AS");
  const query = parseQuery(cursor);
  const queryEnd = query.position.offset + query.position.length;
  const queryText = cursor.text.slice(query.position.offset, queryEnd);
  const position = cursor.positionFrom(offset);
  return { kind: "CreateMaterializedView", name, options, query, queryText, position };
}

function parseInsert(cursor: TokenCursor): InsertInto {
  const start = cursor.expectWord("INSERT");
  if (cursor.isWord("OVERWRITE")) throw cursor.notSupported("INSERT OVERWRITE");
  cursor.expectWord("INTO");
  const target = cursor.identifier("a table");
  if (cursor.isSymbol("."))
    throw cursor.notSupported("A table name with catalog or database", "Write its name.");
  if (cursor.isSymbol("("))
    throw cursor.notSupported("A column list of INSERT INTO", "Select every column in order.");
  if (cursor.isWord("PARTITION")) throw cursor.notSupported("INSERT INTO … PARTITION");
  const query = parseQuery(cursor);
  return { kind: "InsertInto", target, query, position: cursor.positionFrom(start.offset) };
}
