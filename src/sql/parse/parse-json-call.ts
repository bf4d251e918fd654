/**
 * Flink's JSON functions: paths into a document with their answers for what is not there, and constructors.
 */
import type { Expression, JsonArrayCall, JsonFallback, JsonObjectCall, JsonPathCall } from "./ast.ts";
import { parseType } from "./parse-type.ts";
import type { TokenCursor } from "./token-cursor.ts";

type CallReader = (cursor: TokenCursor) => Expression;

export const jsonCalls: readonly (readonly [string, CallReader])[] = [
  ["JSON_VALUE", (cursor) => parsePathCall(cursor, "JSON_VALUE")],
  ["JSON_QUERY", (cursor) => parsePathCall(cursor, "JSON_QUERY")],
  ["JSON_EXISTS", (cursor) => parsePathCall(cursor, "JSON_EXISTS")],
  ["JSON_OBJECT", (cursor) => parseObject(cursor, "JSON_OBJECT")],
  ["JSON_OBJECTAGG", (cursor) => parseObject(cursor, "JSON_OBJECTAGG")],
  ["JSON_ARRAY", (cursor) => parseArray(cursor, "JSON_ARRAY")],
  ["JSON_ARRAYAGG", (cursor) => parseArray(cursor, "JSON_ARRAYAGG")],
];

type PathFunction = JsonPathCall["function"];

/** What each function may answer instead. */
const fallbacks: Readonly<Record<PathFunction, readonly JsonFallback["answer"][]>> = {
  JSON_VALUE: ["NULL", "ERROR", "DEFAULT"],
  JSON_QUERY: ["NULL", "ERROR", "EMPTY ARRAY", "EMPTY OBJECT"],
  JSON_EXISTS: ["TRUE", "FALSE", "UNKNOWN", "ERROR"],
};

function parsePathCall(cursor: TokenCursor, name: PathFunction): Expression {
  const start = cursor.next();
  cursor.expectSymbol("(");
  const document = cursor.expression();
  cursor.expectSymbol(",");
  const path = cursor.expression();
  if (cursor.isWord("PASSING")) throw cursor.notSupported("PASSING in a JSON function");
  const returning = name !== "JSON_EXISTS" && cursor.acceptWord("RETURNING") ? parseType(cursor) : undefined;
  const wrapper = name === "JSON_QUERY" ? parseWrapper(cursor) : undefined;
  const { onEmpty, onError } = parseFallbacks(cursor, name);
  cursor.expectSymbol(")");
  const position = cursor.positionFrom(start.offset);
  const options = { returning, wrapper, onEmpty, onError };
  return { kind: "JsonPathCall", function: name, document, path, ...options, position };
}

function parseWrapper(cursor: TokenCursor): JsonPathCall["wrapper"] {
  let wrapper: JsonPathCall["wrapper"];
  if (cursor.acceptWord("WITHOUT")) {
    wrapper = "WITHOUT";
  } else if (cursor.acceptWord("WITH")) {
    const isConditional = cursor.acceptWord("CONDITIONAL");
    if (!isConditional) cursor.acceptWord("UNCONDITIONAL");
    wrapper = isConditional ? "WITH CONDITIONAL" : "WITH UNCONDITIONAL";
  } else {
    return undefined;
  }
  cursor.acceptWord("ARRAY");
  cursor.expectWord("WRAPPER");
  return wrapper;
}

function parseFallbacks(cursor: TokenCursor, name: PathFunction): Pick<JsonPathCall, "onEmpty" | "onError"> {
  let onEmpty: JsonFallback | undefined;
  let onError: JsonFallback | undefined;
  for (;;) {
    const fallback = parseFallback(cursor, fallbacks[name]);
    if (fallback === undefined) return { onEmpty, onError };
    cursor.expectWord("ON");
    if (name !== "JSON_EXISTS" && onEmpty === undefined && cursor.acceptWord("EMPTY")) {
      onEmpty = fallback;
    } else if (onError === undefined && cursor.acceptWord("ERROR")) {
      onError = fallback;
    } else {
      throw cursor.unexpected(name === "JSON_EXISTS" ? "ERROR" : "EMPTY or ERROR, each once");
    }
  }
}

function parseFallback(
  cursor: TokenCursor,
  answers: readonly JsonFallback["answer"][],
): JsonFallback | undefined {
  const { offset } = cursor.peek();
  const answer = answers.find((words) => cursor.acceptWords(...words.split(" ")));
  if (answer === undefined) return undefined;
  const value = answer === "DEFAULT" ? cursor.expression() : undefined;
  return { kind: "JsonFallback", answer, value, position: cursor.positionFrom(offset) };
}

function parseObject(cursor: TokenCursor, name: JsonObjectCall["function"]): Expression {
  const start = cursor.next();
  cursor.expectSymbol("(");
  const entries: { key: Expression; value: Expression }[] = [];
  const isEmpty = name === "JSON_OBJECT" && (cursor.isSymbol(")") || isOnNull(cursor));
  if (!isEmpty) {
    do entries.push(parseEntry(cursor));
    while (name === "JSON_OBJECT" && cursor.acceptSymbol(","));
  }
  const onNull = parseOnNull(cursor);
  cursor.expectSymbol(")");
  const position = cursor.positionFrom(start.offset);
  return { kind: "JsonObjectCall", function: name, entries, onNull, position };
}

/** `KEY k VALUE v`, `k VALUE v` or `k : v`. KEY is a name too, so that what follows it decides. */
function parseEntry(cursor: TokenCursor): { key: Expression; value: Expression } {
  const after = cursor.peek(1);
  const isColumn = cursor.isWord("VALUE", 1) || (after.kind === "symbol" && after.text !== "(");
  if (!isColumn) cursor.acceptWord("KEY");
  const key = cursor.expression();
  if (!cursor.acceptSymbol(":")) cursor.expectWord("VALUE");
  return { key, value: cursor.expression() };
}

function parseArray(cursor: TokenCursor, name: JsonArrayCall["function"]): Expression {
  const start = cursor.next();
  cursor.expectSymbol("(");
  const elements: Expression[] = [];
  const isEmpty = name === "JSON_ARRAY" && (cursor.isSymbol(")") || isOnNull(cursor));
  if (!isEmpty) {
    do elements.push(cursor.expression());
    while (name === "JSON_ARRAY" && cursor.acceptSymbol(","));
  }
  if (cursor.isWord("ORDER")) throw cursor.notSupported("ORDER BY inside an aggregate");
  const onNull = parseOnNull(cursor);
  cursor.expectSymbol(")");
  const position = cursor.positionFrom(start.offset);
  return { kind: "JsonArrayCall", function: name, elements, onNull, position };
}

function isOnNull(cursor: TokenCursor): boolean {
  return (cursor.isWord("NULL") || cursor.isWord("ABSENT")) && cursor.isWord("ON", 1);
}

function parseOnNull(cursor: TokenCursor): "NULL" | "ABSENT" | undefined {
  const onNull = cursor.acceptOneOf(["NULL", "ABSENT"] as const);
  if (onNull === undefined) return undefined;
  cursor.expectWord("ON");
  cursor.expectWord("NULL");
  return onNull;
}
