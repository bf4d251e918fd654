/**
 * Function calls, with the spellings that SQL gives some of them: `COUNT(*)`, `SUBSTRING(s FROM 2 FOR 3)`.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { Expression } from "./ast.ts";
import { mayBeCalled } from "./keywords.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Functions whose arguments are written with words of their own, which nothing here reads yet. */
const spelledOut: ReadonlySet<string> = new Set([
  "EXTRACT",
  "POSITION",
  "OVERLAY",
  "TIMESTAMPADD",
  "TIMESTAMPDIFF",
  "JSON_VALUE",
  "JSON_QUERY",
  "JSON_EXISTS",
  "JSON_OBJECT",
  "JSON_ARRAY",
  "ROW",
]);

/** Reads a whole expression. It is handed in, because an expression is made of what is read here. */
export type ExpressionReader = (cursor: TokenCursor) => Expression;

export function parseFunctionCall(cursor: TokenCursor, read: ExpressionReader): Expression {
  const token = cursor.peek();
  if (token.kind === "word" && !mayBeCalled(token.text)) {
    const details = { position: cursor.tokenPosition(token) };
    throw quickwaterError("sql.reserved-word", { word: token.text }, details);
  }
  if (token.kind === "word" && spelledOut.has(token.upper)) throw cursor.notSupported(token.upper);
  const name = cursor.anyWord("a function");
  cursor.expectSymbol("(");
  const content = parseArguments(cursor, read, name.quoted ? "" : name.name.toUpperCase());
  cursor.expectSymbol(")");
  const filter = parseFilter(cursor, read);
  if (cursor.isWord("WITHIN") && cursor.isWord("GROUP", 1)) throw cursor.notSupported("WITHIN GROUP");
  if (cursor.isWord("OVER")) throw cursor.notSupported("An aggregate OVER a window");
  const position = cursor.positionFrom(token.offset);
  return { kind: "FunctionCall", name, ...content, distinct: false, filter, position };
}

function parseArguments(
  cursor: TokenCursor,
  read: ExpressionReader,
  name: string,
): { readonly arguments: readonly Expression[]; readonly star: boolean } {
  if (cursor.isSymbol(")")) return { arguments: [], star: false };
  if (cursor.isSymbol("*")) {
    cursor.next();
    return { arguments: [], star: true };
  }
  if (cursor.isWord("DISTINCT")) throw cursor.notSupported(`${name}(DISTINCT …)`);
  cursor.acceptWord("ALL");
  if (name === "TRIM") refuseTrimWords(cursor);
  const values = [read(cursor)];
  if (name === "TRIM" && cursor.isWord("FROM")) throw cursor.notSupported("TRIM(… FROM …)");
  if (name === "SUBSTRING" && cursor.acceptWord("FROM")) {
    values.push(read(cursor));
    if (cursor.acceptWord("FOR")) values.push(read(cursor));
    return { arguments: values, star: false };
  }
  if (cursor.isWord("TO")) throw cursor.notSupported(`${name}(… TO unit)`);
  while (cursor.acceptSymbol(",")) values.push(read(cursor));
  if (cursor.isWord("ORDER")) throw cursor.notSupported("ORDER BY inside an aggregate");
  return { arguments: values, star: false };
}

function refuseTrimWords(cursor: TokenCursor): void {
  for (const word of ["BOTH", "LEADING", "TRAILING"]) {
    if (cursor.isWord(word)) throw cursor.notSupported(`TRIM(${word} …)`);
  }
}

function parseFilter(cursor: TokenCursor, read: ExpressionReader): Expression | undefined {
  if (!cursor.acceptWord("FILTER")) return undefined;
  cursor.expectSymbol("(");
  cursor.expectWord("WHERE");
  const condition = read(cursor);
  cursor.expectSymbol(")");
  return condition;
}
