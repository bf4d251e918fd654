/**
 * Addresses by the order of what lies there, the first on top. It holds nothing that its owner's pages do not
 * say: after a restore it is filled again. What orders an address must not change while it is in.
 */
export class AddressHeap {
  readonly #isBefore: (left: number, right: number) => boolean;
  #addresses = new Int32Array(256);
  #count = 0;

  constructor(isBefore: (left: number, right: number) => boolean) {
    this.#isBefore = isBefore;
  }

  get count(): number {
    return this.#count;
  }

  /** 0 where there is none. */
  get first(): number {
    return this.#count === 0 ? 0 : this.#addresses[0]!;
  }

  clear(): void {
    this.#count = 0;
  }

  push(address: number): void {
    if (this.#count === this.#addresses.length) {
      const grown = new Int32Array(this.#count * 2);
      grown.set(this.#addresses);
      this.#addresses = grown;
    }
    let at = this.#count++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = this.#addresses[above]!;
      if (!this.#isBefore(address, other)) break;
      this.#addresses[at] = other;
      at = above;
    }
    this.#addresses[at] = address;
  }

  pop(): number {
    const top = this.#addresses[0]!;
    const moved = this.#addresses[--this.#count]!;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= this.#count) break;
      const right = below + 1;
      if (right < this.#count && this.#isBefore(this.#addresses[right]!, this.#addresses[below]!))
        below = right;
      if (!this.#isBefore(this.#addresses[below]!, moved)) break;
      this.#addresses[at] = this.#addresses[below]!;
      at = below;
    }
    this.#addresses[at] = moved;
    return top;
  }
}
