/** CREATE TABLE: columns, watermark, key, and the clauses behind them. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type {
  ColumnContent,
  ColumnDefinition,
  CreateTable,
  PrimaryKeyDefinition,
  WatermarkDefinition,
} from "./ast.ts";
import { parseQualifiedName } from "./parse-name.ts";
import { parseComment, parseOptions } from "./parse-option.ts";
import { parseTableLike } from "./parse-table-like.ts";
import { parseType } from "./parse-type.ts";
import type { TokenCursor } from "./token-cursor.ts";

interface TableContent {
  readonly columns: ColumnDefinition[];
  watermark: WatermarkDefinition | undefined;
  primaryKey: PrimaryKeyDefinition | undefined;
}

/** Behind `CREATE [TEMPORARY] TABLE`, which began at `offset`. */
export function parseCreateTable(cursor: TokenCursor, offset: number, temporary: boolean): CreateTable {
  const ifNotExists = cursor.acceptWords("IF", "NOT", "EXISTS");
  const name = parseQualifiedName(cursor, "the table's name");
  if (cursor.isWord("AS")) throw cursor.notSupported("CREATE TABLE … AS SELECT");
  const content: TableContent = { columns: [], watermark: undefined, primaryKey: undefined };
  if (!cursor.isWord("LIKE")) {
    cursor.expectSymbol("(");
    if (!cursor.isSymbol(")")) cursor.list("element", () => parseElement(cursor, content));
    cursor.expectSymbol(")");
  }
  const comment = parseComment(cursor);
  if (cursor.isWord("DISTRIBUTED")) throw cursor.notSupported("DISTRIBUTED BY");
  const partitionedBy = cursor.acceptWord("PARTITIONED") ? parsePartition(cursor) : [];
  const options = cursor.isWord("WITH") ? parseOptions(cursor) : [];
  const like = cursor.isWord("LIKE") ? parseTableLike(cursor) : undefined;
  if (cursor.isWord("AS")) throw cursor.notSupported("CREATE TABLE … AS SELECT");
  const clauses = { comment, partitionedBy, options, like };
  const position = cursor.positionFrom(offset);
  return { kind: "CreateTable", name, temporary, ifNotExists, ...content, ...clauses, position };
}

function parsePartition(cursor: TokenCursor): CreateTable["partitionedBy"] {
  cursor.expectWord("BY");
  return cursor.identifiers("a column");
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
  const { offset } = name.position;
  const written = parseContent(cursor);
  if (cursor.isWord("DEFAULT")) {
    const params = { rule: "Flink has no DEFAULT of a column", instead: "Use COALESCE in the queries." };
    throw quickwaterError("sql.not-flink", params, { position: cursor.tokenPosition(cursor.peek()) });
  }
  if (cursor.isWord("PRIMARY") && written.kind === "Physical") {
    refuseSecond(cursor, content.primaryKey, "primary key");
    cursor.next();
    cursor.expectWord("KEY");
    parseNotEnforced(cursor);
    const position = cursor.positionFrom(offset);
    content.primaryKey = { kind: "PrimaryKeyDefinition", name: undefined, columns: [name], position };
  }
  const comment = parseComment(cursor);
  const position = cursor.positionFrom(offset);
  content.columns.push({ kind: "ColumnDefinition", name, content: written, comment, position });
}

/** `AS expression`, or a type, with METADATA behind it where it is the connector's to fill. */
function parseContent(cursor: TokenCursor): ColumnContent {
  if (cursor.acceptWord("AS")) return { kind: "Computed", expression: cursor.expression() };
  const type = parseType(cursor);
  if (!cursor.acceptWord("METADATA")) return { kind: "Physical", type };
  const key = cursor.acceptWord("FROM") ? cursor.expectString("the metadata's key").text : undefined;
  return { kind: "Metadata", type, key, virtual: cursor.acceptWord("VIRTUAL") };
}

function parseWatermark(cursor: TokenCursor): WatermarkDefinition {
  const start = cursor.next();
  cursor.expectWord("FOR");
  const column = cursor.identifier("the event-time column");
  if (cursor.isSymbol(".")) throw cursor.notSupported("A watermark on a nested field");
  cursor.expectWord("AS");
  const expression = cursor.expression();
  return { kind: "WatermarkDefinition", column, expression, position: cursor.positionFrom(start.offset) };
}

function parsePrimaryKey(cursor: TokenCursor): PrimaryKeyDefinition {
  const start = cursor.peek();
  const isNamed = cursor.acceptWord("CONSTRAINT");
  const name = isNamed ? cursor.identifier("the constraint's name") : undefined;
  cursor.expectWord("PRIMARY");
  cursor.expectWord("KEY");
  const columns = cursor.identifiers("a column");
  parseNotEnforced(cursor);
  return { kind: "PrimaryKeyDefinition", name, columns, position: cursor.positionFrom(start.offset) };
}

/** Flink refuses a key that claims to be enforced, and one that says nothing claims it. */
function parseNotEnforced(cursor: TokenCursor): void {
  if (cursor.acceptWords("NOT", "ENFORCED")) return;
  const position = cursor.tokenPosition(cursor.peek());
  throw quickwaterError("sql.primary-key-enforced", {}, { position });
}
