/** What prints expressions and queries. It is handed on, because each of the two is made of the other. */
import type { Expression, Query } from "./ast.ts";

export interface Printer {
  /** `outer` is the power with which the surroundings pull: a weaker expression is put in parentheses. */
  readonly expression: (expression: Expression, outer?: number) => string;
  readonly query: (query: Query) => string;
}

/** With `, ` between them. */
export function listed(printer: Printer, expressions: readonly Expression[]): string {
  return expressions.map((expression) => printer.expression(expression)).join(", ");
}
