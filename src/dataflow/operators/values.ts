/**
 * VALUES: an input that the query holds itself. Its rows come once, before any other row, and it ends with
 * them.
 *
 * Checkpoint whether they have come.
 */

import type { Values } from "../../sql/plan/logical-plan.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import { batchOfRows } from "../../values/column-access.ts";
import type { Cause } from "../../values/column-batch.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import { CountedOperator } from "./counted-operator.ts";
import type { Output } from "./operator.ts";

export class ValuesOperator extends CountedOperator {
  readonly name = "VALUES";
  readonly inputs: readonly Output[] = [];
  readonly #plan: Values;
  readonly #output: Output;
  #given = false;

  constructor(plan: Values, output: Output) {
    super();
    this.#plan = plan;
    this.#output = output;
  }

  /** Pushes the rows and the end of them, unless they have come already. */
  give(cause: Cause): void {
    if (this.#given) return;
    this.#given = true;
    const { rows } = this.#plan;
    for (let from = 0; from < rows.length; from += batchRowsMax)
      this.#push(rows.slice(from, from + batchRowsMax), cause);
    this.#output.advance(Number.POSITIVE_INFINITY, false, cause);
  }

  #push(rows: readonly (readonly SqlValue[])[], cause: Cause): void {
    this.counters.rowsIn += rows.length;
    this.#output.accept({ ...batchOfRows(this.#plan.schema, rows), cause });
  }

  protected override freezeState(): PartImage {
    return { numbers: [this.#given ? 1 : 0], states: [] };
  }

  protected override restoreState({ numbers }: PartImage): void {
    this.#given = numbers[0] === 1;
  }
}
