/**
 * JOIN without bounds: each row with all rows of the other side, those that came and those that will come.
 *
 * State      all rows of both sides, by key, as long as a retention keeps them; of each how many of the other
 *            side it has met.
 * Retraction a row that is taken back is found by what it holds, and with it go its pairs.
 * Output     a pair comes as an insert and goes as a delete, also where a row of one side was updated: an
 *            update of one row may take pairs away and bring others. Of outer joins and ANTI a row without a
 *            partner is there (padded, or alone) until it gets one, and again when it has lost the last.
 * Watermark  passes: the least of both sides. No row is late.
 * Checkpoint see `two-sided-join.ts`.
 * Cost       a row: one probe, and each row of its key on the other side.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { Join } from "../../sql/plan/logical-plan.ts";
import { type RowKind, rowKind } from "../../values/column-batch.ts";
import type { JoinSide, SideName } from "./join-side.ts";
import type { Output, UnmatchedRows } from "./operator.ts";
import { type JoinOptions, otherSide, sideNames, TwoSidedJoin } from "./two-sided-join.ts";

const { insert, updateBefore, delete: remove } = rowKind;

/** No row is taken meanwhile. */
const rowsLookedAtMax = 200_000;

export class RegularJoinOperator extends TwoSidedJoin {
  constructor(plan: Join, output: Output, options: JoinOptions) {
    const { type } = plan;
    super(type === "INNER" ? "JOIN" : `${type} JOIN`, plan, output, options, false);
  }

  protected take(side: SideName, address: number, kind: RowKind): void {
    if (kind === updateBefore || kind === remove) this.#takeBack(side, address);
    else {
      this.#tellOf(side, address, false);
      this.#keep(side, address);
    }
  }

  /** Rows wait for no watermark; with a retention those that are too old go, and their pairs with them. */
  protected pass(): void {
    for (const side of sideNames) {
      const { recency } = this.sides[side];
      if (recency === undefined) return;
      const { appendTimeMs } = this.rows.cause;
      for (
        let address = recency.takeExpired(appendTimeMs);
        address !== 0;
        address = recency.takeExpired(appendTimeMs)
      ) {
        this.#tellOf(side, address, true);
        this.remove(side, address);
      }
    }
  }

  /** They may meet somebody yet: these are those of now. Of very many it is not told. */
  override unmatched(): UnmatchedRows {
    const { left, right } = this.sides;
    const { right: _, ...told } = super.unmatched();
    const isHalf = this.plan.type === "SEMI" || this.plan.type === "ANTI";
    return { ...told, left: aloneIn(left), right: isHalf ? undefined : aloneIn(right) };
  }

  #tellOf(side: SideName, address: number, isRetraction: boolean): void {
    this.findPartners(side, address);
    const { type } = this.plan;
    if (type === "SEMI" || type === "ANTI") this.#takeHalf(side, address, isRetraction);
    else this.#takeWhole(side, address, isRetraction);
  }

  #takeWhole(side: SideName, address: number, isRetraction: boolean): void {
    const { addresses, count } = this.partners;
    if (count === 0) {
      if (this.keeps[side]) this.tell(side, address, 0, isRetraction ? remove : insert);
      return;
    }
    const keepsOther = this.keeps[otherSide[side]];
    if (isRetraction) {
      for (let place = 0; place < count; place++) this.tell(side, address, addresses[place]!, remove);
      for (let place = 0; place < count; place++) {
        const left = this.#changePartners(side, addresses[place]!, -1);
        if (keepsOther && left === 0) this.tell(otherSide[side], addresses[place]!, 0, insert);
      }
      return;
    }
    for (let place = 0; place < count; place++) {
      const met = this.#changePartners(side, addresses[place]!, 1);
      if (keepsOther && met === 1) this.tell(otherSide[side], addresses[place]!, 0, remove);
    }
    for (let place = 0; place < count; place++) this.tell(side, address, addresses[place]!, insert);
  }

  /** SEMI gives rows of the left that have a partner, ANTI those that have none. */
  #takeHalf(side: SideName, address: number, isRetraction: boolean): void {
    const { addresses, count } = this.partners;
    const isAnti = this.plan.type === "ANTI";
    if (side === "left") {
      if ((count === 0) === isAnti) this.tell("left", address, 0, isRetraction ? remove : insert);
      return;
    }
    for (let place = 0; place < count; place++) {
      const partner = addresses[place]!;
      const partners = this.#changePartners("right", partner, isRetraction ? -1 : 1);
      const isFirst = !isRetraction && partners === 1;
      const isLast = isRetraction && partners === 0;
      if (isFirst || isLast) this.tell("left", partner, 0, isFirst === isAnti ? remove : insert);
    }
  }

  /** Of a row of the other side; answers how many it has then. */
  #changePartners(side: SideName, partner: number, by: number): number {
    const rows = this.sides[otherSide[side]];
    const count = rows.partnersOf(partner) + by;
    rows.setPartners(partner, count);
    return count;
  }

  #keep(side: SideName, address: number): void {
    const rows = this.sides[side];
    if (rows.isAlone(address)) {
      this.drop(side, address);
      return;
    }
    rows.setPartners(address, this.partners.count);
    rows.link(address, rows.last(rows.groupOf(address)));
    rows.recency?.touch(address, this.rows.cause.appendTimeMs);
  }

  #takeBack(side: SideName, address: number): void {
    const rows = this.sides[side];
    const twin = this.findTaken(side, address);
    // A row that the retention has ended was taken back then.
    assert(
      twin !== 0 || rows.isAlone(address) || rows.recency !== undefined,
      `${this.name} never had the row`,
    );
    if (twin !== 0 || rows.isAlone(address)) this.#tellOf(side, address, true);
    if (twin !== 0) {
      rows.recency?.forget(twin);
      this.remove(side, twin);
    }
    this.drop(side, address);
  }
}

function aloneIn(side: JoinSide): number | undefined {
  if (side.store.rowCount > rowsLookedAtMax) return undefined;
  let count = 0;
  for (const address of side.store.addresses()) if (side.partnersOf(address) === 0) count++;
  return count;
}
