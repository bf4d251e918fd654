/** CREATE VIEW, which only names a query, and CREATE MATERIALIZED VIEW, which keeps its rows. */
import type { CreateMaterializedView, CreateView, Query } from "./ast.ts";
import { parseQualifiedName } from "./parse-name.ts";
import { parseComment, parseOptions } from "./parse-option.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Behind `CREATE [TEMPORARY] VIEW`, which began at `offset`. */
export function parseCreateView(cursor: TokenCursor, offset: number, temporary: boolean): CreateView {
  const ifNotExists = cursor.acceptWords("IF", "NOT", "EXISTS");
  const name = parseQualifiedName(cursor, "the view's name");
  const columns = cursor.isSymbol("(") ? cursor.identifiers("a column's name") : [];
  const comment = parseComment(cursor);
  const { query, queryText } = parseDefinition(cursor);
  const position = cursor.positionFrom(offset);
  return {
    kind: "CreateView",
    name,
    temporary,
    ifNotExists,
    columns,
    comment,
    query,
    queryText,
    position,
  };
}

/** Behind `CREATE MATERIALIZED VIEW`. */
export function parseCreateMaterializedView(cursor: TokenCursor, offset: number): CreateMaterializedView {
  if (cursor.isWord("IF") && cursor.isWord("NOT", 1)) {
    throw cursor.notSupported("IF NOT EXISTS of a materialized view");
  }
  const name = parseQualifiedName(cursor, "the view's name");
  if (cursor.isSymbol("("))
    throw cursor.notSupported("Column names after a view's name", "Name them with AS.");
  const options = cursor.isWord("WITH") ? parseOptions(cursor) : [];
  const { query, queryText } = parseDefinition(cursor);
  const position = cursor.positionFrom(offset);
  return { kind: "CreateMaterializedView", name, options, query, queryText, position };
}

function parseDefinition(cursor: TokenCursor): { readonly query: Query; readonly queryText: string } {
  cursor.expectWord("AS");
  const { offset } = cursor.peek();
  const query = cursor.query();
  return { query, queryText: cursor.text.slice(offset, cursor.endOffset) };
}
