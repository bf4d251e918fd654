/**
 * JOIN … FOR SYSTEM_TIME AS OF: each row of the left with the version that the right had of its key at its
 * time.
 *
 * State      the rows of the left that wait for the watermark; of each key of the right the version that the
 *            watermark has reached and those behind it.
 * Retraction a delete on the right ends a key's last version; the left only inserts.
 * Watermark  gives the rows of the left that it has reached, ascending by event time, equal ones as they
 *            came; frees versions that a later one has replaced before it.
 * Late       a row of the left at or behind the watermark is late: its answer has been passed. It is
 *            counted. A late version counts for the rows that still wait.
 * First      where they are wanted, a row is told at once with the version that is known then.
 * Checkpoint see `two-sided-join.ts`; who waits in which order is found again.
 * Cost       a row of the left: one probe and its place in the heap, twice its way back to its version. A
 *            version: its place in the chain from its end, and in the heap.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { Join } from "../../sql/plan/logical-plan.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import { type Cause, type RowKind, rowKind } from "../../values/column-batch.ts";
import type { AddressHeap } from "./address-heap.ts";
import type { SideName } from "./join-side.ts";
import type { HeldRows, Output } from "./operator.ts";
import { PairOutput } from "./pair-output.ts";
import { type JoinOptions, TwoSidedJoin } from "./two-sided-join.ts";

export class TemporalJoinOperator extends TwoSidedJoin {
  readonly #firsts: PairOutput | undefined;
  readonly #waiting: AddressHeap;
  /** Versions that the watermark has not reached. */
  readonly #coming: AddressHeap;
  #watermarkMs = Number.NEGATIVE_INFINITY;

  constructor(plan: Join, output: Output, options: JoinOptions) {
    super(`${plan.type} JOIN FOR SYSTEM_TIME AS OF`, plan, output, options, true);
    const { left, right } = this.sides;
    this.#waiting = left.heapByTime();
    this.#coming = right.heapByTime();
    if (!options.firstAnswers) return;
    this.#firsts = new PairOutput(left.store, right.store, plan.schema, output, true);
    this.#firsts.standing = "first";
  }

  protected take(side: SideName, address: number, kind: RowKind, watermarkMs: number): void {
    if (side === "right") this.#takeVersion(address, kind, watermarkMs);
    else this.#takeRow(address, kind, watermarkMs);
  }

  protected pass(watermarkMs: number): void {
    const { left } = this.sides;
    for (let row = this.#waiting.first; row !== 0; row = this.#waiting.first) {
      if (left.timeOf(row) > watermarkMs) break;
      this.#waiting.pop();
      this.#answer(row, this.rows);
      if (this.partners.count === 0) this.metNobody.left++;
      this.remove("left", row);
    }
    this.#freeVersions(watermarkMs);
    this.#watermarkMs = Math.max(this.#watermarkMs, watermarkMs);
  }

  override held(): HeldRows {
    const { left } = this.sides;
    const { first } = this.#waiting;
    return { rows: left.store.rowCount, untilMs: first === 0 ? undefined : left.timeOf(first) };
  }

  protected override flush(cause: Cause): void {
    if (this.#firsts !== undefined) {
      this.#firsts.cause = cause;
      this.#firsts.flush();
    }
    super.flush(cause);
  }

  protected override freezeState(): PartImage {
    const { numbers, states } = super.freezeState();
    return { numbers: [this.#watermarkMs, ...numbers], states };
  }

  protected override restoreState({ numbers: [watermarkMs, ...numbers], states }: PartImage): void {
    super.restoreState({ numbers, states });
    this.#watermarkMs = watermarkMs!;
    const { left, right } = this.sides;
    this.#waiting.clear();
    for (const row of left.store.addresses()) this.#waiting.push(row);
    this.#coming.clear();
    for (const version of right.store.addresses()) {
      if (right.timeOf(version) > watermarkMs!) this.#coming.push(version);
    }
  }

  #takeRow(address: number, kind: RowKind, watermarkMs: number): void {
    assert(kind === rowKind.insert, "a temporal join takes rows that stand on its left");
    const { left } = this.sides;
    if (left.timeOf(address) <= watermarkMs) {
      this.tellLateAt(left.timeOf(address), watermarkMs);
      this.drop("left", address);
      return;
    }
    left.link(address, left.last(left.groupOf(address)));
    this.#waiting.push(address);
    if (this.#firsts === undefined) return;
    this.#firsts.watermarkMs = this.rows.watermarkMs;
    this.#answer(address, this.#firsts);
  }

  #takeVersion(address: number, kind: RowKind, watermarkMs: number): void {
    const { right } = this.sides;
    if (kind === rowKind.updateBefore || right.isAlone(address)) {
      this.drop("right", address);
      return;
    }
    right.linkByTime(address);
    right.setPartners(address, kind === rowKind.delete ? ended : 0);
    const behind = right.next(address);
    const isReplaced = behind !== 0 && right.timeOf(behind) <= watermarkMs;
    if (isReplaced) this.remove("right", address);
    else if (right.timeOf(address) > watermarkMs) this.#coming.push(address);
    else this.#freeBefore(address);
  }

  #answer(row: number, to: PairOutput): void {
    const { left, right } = this.sides;
    const timeMs = left.timeOf(row);
    this.partners.clear();
    if (!left.isAlone(row)) {
      let version = right.last(left.groupOf(row));
      while (version !== 0 && right.timeOf(version) > timeMs) version = right.previous(version);
      if (version !== 0 && right.partnersOf(version) !== ended) this.partners.add(version);
    }
    this.partners.keepMet("left", row, this.rows.cause);
    const { addresses, count } = this.partners;
    if (count > 0) to.add(row, addresses[0]!, rowKind.insert, timeMs);
    else if (this.keeps.left) to.add(row, 0, rowKind.insert, timeMs);
  }

  #freeVersions(watermarkMs: number): void {
    const { right } = this.sides;
    for (let version = this.#coming.first; version !== 0; version = this.#coming.first) {
      if (right.timeOf(version) > watermarkMs) return;
      this.#coming.pop();
      this.#freeBefore(version);
    }
  }

  #freeBefore(version: number): void {
    const { right } = this.sides;
    let before = right.previous(version);
    while (before !== 0) {
      const next = right.previous(before);
      this.remove("right", before);
      before = next;
    }
  }
}

/** In the lane that other joins count partners in: a delete, from whose time on the key has no version. */
const ended = -1;
