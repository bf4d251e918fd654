/** CREATE TABLE: columns, watermark, key, options. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type {
  ColumnDefinition,
  CreateTable,
  PrimaryKeyDefinition,
  TableOption,
  WatermarkDefinition,
} from "./ast.ts";
import { parseExpression } from "./parse-expression.ts";
import { parseType } from "./parse-type.ts";
import type { TokenCursor } from "./token-cursor.ts";

interface TableContent {
  readonly columns: ColumnDefinition[];
  watermark: WatermarkDefinition | undefined;
  primaryKey: PrimaryKeyDefinition | undefined;
}

export function parseCreateTable(cursor: TokenCursor, offset: number): CreateTable {
  const ifNotExists = cursor.acceptWords("IF", "NOT", "EXISTS");
  const name = cursor.identifier("the table's name");
  if (cursor.isSymbol("."))
    throw cursor.notSupported("A table name with catalog or database", "Write its name.");
  if (cursor.isWord("AS")) throw cursor.notSupported("CREATE TABLE … AS SELECT");
  if (cursor.isWord("LIKE")) throw cursor.notSupported("CREATE TABLE … LIKE");
  const content: TableContent = { columns: [], watermark: undefined, primaryKey: undefined };
  cursor.expectSymbol("(");
  if (!cursor.isSymbol(")")) {
    do parseElement(cursor, content);
    while (cursor.acceptSymbol(","));
  }
  cursor.expectSymbol(")");
  parseComment(cursor);
  if (cursor.isWord("PARTITIONED")) throw cursor.notSupported("PARTITIONED BY");
  if (cursor.isWord("DISTRIBUTED")) throw cursor.notSupported("DISTRIBUTED BY");
  const options = cursor.isWord("WITH") ? parseOptions(cursor) : [];
  if (cursor.isWord("LIKE")) throw cursor.notSupported("CREATE TABLE … LIKE");
  if (cursor.isWord("AS")) throw cursor.notSupported("CREATE TABLE … AS SELECT");
  return {
    kind: "CreateTable",
    name,
    ifNotExists,
    ...content,
    options,
    position: cursor.positionFrom(offset),
  };
}

/** `WITH ('key' = 'value', …)` */
export function parseOptions(cursor: TokenCursor): TableOption[] {
  cursor.expectWord("WITH");
  cursor.expectSymbol("(");
  const options: TableOption[] = [];
  do {
    const key = cursor.expectString("an option such as 'connector'");
    cursor.expectSymbol("=");
    const value = cursor.expectString("the option's value between single quotes");
    const position = cursor.tokenPosition(key);
    const valuePosition = cursor.tokenPosition(value);
    options.push({ kind: "TableOption", key: key.text, value: value.text, position, valuePosition });
  } while (cursor.acceptSymbol(","));
  cursor.expectSymbol(")");
  return options;
}

function parseElement(cursor: TokenCursor, content: TableContent): void {
  if (cursor.isWord("WATERMARK")) {
    refuseSecond(cursor, content.watermark, "watermark");
    content.watermark = parseWatermark(cursor);
  } else if (cursor.isWord("PRIMARY") || cursor.isWord("CONSTRAINT")) {
    refuseSecond(cursor, content.primaryKey, "primary key");
    content.primaryKey = parsePrimaryKey(cursor);
  } else if (cursor.isWord("UNIQUE")) {
    const params = { rule: "Flink has no UNIQUE constraint", instead: "Write PRIMARY KEY (…) NOT ENFORCED." };
    throw quickwaterError("sql.not-flink", params, { position: cursor.tokenPosition(cursor.peek()) });
  } else {
    parseColumn(cursor, content);
  }
}

function refuseSecond(cursor: TokenCursor, first: unknown, what: string): void {
  if (first === undefined) return;
  const params = { rule: `A table has one ${what}`, instead: "Keep one of them." };
  throw quickwaterError("sql.not-flink", params, { position: cursor.tokenPosition(cursor.peek()) });
}

function parseColumn(cursor: TokenCursor, content: TableContent): void {
  const name = cursor.identifier("a column's name");
  if (cursor.isWord("AS")) {
    throw cursor.notSupported("A computed column", "Compute it in the queries that read the table.");
  }
  const type = parseType(cursor);
  if (cursor.isWord("METADATA")) throw cursor.notSupported("A metadata column");
  if (cursor.isWord("DEFAULT")) {
    const params = { rule: "Flink has no DEFAULT of a column", instead: "Use COALESCE in the queries." };
    throw quickwaterError("sql.not-flink", params, { position: cursor.tokenPosition(cursor.peek()) });
  }
  if (cursor.isWord("PRIMARY")) {
    refuseSecond(cursor, content.primaryKey, "primary key");
    const start = cursor.next();
    cursor.expectWord("KEY");
    parseNotEnforced(cursor);
    const position = cursor.positionFrom(start.offset);
    content.primaryKey = { kind: "PrimaryKeyDefinition", columns: [name], position };
  }
  parseComment(cursor);
  const position = cursor.positionFrom(name.position.offset);
  content.columns.push({ kind: "ColumnDefinition", name, content: { kind: "Physical", type }, position });
}

function parseWatermark(cursor: TokenCursor): WatermarkDefinition {
  const start = cursor.next();
  cursor.expectWord("FOR");
  const column = cursor.identifier("the event-time column");
  if (cursor.isSymbol(".")) throw cursor.notSupported("A watermark on a nested field");
  cursor.expectWord("AS");
  const expression = parseExpression(cursor);
  return { kind: "WatermarkDefinition", column, expression, position: cursor.positionFrom(start.offset) };
}

function parsePrimaryKey(cursor: TokenCursor): PrimaryKeyDefinition {
  const start = cursor.peek();
  if (cursor.acceptWord("CONSTRAINT")) cursor.identifier("the constraint's name");
  cursor.expectWord("PRIMARY");
  cursor.expectWord("KEY");
  cursor.expectSymbol("(");
  const columns = [];
  do columns.push(cursor.identifier("a column"));
  while (cursor.acceptSymbol(","));
  cursor.expectSymbol(")");
  parseNotEnforced(cursor);
  return { kind: "PrimaryKeyDefinition", columns, position: cursor.positionFrom(start.offset) };
}

/** Flink refuses a key that claims to be enforced, and one that says nothing claims it. */
function parseNotEnforced(cursor: TokenCursor): void {
  if (cursor.acceptWords("NOT", "ENFORCED")) return;
  const position = cursor.tokenPosition(cursor.peek());
  throw quickwaterError("sql.primary-key-enforced", {}, { position });
}

function parseComment(cursor: TokenCursor): void {
  if (cursor.acceptWord("COMMENT")) cursor.expectString("the comment between single quotes");
}
