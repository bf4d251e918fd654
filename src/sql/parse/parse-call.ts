/**
 * Function calls, with what may follow their parentheses: `COUNT(DISTINCT a) FILTER (WHERE …) OVER (…)`.
 * Functions whose arguments are divided by words have a file of their own; SUBSTRING is here, because its
 * words say nothing that commas do not.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { Expression, FunctionCall } from "./ast.ts";
import { mayBeCalled } from "./keywords.ts";
import { parseOrderItems } from "./parse-order-by.ts";
import { parseOver } from "./parse-over.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseFunctionCall(cursor: TokenCursor): Expression {
  const token = cursor.peek();
  if (token.kind === "word" && !mayBeCalled(token.text)) {
    const details = { position: cursor.tokenPosition(token) };
    throw quickwaterError("sql.reserved-word", { word: token.text }, details);
  }
  const name = cursor.anyWord("a function");
  cursor.expectSymbol("(");
  const content = parseArguments(cursor, name.quoted ? "" : name.name.toUpperCase());
  const inside = parseNullTreatment(cursor);
  cursor.expectSymbol(")");
  const nulls = inside ?? parseNullTreatment(cursor);
  const withinGroup = parseWithinGroup(cursor);
  const filter = parseFilter(cursor);
  const over = cursor.acceptWord("OVER") ? parseOver(cursor) : undefined;
  const position = cursor.positionFrom(token.offset);
  return { kind: "FunctionCall", name, ...content, nulls, withinGroup, filter, over, position };
}

function parseArguments(
  cursor: TokenCursor,
  name: string,
): Pick<FunctionCall, "arguments" | "star" | "distinct"> {
  if (cursor.isSymbol(")")) return { arguments: [], star: false, distinct: false };
  if (cursor.acceptSymbol("*")) return { arguments: [], star: true, distinct: false };
  const distinct = cursor.acceptWord("DISTINCT");
  if (!distinct) cursor.acceptWord("ALL");
  const values = [parseArgument(cursor)];
  if (name === "SUBSTRING" && cursor.acceptWord("FROM")) {
    values.push(cursor.expression());
    if (cursor.acceptWord("FOR")) values.push(cursor.expression());
  } else {
    while (cursor.acceptSymbol(",")) values.push(parseArgument(cursor));
  }
  if (cursor.isWord("ORDER")) throw cursor.notSupported("ORDER BY inside an aggregate");
  return { arguments: values, star: false, distinct };
}

function parseArgument(cursor: TokenCursor): Expression {
  if (cursor.isSymbol("=>", 1)) throw cursor.notSupported("A named argument of a function");
  return cursor.expression();
}

function parseNullTreatment(cursor: TokenCursor): FunctionCall["nulls"] {
  if (!cursor.isWord("NULLS", 1)) return undefined;
  const nulls = cursor.acceptOneOf(["IGNORE", "RESPECT"] as const);
  if (nulls !== undefined) cursor.next();
  return nulls;
}

function parseWithinGroup(cursor: TokenCursor): FunctionCall["withinGroup"] {
  if (!cursor.acceptWords("WITHIN", "GROUP")) return [];
  cursor.expectSymbol("(");
  cursor.expectWord("ORDER");
  cursor.expectWord("BY");
  const items = parseOrderItems(cursor);
  cursor.expectSymbol(")");
  return items;
}

function parseFilter(cursor: TokenCursor): Expression | undefined {
  if (!cursor.acceptWord("FILTER")) return undefined;
  cursor.expectSymbol("(");
  cursor.expectWord("WHERE");
  const condition = cursor.expression();
  cursor.expectSymbol(")");
  return condition;
}
