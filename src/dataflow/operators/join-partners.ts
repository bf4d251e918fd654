/**
 * Which rows of the other side a row meets: those of its key for which the rest of the condition is TRUE. The
 * rest is computed over batches of pairs that hold the columns that it reads.
 */

import { columnsOf, moveColumns } from "../../sql/plan/expressions.ts";
import type { Join } from "../../sql/plan/logical-plan.ts";
import { allocateBatch } from "../../values/column-access.ts";
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import type { KernelMode, PredicateKernel } from "../codegen/kernels.ts";
import { makePredicate } from "../codegen/make-kernels.ts";
import { batchRowsMax, identitySelection } from "../runtime/batches.ts";
import type { JoinSide, SideName } from "./join-side.ts";

interface PairColumn {
  readonly side: SideName;
  readonly index: number;
}

export class JoinPartners {
  readonly #sides: Readonly<Record<SideName, JoinSide>>;
  readonly #predicate: PredicateKernel | undefined;
  readonly #columns: readonly PairColumn[];
  readonly #pairs: ColumnBatch;
  readonly #selection = new Int32Array(batchRowsMax);
  /** What was found last, and how many. */
  addresses = new Int32Array(64);
  count = 0;

  constructor(
    { left, right, predicate }: Join,
    sides: Readonly<Record<SideName, JoinSide>>,
    mode: KernelMode,
  ) {
    this.#sides = sides;
    const before = left.schema.columns.length;
    const read = predicate === undefined ? [] : [...columnsOf([predicate])];
    this.#columns = read.map((column) =>
      column < before ? { side: "left", index: column } : { side: "right", index: column - before },
    );
    const schemas = { left: left.schema, right: right.schema };
    const columns = this.#columns.map(({ side, index }) => schemas[side].columns[index]!);
    this.#pairs = allocateBatch({ columns }, predicate === undefined ? 0 : batchRowsMax);
    this.#predicate =
      predicate &&
      makePredicate(
        moveColumns(predicate, (column) => read.indexOf(column)),
        mode,
      );
  }

  /** Notes a row of the other side that may be met. */
  add(address: number): void {
    if (this.count === this.addresses.length) {
      const grown = new Int32Array(this.count * 2);
      grown.set(this.addresses);
      this.addresses = grown;
    }
    this.addresses[this.count++] = address;
  }

  clear(): void {
    this.count = 0;
  }

  /** Those that were noted last come first. */
  reverse(): void {
    this.addresses.subarray(0, this.count).reverse();
  }

  /** Leaves those that the row meets; the cause is what a clock in the condition reads. */
  keepMet(side: SideName, address: number, cause: Cause): void {
    if (this.#predicate === undefined) return;
    let kept = 0;
    for (let from = 0; from < this.count; from += batchRowsMax) {
      const to = Math.min(this.count, from + batchRowsMax);
      this.#fill(side, address, from, to);
      this.#pairs.cause = cause;
      this.#selection.set(identitySelection);
      const met = this.#predicate(this.#pairs, this.#selection, to - from);
      for (let place = 0; place < met; place++) {
        this.addresses[kept++] = this.addresses[from + this.#selection[place]!]!;
      }
    }
    this.count = kept;
  }

  #fill(side: SideName, address: number, from: number, to: number): void {
    const pairs = this.#pairs;
    let arenaEnd = 0;
    for (const [place, column] of this.#columns.entries()) {
      const { store } = this.#sides[column.side];
      const isOwn = column.side === side;
      for (let at = from; at < to; at++) {
        const source = isOwn ? address : this.addresses[at]!;
        arenaEnd = store.copyColumn(source, column.index, pairs, place, at - from, arenaEnd);
      }
    }
    pairs.rowCount = to - from;
  }
}
