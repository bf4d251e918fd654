/** DROP TABLE, VIEW and MATERIALIZED VIEW. */
import type { Drop } from "./ast.ts";
import { parseQualifiedName } from "./parse-name.ts";
import type { TokenCursor } from "./token-cursor.ts";

const objects: readonly Drop["object"][] = ["TABLE", "VIEW", "MATERIALIZED VIEW"];
const laterObjects: readonly string[] = [
  "CATALOG",
  "CONNECTION",
  "DATABASE",
  "FUNCTION",
  "MATERIALIZED",
  "MODEL",
  "SYSTEM",
];

export function parseDrop(cursor: TokenCursor): Drop {
  const start = cursor.expectWord("DROP");
  const temporary = cursor.acceptWord("TEMPORARY");
  const object = objects.find((words) => cursor.acceptWords(...words.split(" ")));
  if (object === undefined) {
    const later = laterObjects.find((word) => cursor.isWord(word));
    if (later === "MATERIALIZED" && cursor.isWord("TABLE", 1)) {
      throw cursor.notSupported("DROP MATERIALIZED TABLE", "Write DROP MATERIALIZED VIEW.");
    }
    if (later !== undefined && later !== "MATERIALIZED") throw cursor.notSupported(`DROP ${later}`);
    throw cursor.unexpected("TABLE, VIEW or MATERIALIZED VIEW");
  }
  const ifExists = cursor.acceptWords("IF", "EXISTS");
  const name = parseQualifiedName(cursor, "a name");
  return { kind: "Drop", object, temporary, ifExists, name, position: cursor.positionFrom(start.offset) };
}
