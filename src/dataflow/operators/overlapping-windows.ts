/**
 * HOP and CUMULATE: windows that share slices. A row costs one update, of its slice's group. Where the size
 * of a HOP is no multiple of its slide, a slice ends where a window ends and where one begins: two a slide.
 *
 * State kept  of each key: a group a slice, and one group for the window that is next to close, which holds
 *             the slices that were closed and are in that window (`group-parts.ts` chains them).
 * Watermark   closes windows one step after the other. A slice is merged into its keys' window groups when
 *             the first of its windows closes, and taken back when the last has. The calls that cannot be
 *             taken back exactly (extremes, sums of fractions) are stale then: they are merged anew from the
 *             slices when the group is read.
 * Order       slices are always added from the oldest to the newest, whenever a group is merged: what depends
 *             on the order (a sum of fractions, a first value) is the same however often a window was read,
 *             shown, or restored.
 * Late        a row that is late for some of its windows and not for others closes the former before it is
 *             taken (`closeUpTo`) and goes into its slice. It goes into the window group too, whose calls
 *             that cannot be taken back it makes stale.
 * Open rows   of a key only the window next to close that has rows of it. When a window has closed all keys
 *             have a new one; where a row out of order makes an earlier one, the later is taken back. An open
 *             slice of sets of values is merged when it is shown first and stays in the window's group, which
 *             takes further rows up to the window's end too; any other is taken back at once, and calls that
 *             cannot be are put back to what they were.
 * Checkpoint  all groups, and the end of the window that was closed last.
 * Cost        a row: as TUMBLE. A group of a slice: one merge, one taking back. A closing window: its rows.
 */

import type { SlicedWindow } from "../../sql/plan/logical-plan.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import { makeMerge } from "../codegen/make-kernels.ts";
import type { MergeKernel } from "../codegen/merge-kernel.ts";
import { firstEndOf, lastEndOf, lastEndUpTo, windowStartOf } from "../codegen/window-kernel.ts";
import type { OverlapLanes } from "./group-layout.ts";
import type { GroupParts } from "./group-parts.ts";
import type { HeldRows } from "./operator.ts";
import { closedBy, everSlice, type WindowGroups } from "./window-groups.ts";
import type { WindowReceiver, Windows } from "./windows.ts";

export class OverlappingWindows implements Windows {
  readonly #groups: WindowGroups;
  readonly #window: SlicedWindow;
  readonly #lanes: OverlapLanes;
  readonly #parts: GroupParts;
  readonly #kernel: MergeKernel;
  /** Whether there are calls that cannot be taken back exactly. */
  readonly #hasRest: boolean;
  /** To put sets of values together and to part them costs as many steps as they have values. */
  readonly #staysEarly: boolean;
  #closedEnd = Number.NEGATIVE_INFINITY;
  /** Another window has become the next to close: every key has to be shown. */
  #showsAll = false;

  constructor(groups: WindowGroups, window: SlicedWindow, mode: KernelMode) {
    this.#groups = groups;
    this.#window = window;
    this.#lanes = groups.layout.overlap!;
    this.#parts = groups.parts!;
    this.#kernel = makeMerge(groups, mode);
    this.#hasRest = groups.aggregates.hasRest;
    this.#staysEarly = groups.aggregates.hasExactBags;
  }

  close(watermarkMs: number, receiver: WindowReceiver): void {
    for (let end = this.#nextEnd(); end - 1 <= watermarkMs && end !== everSlice; end = this.#nextEnd()) {
      this.#mergeSlices(end);
      this.#closedEnd = end;
      receiver.begin(windowStartOf(end, this.#window), end);
      for (const whole of this.#groups.groupsOf(everSlice)) {
        if (this.#settle(whole) > 0) receiver.group(whole, whole);
      }
      receiver.end();
      this.#expire(end);
      this.#groups.retain(everSlice, (whole) => this.#parts.count(whole) > 0);
      this.#groups.takeChanged();
      this.#showsAll = true;
    }
    // Windows without a row are closed too: a row that comes later is late for them.
    const passed = lastEndUpTo(watermarkMs + 1, this.#window);
    if (passed > this.#closedEnd) this.#closedEnd = passed;
  }

  open(all: boolean, receiver: WindowReceiver): void {
    const groups = this.#groups;
    const changed = groups.takeChanged();
    const showsAll = all || this.#showsAll;
    this.#showsAll = false;
    const { shown } = this.#lanes;
    const { stepMs } = this.#window;
    const scratch = groups.scratch();
    for (const whole of showsAll ? groups.groupsOf(everSlice) : changed) {
      const merged = this.#settle(whole);
      const end =
        merged > 0 ? this.#closedEnd + stepMs : firstEndOf(this.#parts.firstEnd(whole), this.#window);
      const before = groups.numberOf(whole, shown);
      // A row that is out of order may be of an earlier window than the one that was shown.
      if (before > end) {
        receiver.begin(windowStartOf(before, this.#window), before);
        receiver.remove(whole, whole);
      }
      groups.setNumber(whole, shown, end);
      const slices = this.#parts.between(whole, end - stepMs, end);
      receiver.begin(windowStartOf(end, this.#window), end);
      if (slices.length === 0) receiver.group(whole, whole);
      else if (merged === 0) receiver.group(whole, this.#together(scratch, slices));
      else {
        if (this.#staysEarly) this.#mergeEarly(whole, slices, end);
        this.#showWith(whole, slices, scratch, receiver);
      }
    }
    receiver.end();
  }

  #mergeEarly(whole: number, slices: readonly number[], end: number): void {
    if (this.#parts.isEarly(whole, end)) return;
    for (const part of slices) this.#kernel.mergeExact(whole, part);
    this.#count(whole, slices.length);
    this.#parts.setEarly(whole, end);
  }

  /** What the window holds so far and the slices that are open in it, for as long as it is being read. */
  #showWith(whole: number, slices: readonly number[], scratch: number, receiver: WindowReceiver): void {
    const kernel = this.#kernel;
    if (!this.#staysEarly) for (const part of slices) kernel.mergeExact(whole, part);
    if (this.#hasRest) {
      kernel.clear(scratch);
      kernel.mergeRest(scratch, whole);
      for (const part of slices) kernel.mergeRest(whole, part);
    }
    receiver.group(whole, whole);
    if (this.#hasRest) {
      kernel.clearRest(whole);
      kernel.mergeRest(whole, scratch);
    }
    if (!this.#staysEarly) for (const part of slices) kernel.unmergeExact(whole, part);
  }

  held(): HeldRows {
    return { rows: this.#groups.groupsOf(everSlice).length, untilMs: closedBy(this.#nextEnd()) };
  }

  freeze(): PartImage {
    return { numbers: [this.#closedEnd], states: this.#groups.freeze() };
  }

  restore({ numbers, states }: PartImage): void {
    this.#groups.restore(states);
    this.#closedEnd = numbers[0]!;
    for (const whole of this.#groups.groupsOf(everSlice)) {
      this.#groups.setNumber(whole, this.#groups.layout.changed, 0);
    }
    this.#showsAll = true;
  }

  /** A slice that is there and closed is part of the next window; else the first slice begins a new one. */
  #nextEnd(): number {
    const { earliestEnd } = this.#groups;
    if (earliestEnd === everSlice) return everSlice;
    const { stepMs } = this.#window;
    return earliestEnd <= this.#closedEnd ? this.#closedEnd + stepMs : firstEndOf(earliestEnd, this.#window);
  }

  /** The slices whose first window ends there. */
  #mergeSlices(windowEnd: number): void {
    const { sizeMs, stepMs } = this.#window;
    const rest = sizeMs % stepMs;
    // Another window began so long before this one ends, and with it a slice.
    if (rest > 0) this.#mergeSlice(windowEnd - rest, windowEnd);
    this.#mergeSlice(windowEnd, windowEnd);
  }

  #mergeSlice(slice: number, windowEnd: number): void {
    for (const part of this.#groups.groupsOf(slice)) {
      const whole = this.#parts.wholeOf(part);
      if (this.#hasRest && !this.#isStale(whole)) this.#kernel.mergeRest(whole, part);
      if (this.#parts.isEarly(whole, windowEnd)) continue;
      this.#kernel.mergeExact(whole, part);
      this.#count(whole, 1);
    }
  }

  /** Frees the slices that are in no window behind this one. */
  #expire(end: number): void {
    for (const slice of this.#groups.closable(end)) {
      if (lastEndOf(slice, this.#window) > end) continue;
      for (const part of this.#groups.groupsOf(slice)) {
        const whole = this.#parts.wholeOf(part);
        this.#parts.dropOldest(whole);
        if (this.#hasRest) this.#groups.setNumber(whole, this.#lanes.stale, 1);
        this.#kernel.unmergeExact(whole, part);
        this.#count(whole, -1);
      }
      this.#groups.removeSlice(slice);
    }
  }

  #count(whole: number, change: number): void {
    const { merged } = this.#lanes;
    this.#groups.setNumber(whole, merged, this.#groups.numberOf(whole, merged) + change);
  }

  /** Makes what is stale of a group anew from its closed slices; answers how many slices are in it. */
  #settle(whole: number): number {
    const { merged, stale } = this.#lanes;
    const groups = this.#groups;
    if (this.#hasRest && this.#isStale(whole)) {
      this.#kernel.clearRest(whole);
      for (const part of this.#parts.inOrder(whole)) {
        if (this.#parts.endOf(part) > this.#closedEnd) break;
        this.#kernel.mergeRest(whole, part);
      }
      groups.setNumber(whole, stale, 0);
    }
    return groups.numberOf(whole, merged);
  }

  #isStale(whole: number): boolean {
    return this.#groups.numberOf(whole, this.#lanes.stale) === 1;
  }

  /** Several groups as one that nobody else reads. */
  #together(scratch: number, groups: readonly number[]): number {
    if (groups.length === 1) return groups[0]!;
    this.#kernel.clear(scratch);
    for (const group of groups) {
      this.#kernel.mergeExact(scratch, group);
      this.#kernel.mergeRest(scratch, group);
    }
    return scratch;
  }
}
