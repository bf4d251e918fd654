/**
 * Addresses by their times, the earliest on top. It holds nothing that its owner's pages do not say: after a
 * restore it is filled again. What orders an address must not change while it is in; its time lies here
 * beside it, so that most comparisons look nowhere else.
 */
export class AddressHeap {
  readonly #timeOf: (address: number) => number;
  readonly #isBeforeAtOneTime: (left: number, right: number) => boolean;
  #addresses = new Int32Array(256);
  #times = new Float64Array(256);
  #count = 0;

  /** Without an order of those of one time it is any. */
  constructor(
    timeOf: (address: number) => number,
    isBeforeAtOneTime: (left: number, right: number) => boolean = () => false,
  ) {
    this.#timeOf = timeOf;
    this.#isBeforeAtOneTime = isBeforeAtOneTime;
  }

  get count(): number {
    return this.#count;
  }

  /** 0 where there is none. */
  get first(): number {
    return this.#count === 0 ? 0 : this.#addresses[0]!;
  }

  /** Whether the first one's time is not behind that. */
  isDue(time: number): boolean {
    return this.#count > 0 && this.#times[0]! <= time;
  }

  clear(): void {
    this.#count = 0;
  }

  push(address: number): void {
    if (this.#count === this.#addresses.length) this.#grow();
    const time = this.#timeOf(address);
    let at = this.#count++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(time, address, this.#times[above]!, this.#addresses[above]!)) break;
      this.#set(at, this.#times[above]!, this.#addresses[above]!);
      at = above;
    }
    this.#set(at, time, address);
  }

  pop(): number {
    const top = this.#addresses[0]!;
    const last = --this.#count;
    const movedTime = this.#times[last]!;
    const moved = this.#addresses[last]!;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= last) break;
      const right = below + 1;
      if (right < last && this.#isPlaceBefore(right, this.#times[below]!, this.#addresses[below]!))
        below = right;
      if (!this.#isPlaceBefore(below, movedTime, moved)) break;
      this.#set(at, this.#times[below]!, this.#addresses[below]!);
      at = below;
    }
    this.#set(at, movedTime, moved);
    return top;
  }

  #isPlaceBefore(place: number, time: number, address: number): boolean {
    return this.#isBefore(this.#times[place]!, this.#addresses[place]!, time, address);
  }

  #isBefore(leftTime: number, left: number, rightTime: number, right: number): boolean {
    return leftTime === rightTime ? this.#isBeforeAtOneTime(left, right) : leftTime < rightTime;
  }

  #set(place: number, time: number, address: number): void {
    this.#times[place] = time;
    this.#addresses[place] = address;
  }

  #grow(): void {
    const [addresses, times] = [this.#addresses, this.#times];
    this.#addresses = new Int32Array(addresses.length * 2);
    this.#times = new Float64Array(times.length * 2);
    this.#addresses.set(addresses);
    this.#times.set(times);
  }
}
