/** What SQL over single rows of a view sees: the view's columns, and `$final` and `$revision` behind them. */
import { quickwaterError } from "../errors/quickwater-error.ts";
import type { BoundExpression } from "../sql/bind/bound-expression.ts";
import { utc } from "../sql/bind/local-time.ts";
import { evaluate, type RowReader } from "../sql/plan/evaluate.ts";
import { columnsOf, readsClock } from "../sql/plan/expressions.ts";
import { bindRowCondition, bindRowOrder, type RowOrder } from "../sql/row-choice.ts";
import type { RowSchema } from "../values/row-schema.ts";
import { isNested, type SqlType } from "../values/sql-type.ts";
import type { SqlValue } from "../values/sql-value.ts";
import { cellValue } from "./cell-value.ts";
import { cellsOf, type ViewRow, type ViewSchema } from "./view.ts";

const marks = [
  { name: "$final", type: { kind: "BOOLEAN", nullable: false } },
  { name: "$revision", type: { kind: "INT", nullable: false } },
] as const;

export class RowScope {
  readonly types: readonly SqlType[];
  readonly #known: RowSchema;
  readonly #columnCount: number;
  readonly #timeZone: string;

  constructor({ schema, timeZone = utc }: Pick<ViewSchema, "schema" | "timeZone">) {
    this.#known = { columns: [...schema.columns, ...marks] };
    this.types = this.#known.columns.map(({ type }) => type);
    this.#columnCount = schema.columns.length;
    this.#timeZone = timeZone;
  }

  /** What stands behind WHERE. */
  condition(text: string): BoundExpression {
    const condition = bindRowCondition(text, this.#known, this.#timeZone);
    this.#refuseNested([condition], "where");
    return condition;
  }

  /** What stands behind ORDER BY. */
  order(text: string): readonly RowOrder[] {
    const order = bindRowOrder(text, this.#known, this.#timeZone);
    const expressions = order.map(({ expression }) => expression);
    this.#refuseNested(expressions, "order");
    return order;
  }

  /** Reads a row's cells when an expression asks for one. */
  readerOf(row: ViewRow, nowMs: number, watermarkMs: number | null): RowReader {
    let cells: readonly string[] | undefined;
    const column = (index: number): SqlValue => {
      if (index === this.#columnCount) return row.final;
      if (index > this.#columnCount) return row.revision;
      cells ??= cellsOf(row);
      return cellValue(cells[index]!, this.types[index]!);
    };
    return { column, appendTimeMs: nowMs, watermarkMs };
  }

  #refuseNested(expressions: readonly BoundExpression[], name: string): void {
    for (const column of columnsOf(expressions)) {
      const { name: read, type } = this.#known.columns[column]!;
      const expected = `read no values that are made of values, as ${read} is`;
      if (isNested(type)) throw quickwaterError("request.bad-parameter", { name, expected });
    }
  }
}

/** A condition that stays true or false of a row for as long as the row stays as it is. */
export class LastingCondition {
  readonly #condition: BoundExpression;

  constructor(text: string, scope: RowScope) {
    this.#condition = scope.condition(text);
    if (!readsClock(this.#condition)) return;
    const expected = "read no clock here: rows would have to come and go without a change";
    throw quickwaterError("request.bad-parameter", { name: "where", expected });
  }

  accepts(reader: RowReader): boolean {
    return evaluate(this.#condition, reader) === true;
  }
}
