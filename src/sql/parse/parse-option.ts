/** `WITH ('key' = 'value', …)` and `COMMENT '…'`, which tables and views share. */
import type { TableOption } from "./ast.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseOptions(cursor: TokenCursor): TableOption[] {
  cursor.expectWord("WITH");
  cursor.expectSymbol("(");
  const options = cursor.list("element", () => parseOption(cursor));
  cursor.expectSymbol(")");
  return options;
}

function parseOption(cursor: TokenCursor): TableOption {
  const key = cursor.expectString("an option such as 'connector'");
  cursor.expectSymbol("=");
  const value = cursor.expectString("the option's value between single quotes");
  // The key's place stands for the option: what is wrong with the value points at the value.
  const position = cursor.tokenPosition(key);
  const valuePosition = cursor.tokenPosition(value);
  return { kind: "TableOption", key: key.text, value: value.text, position, valuePosition };
}

export function parseComment(cursor: TokenCursor): string | undefined {
  if (!cursor.acceptWord("COMMENT")) return undefined;
  return cursor.expectString("the comment between single quotes").text;
}
