/** `LIKE orders (INCLUDING ALL, OVERWRITING OPTIONS)`: a table after the model of another. */
import type { TableLike, TableLikeFeature, TableLikeRule } from "./ast.ts";
import { parseQualifiedName } from "./parse-name.ts";
import type { TokenCursor } from "./token-cursor.ts";

const strategies = ["INCLUDING", "EXCLUDING", "OVERWRITING"] as const;
const features: readonly TableLikeFeature[] = [
  "ALL",
  "CONSTRAINTS",
  "DISTRIBUTION",
  "GENERATED",
  "METADATA",
  "OPTIONS",
  "PARTITIONS",
  "WATERMARKS",
];

export function parseTableLike(cursor: TokenCursor): TableLike {
  const start = cursor.expectWord("LIKE");
  const table = parseQualifiedName(cursor, "a table");
  const rules = cursor.isSymbol("(") ? parseRules(cursor) : [];
  return { kind: "TableLike", table, rules, position: cursor.positionFrom(start.offset) };
}

/** Flink writes the rules with spaces between them, its manual also with commas. */
function parseRules(cursor: TokenCursor): TableLikeRule[] {
  cursor.expectSymbol("(");
  const rules: TableLikeRule[] = [];
  while (!cursor.acceptSymbol(")")) {
    const { offset } = cursor.peek();
    const strategy = cursor.acceptOneOf(strategies);
    if (strategy === undefined) throw cursor.unexpected(strategies.join(" or "));
    const feature = cursor.acceptOneOf(features);
    if (feature === undefined) throw cursor.unexpected(`one of ${features.join(", ")}`);
    rules.push({ kind: "TableLikeRule", strategy, feature, position: cursor.positionFrom(offset) });
    cursor.acceptSymbol(",");
  }
  return rules;
}
