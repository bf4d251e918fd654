/** `TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))`, arguments by position or by name. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { Expression, Identifier, WindowTable } from "./ast.ts";
import { parseTableAlias } from "./parse-alias.ts";
import { parseExpression } from "./parse-expression.ts";
import type { TokenCursor } from "./token-cursor.ts";

const laterWindows: ReadonlySet<string> = new Set(["HOP", "CUMULATE", "SESSION"]);
const usage = "TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))";

type Argument =
  | { readonly kind: "table"; readonly table: Identifier }
  | { readonly kind: "time"; readonly column: Identifier }
  | { readonly kind: "value"; readonly name: Identifier | undefined; readonly value: Expression };

export function parseWindowTable(cursor: TokenCursor): WindowTable {
  const start = cursor.expectWord("TABLE");
  cursor.expectSymbol("(");
  const functionToken = cursor.peek();
  if (functionToken.kind === "word" && laterWindows.has(functionToken.upper)) {
    throw cursor.notSupported(`The window ${functionToken.upper}`, "TUMBLE is.");
  }
  const functionName = cursor.identifier("a window function such as TUMBLE");
  cursor.expectSymbol("(");
  const given: Argument[] = [];
  do given.push(parseArgument(cursor));
  while (cursor.acceptSymbol(","));
  cursor.expectSymbol(")");
  cursor.expectSymbol(")");
  const end = cursor.positionFrom(start.offset);
  const alias = parseTableAlias(cursor);
  const table = given.find((argument) => argument.kind === "table")?.table;
  const timeColumn = given.find((argument) => argument.kind === "time")?.column;
  if (table === undefined || timeColumn === undefined || !isInOrder(given)) {
    const reason = "it takes a table, then a DESCRIPTOR of one column, then intervals";
    const params = { function: functionName.name, reason, usage };
    throw quickwaterError("sql.window-arguments", params, { position: end });
  }
  const values = given.filter((argument) => argument.kind === "value");
  const position = cursor.positionFrom(start.offset);
  return {
    kind: "WindowTable",
    functionName,
    table,
    timeColumn,
    arguments: values.map(({ name, value }) => ({ name, value })),
    alias,
    position,
  };
}

/** Without names the order is fixed; with names each of the two is there once. */
function isInOrder(given: readonly Argument[]): boolean {
  const count = (kind: Argument["kind"]): number => given.filter((argument) => argument.kind === kind).length;
  if (count("table") !== 1 || count("time") !== 1) return false;
  const unnamed = given.some((argument) => argument.kind === "value" && argument.name === undefined);
  return !unnamed || (given[0]!.kind === "table" && given[1]!.kind === "time");
}

function parseArgument(cursor: TokenCursor): Argument {
  const name = cursor.isSymbol("=>", 1) ? cursor.anyWord("an argument's name") : undefined;
  if (name !== undefined) cursor.next();
  if (cursor.acceptWord("TABLE")) {
    expectName(name, "DATA");
    if (cursor.isSymbol("(")) throw cursor.notSupported("A sub-query in a window");
    const table = cursor.identifier("a table");
    if (cursor.isSymbol("."))
      throw cursor.notSupported("A table name with catalog or database", "Write its name.");
    if (cursor.isWord("PARTITION")) throw cursor.notSupported("PARTITION BY in a window");
    return { kind: "table", table };
  }
  if (cursor.isWord("DESCRIPTOR") && cursor.isSymbol("(", 1)) {
    expectName(name, "TIMECOL");
    cursor.next();
    cursor.next();
    const column = cursor.identifier("the time column");
    cursor.expectSymbol(")");
    return { kind: "time", column };
  }
  return { kind: "value", name, value: parseExpression(cursor) };
}

function expectName(name: Identifier | undefined, wanted: string): void {
  if (name === undefined || name.name.toUpperCase() === wanted) return;
  throw quickwaterError("sql.syntax", { expected: wanted, found: name.name }, { position: name.position });
}
