/** What an expression is made of: literals, columns, calls, CASE, CAST, parentheses. */
import type { Expression, IntervalUnit, TemporalLiteral } from "./ast.ts";
import { type ExpressionReader, parseFunctionCall } from "./parse-call.ts";
import { parseType } from "./parse-type.ts";
import type { TokenCursor } from "./token-cursor.ts";

const intervalUnits = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"] as const;

/**
 * Words that are values without parentheses. Each is the clock, which a view reads from its steps, not from
 * here.
 */
const clockWords: ReadonlySet<string> = new Set([
  "CURRENT_DATE",
  "CURRENT_TIME",
  "CURRENT_TIMESTAMP",
  "LOCALTIME",
  "LOCALTIMESTAMP",
]);

export function parsePrimary(cursor: TokenCursor, read: ExpressionReader): Expression {
  const token = cursor.peek();
  switch (token.kind) {
    case "number":
      cursor.next();
      return { kind: "NumberLiteral", text: token.text, position: cursor.tokenPosition(token) };
    case "string":
      cursor.next();
      return { kind: "StringLiteral", value: token.text, position: cursor.tokenPosition(token) };
    case "word":
      return parseWord(cursor, token.upper, read);
    case "quoted":
      return cursor.isSymbol("(", 1) ? parseFunctionCall(cursor, read) : parseColumn(cursor);
    default:
      if (cursor.acceptSymbol("(")) return parseParenthesis(cursor, read);
      throw cursor.unexpected("an expression");
  }
}

function parseWord(cursor: TokenCursor, word: string, read: ExpressionReader): Expression {
  const token = cursor.peek();
  const position = cursor.tokenPosition(token);
  const after = cursor.peek(1);
  switch (word) {
    case "NULL":
      cursor.next();
      return { kind: "NullLiteral", position };
    case "TRUE":
    case "FALSE":
      cursor.next();
      return { kind: "BooleanLiteral", value: word === "TRUE", position };
    case "UNKNOWN":
      throw cursor.notSupported("The literal UNKNOWN", "Write CAST(NULL AS BOOLEAN).");
    case "CASE":
      return parseCase(cursor, read);
    case "CAST":
    case "TRY_CAST":
      return parseCast(cursor, read);
    case "INTERVAL":
      return parseInterval(cursor);
    case "DATE":
    case "TIME":
    case "TIMESTAMP":
      if (after.kind === "string") return parseTemporal(cursor, word);
      break;
    case "ARRAY":
    case "MAP":
      if (cursor.isSymbol("[", 1)) throw cursor.notSupported(`${word}[…] as a value`);
      break;
    case "EXISTS":
      throw cursor.notSupported("EXISTS (sub-query)");
  }
  if (clockWords.has(word) && !cursor.isSymbol("(", 1)) throw cursor.notSupported(`The clock ${word}`);
  return cursor.isSymbol("(", 1) ? parseFunctionCall(cursor, read) : parseColumn(cursor);
}

function parseColumn(cursor: TokenCursor): Expression {
  const path = [cursor.identifier("an expression")];
  while (cursor.acceptSymbol(".")) path.push(cursor.identifier("a column or field"));
  const position = cursor.positionFrom(path[0]!.position.offset);
  return { kind: "ColumnReference", path, position };
}

function parseParenthesis(cursor: TokenCursor, read: ExpressionReader): Expression {
  if (cursor.isWord("SELECT") || cursor.isWord("WITH")) throw cursor.notSupported("A sub-query");
  const inner = read(cursor);
  if (cursor.isSymbol(",")) throw cursor.notSupported("A row value (a, b)");
  cursor.expectSymbol(")");
  return inner;
}

function parseCase(cursor: TokenCursor, read: ExpressionReader): Expression {
  const start = cursor.expectWord("CASE");
  const operand = cursor.isWord("WHEN") ? undefined : read(cursor);
  const branches: { when: Expression; then: Expression }[] = [];
  while (cursor.acceptWord("WHEN")) {
    const when = read(cursor);
    if (cursor.isSymbol(",")) throw cursor.notSupported("Several values after one WHEN");
    cursor.expectWord("THEN");
    branches.push({ when, then: read(cursor) });
  }
  if (branches.length === 0) throw cursor.unexpected("WHEN");
  const otherwise = cursor.acceptWord("ELSE") ? read(cursor) : undefined;
  cursor.expectWord("END");
  return {
    kind: "CaseExpression",
    operand,
    branches,
    otherwise,
    position: cursor.positionFrom(start.offset),
  };
}

function parseCast(cursor: TokenCursor, read: ExpressionReader): Expression {
  const start = cursor.next();
  cursor.expectSymbol("(");
  const operand = read(cursor);
  cursor.expectWord("AS");
  const type = parseType(cursor);
  cursor.expectSymbol(")");
  const safe = start.kind === "word" && start.upper === "TRY_CAST";
  return { kind: "CastExpression", operand, type, safe, position: cursor.positionFrom(start.offset) };
}

function parseInterval(cursor: TokenCursor): Expression {
  const start = cursor.next();
  const negative = cursor.acceptSymbol("-");
  if (!negative) cursor.acceptSymbol("+");
  const { text: value } = cursor.expectString("a text such as '5'");
  const from = parseIntervalUnit(cursor);
  const to = cursor.acceptWord("TO") ? parseIntervalUnit(cursor) : undefined;
  const position = cursor.positionFrom(start.offset);
  return { kind: "IntervalLiteral", value, negative, from, to, position };
}

/** Flink's own examples write the units in the plural too. */
function parseIntervalUnit(cursor: TokenCursor): IntervalUnit {
  for (const unit of intervalUnits) {
    if (!cursor.acceptWord(unit) && !cursor.acceptWord(`${unit}S`)) continue;
    if (cursor.isSymbol("("))
      throw cursor.notSupported("The precision of an interval's field", "Leave it out.");
    return unit;
  }
  if (cursor.isWord("WEEK") || cursor.isWord("QUARTER"))
    throw cursor.notSupported("INTERVAL of weeks or quarters");
  throw cursor.unexpected(`one of ${intervalUnits.join(", ")}`);
}

function parseTemporal(cursor: TokenCursor, type: TemporalLiteral["type"]): Expression {
  const start = cursor.next();
  const { text: value } = cursor.next();
  return { kind: "TemporalLiteral", type, value, position: cursor.positionFrom(start.offset) };
}
