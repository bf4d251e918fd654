/**
 * JOIN whose condition bounds the times of the two sides: right − left lies between a lower and an upper
 * bound.
 *
 * State      of each side the rows whose interval the watermark has not passed, by key and time.
 * Retraction rows come from streams that only insert.
 * Output     a pair when the second of its rows comes. Of outer joins a row without a partner, padded, when
 *            the watermark has passed its interval.
 * First      of an outer join, where they are wanted: a row of a side that is given also without a partner is
 *            told when it comes, with each row that it meets then, or padded; that is its answer, whatever
 *            comes later. Where it was told padded and meets a row later, that is taken back before the pair
 *            is told as final: a view shows it no more, a stream keeps its one answer.
 * Watermark  the least of both sides less what a row may wait for its partner: the older row of a pair is not
 *            late behind the join.
 * Late       a row behind the watermark meets what is still kept, and waits as long as its interval lasts;
 *            one that gives nothing and cannot wait is counted.
 * Checkpoint see `two-sided-join.ts`; which row's interval ends next is found again.
 * Cost       a row: one probe, the rows of its key in the interval, its place in the heap of its side.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { Join, JoinMethod } from "../../sql/plan/logical-plan.ts";
import { intervalDelayOf } from "../../sql/plan/traits.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import { type Cause, type RowKind, rowKind } from "../../values/column-batch.ts";
import type { AddressHeap } from "./address-heap.ts";
import type { SideName } from "./join-side.ts";
import type { HeldRows, Output } from "./operator.ts";
import { PairOutput } from "./pair-output.ts";
import { type JoinOptions, otherSide, sideNames, TwoSidedJoin } from "./two-sided-join.ts";

type Interval = Extract<JoinMethod, { kind: "interval" }>;

export class IntervalJoinOperator extends TwoSidedJoin {
  readonly #interval: Interval;
  /** Rows of each side, the one whose interval ends first on top. */
  readonly #kept: Readonly<Record<SideName, AddressHeap>>;
  readonly #firsts: PairOutput | undefined;

  constructor(plan: Join, output: Output, options: JoinOptions) {
    super(`${plan.type} INTERVAL JOIN`, plan, output, options, true);
    assert(plan.method.kind === "interval", "an interval join has bounds");
    this.#interval = plan.method;
    this.#kept = { left: this.sides.left.heapByTime(), right: this.sides.right.heapByTime() };
    if (!options.firstAnswers || plan.type === "INNER") return;
    const { left, right } = this.sides;
    this.#firsts = new PairOutput(left.store, right.store, plan.schema, output, true);
    this.#firsts.standing = "first";
  }

  protected override get delayMs(): number {
    return intervalDelayOf(this.#interval);
  }

  protected take(side: SideName, address: number, kind: RowKind, watermarkMs: number): void {
    assert(kind === rowKind.insert, "an interval join takes rows that stand");
    const rows = this.sides[side];
    const others = this.sides[otherSide[side]];
    const timeMs = rows.timeOf(address);
    this.#findInInterval(side, address);
    if (this.#firsts !== undefined) this.#answerFirst(this.#firsts, side, address);
    const { addresses, count } = this.partners;
    for (let place = 0; place < count; place++) {
      const partner = addresses[place]!;
      others.setPartners(partner, 1);
      this.tell(side, address, partner, rowKind.insert, Math.max(timeMs, others.timeOf(partner)));
    }
    const mayMeet = watermarkMs < this.#endOf(side, timeMs) && !rows.isAlone(address);
    if (mayMeet) {
      rows.setPartners(address, count > 0 ? 1 : 0);
      rows.linkByTime(address);
      this.#kept[side].push(address);
      return;
    }
    if (count === 0) {
      this.metNobody[side]++;
      if (this.keeps[side]) this.tell(side, address, 0, rowKind.insert, timeMs);
      else if (timeMs <= watermarkMs) this.tellLateAt(timeMs, watermarkMs);
    }
    this.drop(side, address);
  }

  protected pass(watermarkMs: number): void {
    for (;;) {
      const side = this.#sideThatEnds();
      if (side === undefined) return;
      const address = this.#kept[side].first;
      const rows = this.sides[side];
      const timeMs = rows.timeOf(address);
      if (this.#endOf(side, timeMs) > watermarkMs) return;
      this.#kept[side].pop();
      if (rows.partnersOf(address) === 0) {
        this.metNobody[side]++;
        if (this.keeps[side]) this.tell(side, address, 0, rowKind.insert, timeMs);
      }
      this.remove(side, address);
    }
  }

  override held(): HeldRows {
    const { left, right } = this.sides;
    const side = this.#sideThatEnds();
    const untilMs = side && this.#endOf(side, this.sides[side].timeOf(this.#kept[side].first));
    return { rows: left.store.rowCount + right.store.rowCount, untilMs };
  }

  /** First answers go on before what is final, which takes their place. */
  protected override flush(cause: Cause): void {
    if (this.#firsts !== undefined) {
      this.#firsts.cause = cause;
      this.#firsts.flush();
    }
    super.flush(cause);
  }

  protected override restoreState(image: PartImage): void {
    super.restoreState(image);
    for (const side of sideNames) {
      this.#kept[side].clear();
      for (const address of this.sides[side].store.addresses()) this.#kept[side].push(address);
    }
  }

  /** Takes back what was told of the partners that have met nobody until now, and answers the row. */
  #answerFirst(firsts: PairOutput, side: SideName, address: number): void {
    const [rows, others] = [this.sides[side], this.sides[otherSide[side]]];
    const { addresses, count } = this.partners;
    firsts.cause = this.rows.cause;
    firsts.watermarkMs = this.rows.watermarkMs;
    const tell = (left: number, right: number, kind: RowKind, timeMs: number) => {
      if (side === "left") firsts.add(left, right, kind, timeMs);
      else firsts.add(right, left, kind, timeMs);
    };
    const timeMs = rows.timeOf(address);
    for (let place = 0; place < count; place++) {
      const partner = addresses[place]!;
      const partnerMs = others.timeOf(partner);
      if (this.keeps[otherSide[side]] && others.partnersOf(partner) === 0) {
        tell(0, partner, rowKind.delete, partnerMs);
      }
      if (this.keeps[side]) tell(address, partner, rowKind.insert, Math.max(timeMs, partnerMs));
    }
    if (this.keeps[side] && count === 0) tell(address, 0, rowKind.insert, timeMs);
  }

  /** The side whose first interval ends first, the left of equal ones. */
  #sideThatEnds(): SideName | undefined {
    const [left, right] = sideNames.map((side) => {
      const { first } = this.#kept[side];
      return first === 0 ? Number.POSITIVE_INFINITY : this.#endOf(side, this.sides[side].timeOf(first));
    }) as [number, number];
    if (left === Number.POSITIVE_INFINITY && right === left) return undefined;
    return left <= right ? "left" : "right";
  }

  /** From this watermark on no partner comes any more, but late ones. */
  #endOf(side: SideName, timeMs: number): number {
    const { lowerMs, upperMs } = this.#interval;
    return side === "left" ? timeMs + upperMs : timeMs - lowerMs;
  }

  #findInInterval(side: SideName, address: number): void {
    const { partners } = this;
    partners.clear();
    const rows = this.sides[side];
    if (rows.isAlone(address)) return;
    const { lowerMs, upperMs } = this.#interval;
    const timeMs = rows.timeOf(address);
    const [from, to] =
      side === "left" ? [timeMs + lowerMs, timeMs + upperMs] : [timeMs - upperMs, timeMs - lowerMs];
    const others = this.sides[otherSide[side]];
    let at = others.last(rows.groupOf(address));
    while (at !== 0 && others.timeOf(at) > to) at = others.previous(at);
    // Found from the last one on, told from the first one on.
    for (; at !== 0 && others.timeOf(at) >= from; at = others.previous(at)) partners.add(at);
    partners.reverse();
    partners.keepMet(side, address, this.rows.cause);
  }
}
