/**
 * Functions that give rows: `TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))`, arguments by
 * position or by name. Flink's windows take a table and a time column and have a node that says which these
 * are.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type {
  Descriptor,
  Expression,
  Identifier,
  QualifiedName,
  TableArgument,
  TableFunction,
  WindowTable,
} from "./ast.ts";
import { parseTableAlias } from "./parse-alias.ts";
import { parseQualifiedName } from "./parse-name.ts";
import { parseOrderItem, parseOrderItems } from "./parse-order-by.ts";
import type { TokenCursor } from "./token-cursor.ts";

const windowFunctions: ReadonlySet<string> = new Set(["TUMBLE", "HOP", "CUMULATE", "SESSION"]);
const usage = "TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))";

type Argument = TableFunction["arguments"][number];

export function parseTableFunction(cursor: TokenCursor): TableFunction | WindowTable {
  const start = cursor.peek();
  const wrapped = cursor.acceptWord("TABLE");
  if (wrapped) cursor.expectSymbol("(");
  const functionName = parseQualifiedName(cursor, "a table function such as TUMBLE");
  const given = parseArguments(cursor);
  if (wrapped) cursor.expectSymbol(")");
  const call = { functionName, wrapped, given, position: cursor.positionFrom(start.offset) };
  const alias = parseTableAlias(cursor);
  const position = cursor.positionFrom(start.offset);
  const [name, ...more] = functionName.parts;
  if (more.length === 0 && windowFunctions.has(name!.name.toUpperCase())) {
    return { kind: "WindowTable", functionName: name!, wrapped, ...windowParts(call), alias, position };
  }
  return { kind: "TableFunction", functionName, wrapped, arguments: given, alias, position };
}

function parseArguments(cursor: TokenCursor): Argument[] {
  cursor.expectSymbol("(");
  const given: Argument[] = [];
  if (!cursor.isSymbol(")")) {
    do given.push(parseArgument(cursor));
    while (cursor.acceptSymbol(","));
  }
  cursor.expectSymbol(")");
  return given;
}

function parseArgument(cursor: TokenCursor): Argument {
  const name = cursor.isSymbol("=>", 1) ? cursor.anyWord("an argument's name") : undefined;
  if (name !== undefined) cursor.next();
  if (cursor.isWord("TABLE") || cursor.isQueryInParentheses()) {
    return { name, value: parseTableArgument(cursor) };
  }
  if (cursor.isWord("DESCRIPTOR") && cursor.isSymbol("(", 1)) return { name, value: parseDescriptor(cursor) };
  return { name, value: cursor.expression() };
}

/** `TABLE orders PARTITION BY id`, `(SELECT …) PARTITION BY (a, b) ORDER BY ts` */
function parseTableArgument(cursor: TokenCursor): TableArgument {
  const start = cursor.next();
  const isName = start.kind === "word";
  const table = isName ? parseQualifiedName(cursor, "a table") : cursor.query();
  if (!isName) cursor.expectSymbol(")");
  const partitionBy = cursor.acceptWords("PARTITION", "BY") ? parsePartition(cursor) : [];
  const orderBy = cursor.acceptWords("ORDER", "BY") ? parseOrder(cursor) : [];
  const position = cursor.positionFrom(start.offset);
  return { kind: "TableArgument", table, partitionBy, orderBy, position };
}

/** Without parentheses the next comma ends the argument. */
function parsePartition(cursor: TokenCursor): Identifier[] {
  return cursor.isSymbol("(") ? cursor.identifiers("a column") : [cursor.identifier("a column")];
}

function parseOrder(cursor: TokenCursor): TableArgument["orderBy"] {
  if (!cursor.acceptSymbol("(")) return [parseOrderItem(cursor)];
  const items = parseOrderItems(cursor);
  cursor.expectSymbol(")");
  return items;
}

function parseDescriptor(cursor: TokenCursor): Descriptor {
  const start = cursor.next();
  const columns = cursor.identifiers("a column");
  return { kind: "Descriptor", columns, position: cursor.positionFrom(start.offset) };
}

interface Call {
  readonly functionName: QualifiedName;
  readonly given: readonly Argument[];
  readonly position: QualifiedName["position"];
}

/** Table and time column of a window, by their place, or by the names DATA and TIMECOL. */
function windowParts({
  functionName,
  given,
  position,
}: Call): Pick<WindowTable, "input" | "timeColumn" | "arguments"> {
  const values: { name: Identifier | undefined; value: Expression }[] = [];
  const inputs: TableArgument[] = [];
  const times: Identifier[] = [];
  for (const { name, value } of given) {
    if (value.kind === "TableArgument") {
      expectName(name, "DATA");
      inputs.push(value);
    } else if (value.kind === "Descriptor") {
      expectName(name, "TIMECOL");
      times.push(...value.columns);
    } else {
      values.push({ name, value });
    }
  }
  const isNamed = values.every(({ name }) => name !== undefined);
  const isInOrder = given[0]?.value.kind === "TableArgument" && given[1]?.value.kind === "Descriptor";
  if ((isNamed || isInOrder) && inputs.length === 1 && times.length === 1) {
    return { input: inputs[0]!, timeColumn: times[0]!, arguments: values };
  }
  const reason = "it takes a table, then a DESCRIPTOR of one column, then intervals";
  const params = { function: functionName.parts[0]!.name, reason, usage };
  throw quickwaterError("sql.window-arguments", params, { position });
}

function expectName(name: Identifier | undefined, wanted: string): void {
  if (name === undefined || name.name.toUpperCase() === wanted) return;
  throw quickwaterError("sql.syntax", { expected: wanted, found: name.name }, { position: name.position });
}
