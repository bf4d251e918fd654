/**
 * A script: statements that end in `;`. After a mistake the parser goes on with the next part of the
 * statement, or behind the next `;`, so that a script tells all its mistakes at once.
 */
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import type { Statement } from "./ast.ts";
import { lex } from "./lexer.ts";
import { parseCreateTable } from "./parse-create-table.ts";
import { parseCreateMaterializedView, parseCreateView } from "./parse-create-view.ts";
import { parseDrop } from "./parse-drop.ts";
import { parseExplain } from "./parse-explain.ts";
import { parseExpression } from "./parse-expression.ts";
import { parseInsert } from "./parse-insert.ts";
import { parseQuery } from "./parse-query.ts";
import { parseReset, parseSetting } from "./parse-setting.ts";
import { parseDescribe, parseShow } from "./parse-show.ts";
import { parseBegin, parseExecute } from "./parse-statement-set.ts";
import { type GivenValues, TokenCursor } from "./token-cursor.ts";

/** A longer script is refused before it is read. */
export const scriptLengthMax = 1_000_000;

export interface ParsedScript {
  /** In the order in which they were written; what has a mistake is left out. */
  readonly statements: readonly Statement[];
  /** What those that were left out would have made, or written into. */
  readonly leftOut: readonly StatementHead[];
  readonly errors: readonly QuickwaterError[];
}

/** What a statement is about, as its first words say. */
export interface StatementHead {
  readonly kind: "create" | "insert";
  readonly name: string;
}

type StatementReader = (cursor: TokenCursor) => Statement;

const readers: ReadonlyMap<string, StatementReader> = new Map<string, StatementReader>([
  ["CREATE", parseCreate],
  ["DROP", parseDrop],
  ["INSERT", parseInsert],
  ["EXECUTE", parseExecute],
  ["BEGIN", parseBegin],
  ["SET", parseSetting],
  ["RESET", parseReset],
  ["SHOW", parseShow],
  ["DESCRIBE", parseDescribe],
  ["DESC", parseDescribe],
  ["EXPLAIN", (cursor) => parseExplain(cursor, parseStatement)],
  ["SELECT", parseSelectStatement],
  ["WITH", parseSelectStatement],
  ["VALUES", parseSelectStatement],
]);

/** Statements of Flink SQL that are not read, by their first word. */
const laterStatements: Readonly<Record<string, string>> = {
  ALTER: "ALTER",
  USE: "USE",
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
  STOP: "STOP JOB",
};

const laterCreates: readonly string[] = [
  "OR",
  "FUNCTION",
  "CATALOG",
  "DATABASE",
  "MODEL",
  "CONNECTION",
  "SYSTEM",
];

/** `given`: what `:name` may stand for; without it that is a mistake. */
export function parseScript(text: string, given?: GivenValues): ParsedScript {
  if (text.length > scriptLengthMax) {
    const params = { length: text.length, limit: scriptLengthMax };
    return { statements: [], leftOut: [], errors: [quickwaterError("sql.too-long", params)] };
  }
  const cursor = new TokenCursor(lex(text), { expression: parseExpression, query: parseQuery }, given);
  const statements: Statement[] = [];
  const leftOut: StatementHead[] = [];
  const errors: QuickwaterError[] = [];
  while (cursor.peek().kind !== "end") {
    if (cursor.acceptSymbol(";")) continue;
    cursor.beginStatement();
    const head = headOf(cursor);
    try {
      const statement = parseStatement(cursor);
      const isWhole = cursor.isStatementEnd();
      // Behind a mistake, what is left over says nothing new.
      if (!isWhole && cursor.mistakes.length === 0) throw cursor.unexpected("; or the end of the statement");
      if (cursor.mistakes.length === 0) statements.push(statement);
    } catch (error) {
      cursor.noteMistake(error);
    }
    cursor.skipToSemicolon();
    errors.push(...cursor.mistakes);
    if (cursor.mistakes.length > 0 && head !== undefined) leftOut.push(head);
  }
  return { statements, leftOut, errors };
}

/** Looks ahead and takes nothing. */
function headOf(cursor: TokenCursor): StatementHead | undefined {
  let ahead = 0;
  const skip = (...words: readonly string[]) => {
    const isThere = words.every((word, place) => cursor.isWord(word, ahead + place));
    if (isThere) ahead += words.length;
    return isThere;
  };
  const isInsert = skip("INSERT", "INTO");
  if (!isInsert) {
    if (!skip("CREATE")) return undefined;
    skip("TEMPORARY");
    skip("MATERIALIZED");
    if (!skip("TABLE") && !skip("VIEW")) return undefined;
    skip("IF", "NOT", "EXISTS");
  }
  while (cursor.isSymbol(".", ahead + 1)) ahead += 2;
  const name = cursor.peek(ahead);
  if (name.kind !== "word" && name.kind !== "quoted") return undefined;
  return { kind: isInsert ? "insert" : "create", name: name.text };
}

function parseStatement(cursor: TokenCursor): Statement {
  const start = cursor.peek();
  const reader = start.kind === "word" ? readers.get(start.upper) : undefined;
  if (reader !== undefined) return reader(cursor);
  if (cursor.isSymbol("(")) return parseSelectStatement(cursor);
  const feature = start.kind === "word" ? laterStatements[start.upper] : undefined;
  if (feature !== undefined) throw cursor.notSupported(feature);
  throw cursor.unexpected("a statement such as CREATE TABLE, INSERT INTO or SELECT");
}

function parseSelectStatement(cursor: TokenCursor): Statement {
  const start = cursor.peek();
  const query = cursor.query();
  return { kind: "SelectStatement", query, position: cursor.positionFrom(start.offset) };
}

function parseCreate(cursor: TokenCursor): Statement {
  const { offset } = cursor.expectWord("CREATE");
  const temporary = cursor.acceptWord("TEMPORARY");
  if (cursor.acceptWord("TABLE")) return parseCreateTable(cursor, offset, temporary);
  if (cursor.acceptWord("VIEW")) return parseCreateView(cursor, offset, temporary);
  if (!temporary && cursor.acceptWord("MATERIALIZED")) {
    if (!cursor.isWord("TABLE")) cursor.expectWord("VIEW");
    else throw cursor.notSupported("CREATE MATERIALIZED TABLE", materializedTableHint);
    return parseCreateMaterializedView(cursor, offset);
  }
  for (const word of laterCreates) {
    if (!cursor.isWord(word)) continue;
    const hint = word === "FUNCTION" ? functionHint : "";
    throw cursor.notSupported(`CREATE ${word === "OR" ? "OR REPLACE" : word}`, hint);
  }
  throw cursor.unexpected(temporary ? "TABLE or VIEW" : "TABLE, VIEW or MATERIALIZED VIEW");
}

const functionHint = "Functions of users come later, and none of them in Java.";
const materializedTableHint = "Write CREATE MATERIALIZED VIEW name AS SELECT ….";
