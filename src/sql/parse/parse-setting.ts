/** SET and RESET: `SET 'key' = 'value'`, or as Flink's command line takes them without quotes. */
import type { ResetStatement, SetStatement } from "./ast.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseSetting(cursor: TokenCursor): SetStatement {
  const start = cursor.expectWord("SET");
  if (cursor.isStatementEnd()) {
    return { kind: "Set", setting: undefined, position: cursor.tokenPosition(start) };
  }
  const key = readPlain(cursor, "a setting such as 'parallelism.default'");
  cursor.expectSymbol("=");
  const value = readPlain(cursor, "the setting's value");
  return { kind: "Set", setting: { key, value }, position: cursor.positionFrom(start.offset) };
}

export function parseReset(cursor: TokenCursor): ResetStatement {
  const start = cursor.expectWord("RESET");
  const key = cursor.isStatementEnd() ? undefined : readPlain(cursor, "a setting");
  return { kind: "Reset", key, position: cursor.positionFrom(start.offset) };
}

/** A text, or without quotes what stands up to `=` or the end: `table.exec.state.ttl`, `1 h`. */
function readPlain(cursor: TokenCursor, what: string): string {
  const start = cursor.peek();
  if (start.kind === "string") return cursor.next().text;
  while (!cursor.isStatementEnd() && !cursor.isSymbol("=")) {
    if (cursor.peek().kind === "string") throw cursor.unexpected("a value wholly in quotes or without any");
    cursor.next();
  }
  const text = cursor.text.slice(start.offset, Math.max(start.offset, cursor.endOffset));
  if (text === "") throw cursor.unexpected(what);
  return text;
}
