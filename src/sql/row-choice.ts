/**
 * Which of some rows are wanted, and in which order, as WHERE and ORDER BY say it: for rows that are there
 * already, one at a time, without a plan. Events of a stream are read from the log: `event-choice.ts`.
 */
import type { RowSchema } from "../values/row-schema.ts";
import { type BindContext, bindCondition, bindExpression } from "./bind/bind-expression.ts";
import { refuseUnordered } from "./bind/bind-nested.ts";
import type { BoundExpression } from "./bind/bound-expression.ts";
import { contextWithoutAggregates } from "./bind/collected-aggregates.ts";
import { inZone } from "./bind/local-time.ts";
import { directionOf } from "./bind/over-window.ts";
import { Scope } from "./bind/scope.ts";
import { fold } from "./optimize/constant-folding.ts";
import { lex } from "./parse/lexer.ts";
import { parseExpression } from "./parse/parse-expression.ts";
import { parseOrderItems } from "./parse/parse-order-by.ts";
import { parseQuery } from "./parse/parse-query.ts";
import { TokenCursor } from "./parse/token-cursor.ts";

export interface RowOrder {
  readonly expression: BoundExpression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** What stands behind WHERE, over the columns; `timeZone` is that of wall clocks in it. */
export function bindRowCondition(text: string, schema: RowSchema, timeZone: string): BoundExpression {
  return settled(parsedCondition(text, contextOf(schema, "WHERE")), timeZone);
}

/** As it is bound, over whatever the names are. */
export function parsedCondition(text: string, context: BindContext): BoundExpression {
  const node = parsePart(text, "the end of the condition", (cursor) => cursor.expression());
  return bindCondition(node, "WHERE", context);
}

/** What stands behind ORDER BY. */
export function bindRowOrder(text: string, schema: RowSchema, timeZone: string): readonly RowOrder[] {
  const items = parsePart(text, ", or the end of the order", parseOrderItems);
  const context = contextOf(schema, "ORDER BY");
  return items.map((item) => {
    const expression = bindExpression(item.expression, context);
    refuseUnordered(expression.type, item.position);
    return { expression: settled(expression, timeZone), ...directionOf(item) };
  });
}

export function settled(expression: BoundExpression, timeZone: string): BoundExpression {
  return fold(inZone(expression, timeZone));
}

function contextOf({ columns }: RowSchema, place: string): BindContext {
  const named = columns.map(({ name, type }, index) => ({
    name,
    type,
    qualifier: undefined,
    place: { kind: "column" as const, index },
  }));
  return contextWithoutAggregates(new Scope({ columns: named }), place);
}

/** Throws the first mistake; `rest` is what may follow. */
function parsePart<Part>(text: string, rest: string, read: (cursor: TokenCursor) => Part): Part {
  const cursor = new TokenCursor(lex(text), { expression: parseExpression, query: parseQuery });
  cursor.beginStatement();
  const part = read(cursor);
  if (cursor.mistakes.length > 0) throw cursor.mistakes[0];
  if (cursor.peek().kind !== "end") throw cursor.unexpected(rest);
  return part;
}
