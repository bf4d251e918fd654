/** `EXPLAIN [PLAN FOR | CHANGELOG_MODE, …] statement [FOR FLINK]` */
import type { ExplainDetail, ExplainStatement, Statement } from "./ast.ts";
import { parseSet } from "./parse-statement-set.ts";
import type { TokenCursor } from "./token-cursor.ts";

const details: readonly ExplainDetail[] = [
  "ESTIMATED_COST",
  "CHANGELOG_MODE",
  "JSON_EXECUTION_PLAN",
  "PLAN_ADVICE",
];

/** `read` reads any statement: EXPLAIN stands before one and is one. */
export function parseExplain(
  cursor: TokenCursor,
  read: (cursor: TokenCursor) => Statement,
): ExplainStatement {
  const start = cursor.expectWord("EXPLAIN");
  const asked: ExplainDetail[] = [];
  if (!cursor.acceptWords("PLAN", "FOR")) {
    let detail = cursor.acceptOneOf(details);
    while (detail !== undefined) {
      asked.push(detail);
      const isMore = cursor.acceptSymbol(",");
      detail = isMore ? cursor.acceptOneOf(details) : undefined;
      if (isMore && detail === undefined) throw cursor.unexpected(`one of ${details.join(", ")}`);
    }
  }
  const explained = cursor.peek();
  const isSet = cursor.isWord("STATEMENT");
  if (cursor.isWord("EXPLAIN")) throw cursor.unexpected("a query, INSERT INTO or STATEMENT SET");
  const statement = isSet ? parseSet(cursor, explained.offset) : read(cursor);
  switch (statement.kind) {
    case "SelectStatement":
    case "InsertInto":
    case "StatementSet":
    case "CreateMaterializedView":
      break;
    default:
      throw cursor.notSupported("EXPLAIN of what is no query", "Explain a query or an INSERT.", explained);
  }
  const forFlink = cursor.acceptWords("FOR", "FLINK");
  const position = cursor.positionFrom(start.offset);
  return { kind: "Explain", details: asked, statement, forFlink, position };
}
