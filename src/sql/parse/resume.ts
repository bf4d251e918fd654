/**
 * Where reading goes on after a mistake. Too early and the same mistake is told twice, too late and others
 * are not told: parentheses that the broken part opened and that are closed further on belong to it, and
 * behind them the next part begins at a comma, a clause, the end of the surroundings or of the statement.
 */
import { mayContinue } from "./keywords.ts";
import type { LexedText, Token } from "./lexer.ts";

/**
 * What was being read: one of several inside parentheses, one of several in a clause, a clause as a whole, or
 * one of the queries of a WITH, behind which the main query begins.
 */
export type Part = "element" | "item" | "clause" | "common table";

const queryWords: ReadonlySet<string> = new Set(["SELECT", "VALUES"]);

const clauseWords: ReadonlySet<string> = new Set([
  "FROM",
  "WHERE",
  "GROUP",
  "HAVING",
  "WINDOW",
  "QUALIFY",
  "UNION",
  "INTERSECT",
  "EXCEPT",
  "MINUS",
  "ORDER",
  "LIMIT",
  "OFFSET",
  "FETCH",
  "FOR",
]);

/** The index of the token to go on with, for a part that begins at `start` and was read up to `at`. */
export function resumeAt({ tokens, partners }: LexedText, start: number, at: number, part: Part): number {
  let next = at;
  for (let index = start; index < at; index++) {
    const close = partners.get(index);
    if (close === undefined) continue;
    if (close >= at) {
      next = close + 1;
      break;
    }
    index = close;
  }
  while (!isBoundary(tokens, next, part)) next = (partners.get(next) ?? next) + 1;
  return next;
}

/**
 * A word that begins a clause does so here only with what follows it there: the part that is skipped may hold
 * `order` as a name.
 */
function isBoundary(tokens: readonly Token[], index: number, part: Part): boolean {
  const token = tokens[index]!;
  if (!endsPart(token, part)) return false;
  return token.kind !== "word" || mayContinue(token.text, tokens[index + 1]!.text);
}

/** Whether a part may end before this token. */
export function endsPart(token: Token, part: Part): boolean {
  switch (token.kind) {
    case "end":
      return true;
    case "word":
      if (part === "common table") return queryWords.has(token.upper);
      return part !== "element" && clauseWords.has(token.upper);
    case "symbol":
      return token.text === ";" || token.text === ")" || (token.text === "," && part !== "clause");
    default:
      return false;
  }
}
