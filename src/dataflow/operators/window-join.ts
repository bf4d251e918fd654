/**
 * JOIN of windows: rows of one key that are of the same window on both sides.
 *
 * State      rows of both sides by key and window.
 * Retraction rows come from streams that only insert.
 * Watermark  closes windows whose end − 1 ms it has reached, ascending by end; their pairs are pushed as
 *            inserts, key by key in the order in which the keys came, and all of it is freed.
 * Late       a row is late when the end − 1 ms of its window was at or below the watermark before it. It is
 *            counted.
 * Checkpoint see `two-sided-join.ts`.
 * Cost       a row: one probe, and when its window closes each row of its key on the other side.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { Join } from "../../sql/plan/logical-plan.ts";
import { type RowKind, rowKind } from "../../values/column-batch.ts";
import type { SideName } from "./join-side.ts";
import type { HeldRows, Output } from "./operator.ts";
import { type JoinOptions, sideNames, TwoSidedJoin } from "./two-sided-join.ts";
import { closedBy } from "./window-groups.ts";

export class WindowJoinOperator extends TwoSidedJoin {
  constructor(plan: Join, output: Output, options: JoinOptions) {
    super(`${plan.type} WINDOW JOIN`, plan, output, options, true);
  }

  protected take(side: SideName, address: number, kind: RowKind, watermarkMs: number): void {
    assert(kind === rowKind.insert, "a window join takes rows that stand");
    const { left, right } = this.sides;
    const rows = this.sides[side];
    const endMs = rows.timeOf(address);
    if (endMs - 1 <= watermarkMs) {
      this.tellLateAt(endMs - 1, watermarkMs, { startMs: undefined, endMs });
      this.drop(side, address);
      return;
    }
    const group = rows.groupOf(address);
    if (left.first(group) === 0 && right.first(group) === 0) this.groups.joinSlice(group, endMs);
    rows.link(address, rows.last(group));
  }

  protected pass(watermarkMs: number): void {
    for (const end of this.groups.closable(watermarkMs)) {
      for (const group of this.groups.groupsOf(end)) {
        this.#tellGroup(group, end - 1);
        for (const side of sideNames) this.#clear(side, group);
      }
      this.groups.forgetSlice(end);
    }
  }

  override held(): HeldRows {
    const { left, right } = this.sides;
    const rows = left.store.rowCount + right.store.rowCount;
    return { rows, untilMs: closedBy(this.groups.earliestEnd) };
  }

  #tellGroup(group: number, timeMs: number): void {
    const { left, right } = this.sides;
    const { type } = this.plan;
    for (let row = left.first(group); row !== 0; row = left.next(row)) {
      this.findPartners("left", row);
      const { addresses, count } = this.partners;
      if (count === 0) this.metNobody.left++;
      if (type === "SEMI" || type === "ANTI") {
        if ((count === 0) === (type === "ANTI")) this.tell("left", row, 0, rowKind.insert, timeMs);
        continue;
      }
      for (let place = 0; place < count; place++) {
        right.setPartners(addresses[place]!, 1);
        this.tell("left", row, addresses[place]!, rowKind.insert, timeMs);
      }
      if (count === 0 && this.keeps.left) this.tell("left", row, 0, rowKind.insert, timeMs);
    }
    for (let row = right.first(group); row !== 0; row = right.next(row)) {
      if (right.partnersOf(row) > 0) continue;
      this.metNobody.right++;
      if (this.keeps.right) this.tell("right", row, 0, rowKind.insert, timeMs);
    }
  }

  #clear(side: SideName, group: number): void {
    const rows = this.sides[side];
    let row = rows.first(group);
    while (row !== 0) {
      const behind = rows.next(row);
      this.remove(side, row);
      row = behind;
    }
  }
}
