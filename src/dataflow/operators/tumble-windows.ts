/** TUMBLE, and rows that come with their window: a slice is a window. What is closed is freed. */
import type { PartImage } from "../../state/keyed-state.ts";
import type { HeldRows } from "./operator.ts";
import { closedBy, type WindowGroups } from "./window-groups.ts";
import type { WindowReceiver, Windows } from "./windows.ts";

export class TumbleWindows implements Windows {
  readonly #groups: WindowGroups;
  readonly #sizeMs: number;

  constructor(groups: WindowGroups, sizeMs: number) {
    this.#groups = groups;
    this.#sizeMs = sizeMs;
  }

  close(watermarkMs: number, receiver: WindowReceiver): void {
    for (const end of this.#groups.closable(watermarkMs)) {
      receiver.begin(end - this.#sizeMs, end);
      for (const address of this.#groups.groupsOf(end)) receiver.group(address, address);
      receiver.end();
      this.#forget(end);
      this.#groups.removeSlice(end);
    }
  }

  open(all: boolean, receiver: WindowReceiver): void {
    const { layout } = this.#groups;
    if (all) this.#groups.markAllChanged();
    // Groups come in the order in which they changed, whatever their windows are.
    for (const address of this.#groups.takeChanged()) {
      const end = this.#groups.numberOf(address, layout.sliceEnd);
      receiver.begin(end - this.#sizeMs, end);
      receiver.group(address, address);
    }
    receiver.end();
  }

  held(): HeldRows {
    const { state, earliestEnd } = this.#groups;
    return { rows: state.slotCount, untilMs: closedBy(earliestEnd) };
  }

  freeze(): PartImage {
    return { numbers: [], states: this.#groups.freeze() };
  }

  restore({ states }: PartImage): void {
    this.#groups.restore(states);
    this.#groups.markAllChanged();
  }

  /** Groups that are closing are final: what was noted as changed is not open any more. */
  #forget(sliceEnd: number): void {
    const groups = this.#groups;
    let kept = 0;
    for (let place = 0; place < groups.changedCount; place++) {
      const address = groups.changed[place]!;
      const end = groups.numberOf(address, groups.layout.sliceEnd);
      if (end !== sliceEnd) groups.changed[kept++] = address;
    }
    groups.changedCount = kept;
  }
}
