/** FROM: tables with joins between them. All joins lean left; a join to the right stands in parentheses. */
import type { Join, JoinOn, JoinUsing, TableReference } from "./ast.ts";
import { parseTable } from "./parse-table.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseFrom(cursor: TokenCursor): TableReference {
  let left = parseOperand(cursor);
  for (;;) {
    const isComma = cursor.acceptSymbol(",");
    const longer = isComma ? commaJoin(cursor, left) : parseJoin(cursor, left);
    if (longer === undefined) return left;
    left = longer;
  }
}

/** A comma joins only outside of parentheses, as in Flink's grammar. */
function commaJoin(cursor: TokenCursor, left: TableReference): TableReference {
  cursor.chain();
  const right = parseOperand(cursor);
  const position = cursor.positionFrom(left.position.offset);
  return { kind: "Join", type: "COMMA", natural: false, left, right, condition: undefined, position };
}

/** A table, or a join in parentheses. */
function parseOperand(cursor: TokenCursor): TableReference {
  if (!cursor.isSymbol("(") || cursor.isQueryInParentheses()) return parseTable(cursor);
  return cursor.nest(() => {
    cursor.next();
    let inner = parseOperand(cursor);
    for (;;) {
      const longer = parseJoin(cursor, inner);
      if (longer === undefined) break;
      inner = longer;
    }
    cursor.expectSymbol(")");
    return inner;
  });
}

const outerTypes = ["LEFT", "RIGHT", "FULL"] as const;

function parseJoin(cursor: TokenCursor, left: TableReference): TableReference | undefined {
  const natural = cursor.acceptWord("NATURAL");
  const type = parseType(cursor);
  if (type === undefined) {
    if (natural) throw cursor.unexpected("JOIN");
    return undefined;
  }
  cursor.chain();
  const right = parseOperand(cursor);
  const condition = natural || type === "CROSS" ? undefined : parseCondition(cursor);
  const position = cursor.positionFrom(left.position.offset);
  return { kind: "Join", type, natural, left, right, condition, position };
}

function parseType(cursor: TokenCursor): Join["type"] | undefined {
  if (cursor.acceptWord("JOIN")) return "INNER";
  const type = cursor.acceptOneOf(["INNER", "CROSS", ...outerTypes] as const);
  if (type === undefined) return undefined;
  if (type !== "INNER" && type !== "CROSS") cursor.acceptWord("OUTER");
  cursor.expectWord("JOIN");
  return type;
}

function parseCondition(cursor: TokenCursor): JoinOn | JoinUsing {
  const start = cursor.peek();
  if (cursor.acceptWord("ON")) {
    const expression = cursor.expression();
    return { kind: "JoinOn", expression, position: cursor.positionFrom(start.offset) };
  }
  if (!cursor.acceptWord("USING")) throw cursor.unexpected("ON or USING");
  const columns = cursor.identifiers("a column");
  return { kind: "JoinUsing", columns, position: cursor.positionFrom(start.offset) };
}
