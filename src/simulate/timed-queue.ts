/**
 * What is due when: a heap by time, and of one time in the order in which it came. Adding and taking cost the
 * logarithm of what waits; nothing is allocated but what the arrays grow by.
 */
export class TimedQueue<T> {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #items: T[] = [];
  #nextOrder = 0;

  get size(): number {
    return this.#items.length;
  }

  /** When the first is due; never, where there is none. */
  get firstMs(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  add(timeMs: number, item: T): void {
    const [times, orders, items] = [this.#times, this.#orders, this.#items];
    const order = this.#nextOrder++;
    let at = items.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!(timeMs < times[parent]!)) break;
      times[at] = times[parent]!;
      orders[at] = orders[parent]!;
      items[at] = items[parent]!;
      at = parent;
    }
    times[at] = timeMs;
    orders[at] = order;
    items[at] = item;
  }

  /** Takes the first; there must be one. */
  take(): T {
    const [times, orders, items] = [this.#times, this.#orders, this.#items];
    const first = items[0]!;
    const [time, order, item] = [times.pop()!, orders.pop()!, items.pop()!];
    const size = items.length;
    if (size === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#isBefore(child + 1, times[child]!, orders[child]!)) child++;
      if (!this.#isBefore(child, time, order)) break;
      times[at] = times[child]!;
      orders[at] = orders[child]!;
      items[at] = items[child]!;
      at = child;
    }
    times[at] = time;
    orders[at] = order;
    items[at] = item;
    return first;
  }

  #isBefore(at: number, time: number, order: number): boolean {
    const other = this.#times[at]!;
    return other < time || (other === time && this.#orders[at]! < order);
  }
}
