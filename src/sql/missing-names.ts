/**
 * What statements with a mistake would have made. That it is missing elsewhere says nothing new: a mistake is
 * told once, where it is.
 */
import type { QuickwaterError } from "../errors/quickwater-error.ts";
import type { Statement } from "./parse/ast.ts";
import type { StatementHead } from "./parse/parse-statement.ts";
import { namesMadeBy, namesMadeByHead } from "./statement-order.ts";

export class MissingNames {
  readonly #names: Set<string>;

  /** Beginnings of the statements that could not be read. */
  constructor(leftOut: readonly StatementHead[]) {
    this.#names = new Set(leftOut.flatMap(namesMadeByHead));
  }

  /** Whether a statement's mistake is its own; what it would have made is missing either way. */
  isNews({ code, params }: QuickwaterError, statement: Statement): boolean {
    const isOwn = code !== "sql.unknown-table" || !this.#names.has(String(params.table));
    for (const name of namesMadeBy(statement)) this.#names.add(name);
    return isOwn;
  }
}
