/**
 * JOIN … FOR SYSTEM_TIME AS OF a processing time: each row of the left with the row that the table on the
 * right has of its key when it comes.
 *
 * State      of the right the present row of each key; the left keeps nothing.
 * Retraction a row of the right that is replaced or deleted counts for nobody who comes later; what was given
 *            stands. The left only inserts.
 * Output     a pair when the row of the left comes; of LEFT JOIN the row padded where there is none.
 * Watermark  that of the left. The right holds nobody back.
 * Late       nothing is late.
 * Checkpoint see `two-sided-join.ts`.
 * Cost       a row of either side: one probe.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { Join } from "../../sql/plan/logical-plan.ts";
import { type RowKind, rowKind } from "../../values/column-batch.ts";
import type { SideName } from "./join-side.ts";
import type { Output } from "./operator.ts";
import { type JoinOptions, TwoSidedJoin } from "./two-sided-join.ts";

export class LookupJoinOperator extends TwoSidedJoin {
  readonly #isTimed: boolean;

  constructor(plan: Join, output: Output, options: JoinOptions) {
    const { method, type } = plan;
    assert(method.kind === "lookup", "a join by processing time looks up");
    const isTimed = method.leftTime !== undefined;
    super(`${type} JOIN FOR SYSTEM_TIME AS OF PROCTIME`, plan, output, options, isTimed);
    this.#isTimed = isTimed;
  }

  protected take(side: SideName, address: number, kind: RowKind): void {
    if (side === "left") this.#answer(address, kind);
    else if (kind === rowKind.insert || kind === rowKind.updateAfter) this.#keep(address);
    else this.#takeBack(address);
  }

  /** Nobody waits. */
  protected pass(): void {}

  #answer(address: number, kind: RowKind): void {
    assert(kind === rowKind.insert, "a join by processing time takes rows that stand on its left");
    const timeMs = this.#isTimed ? this.sides.left.timeOf(address) : 0;
    this.findPartners("left", address);
    const { addresses, count } = this.partners;
    for (let place = 0; place < count; place++)
      this.tell("left", address, addresses[place]!, rowKind.insert, timeMs);
    if (count === 0) this.metNobody.left++;
    if (count === 0 && this.keeps.left) this.tell("left", address, 0, rowKind.insert, timeMs);
    this.drop("left", address);
  }

  #keep(address: number): void {
    const { right } = this.sides;
    if (right.isAlone(address)) this.drop("right", address);
    else right.link(address, right.last(right.groupOf(address)));
  }

  #takeBack(address: number): void {
    const twin = this.findTaken("right", address);
    assert(twin !== 0 || this.sides.right.isAlone(address), `${this.name} never had the row`);
    if (twin !== 0) this.remove("right", twin);
    this.drop("right", address);
  }
}
