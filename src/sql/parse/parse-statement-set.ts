/**
 * Several INSERTs that run as one job: `EXECUTE STATEMENT SET BEGIN …; …; END`, and as Flink's command line
 * first had it `BEGIN STATEMENT SET; …; …; END`.
 */
import type { InsertInto, StatementSet } from "./ast.ts";
import { parseInsert } from "./parse-insert.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function parseExecute(cursor: TokenCursor): StatementSet {
  const start = cursor.expectWord("EXECUTE");
  if (!cursor.isWord("STATEMENT")) throw cursor.notSupported("EXECUTE of one statement", "Write it alone.");
  return parseSet(cursor, start.offset);
}

/** `STATEMENT SET BEGIN … END`, as EXPLAIN takes it too. */
export function parseSet(cursor: TokenCursor, offset: number): StatementSet {
  cursor.expectWord("STATEMENT");
  cursor.expectWord("SET");
  cursor.expectWord("BEGIN");
  return parseInserts(cursor, offset);
}

export function parseBegin(cursor: TokenCursor): StatementSet {
  const start = cursor.expectWord("BEGIN");
  cursor.expectWord("STATEMENT");
  cursor.expectWord("SET");
  cursor.expectSymbol(";");
  return parseInserts(cursor, start.offset);
}

/** The semicolons in here end an INSERT and not the statement. */
function parseInserts(cursor: TokenCursor, offset: number): StatementSet {
  const inserts: InsertInto[] = [];
  do {
    const insert = cursor.part("clause", () => {
      const read = parseInsert(cursor);
      if (!cursor.isSymbol(";")) throw cursor.unexpected(";");
      return read;
    });
    if (insert !== undefined) inserts.push(insert);
    cursor.skipToSemicolon();
  } while (cursor.acceptSymbol(";") && !cursor.isWord("END"));
  cursor.expectWord("END");
  return { kind: "StatementSet", inserts, position: cursor.positionFrom(offset) };
}
