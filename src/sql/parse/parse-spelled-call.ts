/** Functions whose arguments are divided by words: EXTRACT(DAY FROM ts), TRIM(LEADING 'x' FROM s). */
import type { Expression, Identifier, TimestampCall, TimeUnit } from "./ast.ts";
import { bindingPower } from "./binding-power.ts";
import type { TokenCursor } from "./token-cursor.ts";

type CallReader = (cursor: TokenCursor) => Expression;

export const spelledCalls: readonly (readonly [string, CallReader])[] = [
  ["EXTRACT", parseExtract],
  ["FLOOR", (cursor) => parseRounding(cursor, "FLOOR")],
  ["CEIL", (cursor) => parseRounding(cursor, "CEIL")],
  ["CEILING", (cursor) => parseRounding(cursor, "CEIL")],
  ["TRIM", parseTrim],
  ["POSITION", parsePosition],
  ["OVERLAY", parseOverlay],
  ["TIMESTAMPADD", (cursor) => parseTimestamp(cursor, "TIMESTAMPADD")],
  ["TIMESTAMPDIFF", (cursor) => parseTimestamp(cursor, "TIMESTAMPDIFF")],
];

function parseExtract(cursor: TokenCursor): Expression {
  const start = open(cursor);
  const unit = parseUnit(cursor);
  cursor.expectWord("FROM");
  const operand = cursor.expression();
  return { kind: "ExtractCall", unit, operand, position: close(cursor, start) };
}

/** `FLOOR(ts TO DAY)`; without TO it is a call like others. */
function parseRounding(cursor: TokenCursor, name: "FLOOR" | "CEIL"): Expression {
  const called = cursor.anyWord("a function");
  cursor.expectSymbol("(");
  const operand = cursor.expression();
  const { offset } = called.position;
  if (!cursor.acceptWord("TO")) return plainCall(called, operand, close(cursor, offset));
  const unit = parseUnit(cursor);
  return { kind: "RoundToUnitCall", function: name, operand, unit, position: close(cursor, offset) };
}

/** `TRIM([LEADING] ['x' FROM] s)`; with neither it is a call like others. */
function parseTrim(cursor: TokenCursor): Expression {
  const called = cursor.anyWord("a function");
  cursor.expectSymbol("(");
  const side = cursor.acceptOneOf(["BOTH", "LEADING", "TRAILING"] as const);
  const first = cursor.isWord("FROM") ? undefined : cursor.expression();
  const second = cursor.acceptWord("FROM") ? cursor.expression() : undefined;
  const operand = second ?? first;
  if (operand === undefined) throw cursor.unexpected("an expression");
  const position = close(cursor, called.position.offset);
  if (side === undefined && second === undefined) return plainCall(called, operand, position);
  const characters = second === undefined ? undefined : first;
  return { kind: "TrimCall", side: side ?? "BOTH", characters, operand, position };
}

function plainCall(name: Identifier, operand: Expression, position: Expression["position"]): Expression {
  const none = { nulls: undefined, withinGroup: [], filter: undefined, over: undefined };
  const star = { star: false, distinct: false };
  return { kind: "FunctionCall", name, arguments: [operand], ...star, ...none, position };
}

function parsePosition(cursor: TokenCursor): Expression {
  const start = open(cursor);
  // IN divides the arguments here, so that it may not be read as a predicate of the first.
  const searched = cursor.expression(bindingPower.predicate);
  cursor.expectWord("IN");
  const operand = cursor.expression();
  const from = cursor.acceptWord("FROM") ? cursor.expression() : undefined;
  return { kind: "PositionCall", searched, operand, from, position: close(cursor, start) };
}

function parseOverlay(cursor: TokenCursor): Expression {
  const start = open(cursor);
  const operand = cursor.expression();
  cursor.expectWord("PLACING");
  const replacement = cursor.expression();
  cursor.expectWord("FROM");
  const from = cursor.expression();
  const length = cursor.acceptWord("FOR") ? cursor.expression() : undefined;
  return { kind: "OverlayCall", operand, replacement, from, length, position: close(cursor, start) };
}

function parseTimestamp(cursor: TokenCursor, name: TimestampCall["function"]): Expression {
  const start = open(cursor);
  const unit = parseUnit(cursor);
  cursor.expectSymbol(",");
  const first = cursor.expression();
  cursor.expectSymbol(",");
  const second = cursor.expression();
  return { kind: "TimestampCall", function: name, unit, first, second, position: close(cursor, start) };
}

function parseUnit(cursor: TokenCursor): TimeUnit {
  const token = cursor.peek();
  if (token.kind !== "word") throw cursor.unexpected("a unit of time such as DAY");
  cursor.next();
  return token.upper;
}

/** The function's name and its parenthesis; the answer is where they began. */
function open(cursor: TokenCursor): number {
  const { offset } = cursor.next();
  cursor.expectSymbol("(");
  return offset;
}

function close(cursor: TokenCursor, start: number): Expression["position"] {
  cursor.expectSymbol(")");
  return cursor.positionFrom(start);
}
