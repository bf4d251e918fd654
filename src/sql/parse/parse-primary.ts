/** What an expression is made of: literals, columns, calls, CASE, CAST, constructors, parentheses. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { ClockExpression, Expression } from "./ast.ts";
import { parseFunctionCall } from "./parse-call.ts";
import { parseCase } from "./parse-case.ts";
import { parseArray, parseMap, parseParenthesis, parseRow } from "./parse-constructor.ts";
import { jsonCalls } from "./parse-json-call.ts";
import { parseBinary, parseInterval, parseTemporal, parseUnicode } from "./parse-literal.ts";
import { spelledCalls } from "./parse-spelled-call.ts";
import { parseType } from "./parse-type.ts";
import type { GivenValues, TokenCursor } from "./token-cursor.ts";

type PrimaryReader = (cursor: TokenCursor) => Expression;

/**
 * Words that are values without parentheses. Each is the clock, which a view reads from its steps, not from
 * here.
 */
const clocks: ReadonlySet<string> = new Set<ClockExpression["clock"]>([
  "CURRENT_DATE",
  "CURRENT_TIME",
  "CURRENT_TIMESTAMP",
  "LOCALTIME",
  "LOCALTIMESTAMP",
]);

/** Words that begin a form of their own wherever an expression may stand. */
const wordForms: ReadonlyMap<string, PrimaryReader> = new Map<string, PrimaryReader>([
  ["NULL", parseNull],
  ["TRUE", (cursor) => parseBoolean(cursor, true)],
  ["FALSE", (cursor) => parseBoolean(cursor, false)],
  [
    "UNKNOWN",
    (cursor) => {
      throw cursor.notSupported("The literal UNKNOWN", "Write CAST(NULL AS BOOLEAN).");
    },
  ],
  ["CASE", parseCase],
  ["CAST", parseCast],
  ["TRY_CAST", parseCast],
  ["INTERVAL", parseInterval],
  ["EXISTS", parseExists],
]);

/** Words that do so only before a parenthesis, before a bracket, or before a text. */
const callForms: ReadonlyMap<string, PrimaryReader> = new Map<string, PrimaryReader>([
  ["ROW", parseRow],
  ...spelledCalls,
  ...jsonCalls,
]);
const bracketForms: ReadonlyMap<string, PrimaryReader> = new Map<string, PrimaryReader>([
  ["ARRAY", parseArray],
  ["MAP", parseMap],
]);
const textForms: ReadonlySet<string> = new Set(["DATE", "TIME", "TIMESTAMP"]);

export function parsePrimary(cursor: TokenCursor): Expression {
  const token = cursor.peek();
  switch (token.kind) {
    case "number":
      cursor.next();
      return { kind: "NumberLiteral", text: token.text, position: cursor.tokenPosition(token) };
    case "string":
      cursor.next();
      return { kind: "StringLiteral", value: token.text, position: cursor.tokenPosition(token) };
    case "unicode":
      return parseUnicode(cursor);
    case "binary":
      return parseBinary(cursor);
    case "word":
      return parseWord(cursor, token.upper);
    case "quoted":
      return cursor.isSymbol("(", 1) ? parseFunctionCall(cursor) : parseColumn(cursor);
    default:
      if (cursor.isSymbol("(")) return parseParenthesis(cursor);
      if (cursor.isSymbol(":") && cursor.given !== undefined) return parseGiven(cursor, cursor.given);
      throw cursor.unexpected("an expression");
  }
}

function parseWord(cursor: TokenCursor, word: string): Expression {
  const form = wordForms.get(word);
  if (form !== undefined) return form(cursor);
  if (textForms.has(word) && cursor.peek(1).kind === "string") return parseTemporal(cursor);
  const bracketForm = bracketForms.get(word);
  if (bracketForm !== undefined && cursor.isSymbol("[", 1)) return bracketForm(cursor);
  if (cursor.isSymbol("(", 1)) return (callForms.get(word) ?? parseFunctionCall)(cursor);
  if (!clocks.has(word)) return parseColumn(cursor);
  const position = cursor.tokenPosition(cursor.next());
  return { kind: "ClockExpression", clock: word as ClockExpression["clock"], position };
}

function parseGiven(cursor: TokenCursor, given: GivenValues): Expression {
  const { offset } = cursor.expectSymbol(":");
  // Words of SQL name parameters too: an address may well say ?date=.
  if (cursor.peek().kind !== "word") throw cursor.unexpected("the name of a parameter");
  const name = cursor.next().text;
  const position = cursor.positionFrom(offset);
  const value = given.get(name);
  if (value !== undefined) return { kind: "GivenValue", name, given: value, position };
  const suggestion = closestName(name, given.keys());
  throw quickwaterError("sql.unknown-parameter", { parameter: name }, { position, suggestion });
}

function parseNull(cursor: TokenCursor): Expression {
  return { kind: "NullLiteral", position: cursor.tokenPosition(cursor.next()) };
}

function parseBoolean(cursor: TokenCursor, value: boolean): Expression {
  return { kind: "BooleanLiteral", value, position: cursor.tokenPosition(cursor.next()) };
}

function parseColumn(cursor: TokenCursor): Expression {
  const path = [cursor.identifier("an expression")];
  // A star behind the dot is the select list's to read, or to miss.
  while (cursor.acceptSymbol(".")) path.push(cursor.identifier("a column or field"));
  const position = cursor.positionFrom(path[0]!.position.offset);
  if (cursor.isSymbol("(")) {
    throw cursor.notSupported("A function name with catalog or database", "Write its name.");
  }
  return { kind: "ColumnReference", path, position };
}

function parseCast(cursor: TokenCursor): Expression {
  const start = cursor.next();
  cursor.expectSymbol("(");
  const operand = cursor.expression();
  cursor.expectWord("AS");
  const type = parseType(cursor);
  cursor.expectSymbol(")");
  const safe = start.kind === "word" && start.upper === "TRY_CAST";
  return { kind: "CastExpression", operand, type, safe, position: cursor.positionFrom(start.offset) };
}

function parseExists(cursor: TokenCursor): Expression {
  const start = cursor.next();
  if (!cursor.isQueryInParentheses()) throw cursor.unexpected("a query in parentheses");
  cursor.expectSymbol("(");
  const query = cursor.query();
  cursor.expectSymbol(")");
  return { kind: "ExistsPredicate", query, position: cursor.positionFrom(start.offset) };
}
