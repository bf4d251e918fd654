/**
 * One watermark of several inputs, numbered from 0: the partitions of a stream, the inputs of an operator. It
 * is the least of those that are not idle; where all are idle, the least of those that have begun. It never
 * falls, and an input that was not heard of yet holds it back until it is idle.
 */
export class CombinedWatermark {
  readonly #watermarksMs: number[];
  readonly #idle: boolean[];
  readonly #leader: number | undefined;
  #ms = Number.NEGATIVE_INFINITY;

  /**
   * The leader is the input whose rows are what is given: the others are never ahead of it, not even while it
   * is idle or has not begun.
   */
  constructor(inputCount: number, leader?: number) {
    this.#leader = leader;
    this.#watermarksMs = Array<number>(inputCount).fill(Number.NEGATIVE_INFINITY);
    this.#idle = Array<boolean>(inputCount).fill(false);
  }

  get ms(): number {
    return this.#ms;
  }

  get isIdle(): boolean {
    return this.#leader === undefined ? this.#idle.every((idle) => idle) : this.#idle[this.#leader]!;
  }

  /** What an input has advanced to. */
  of(input: number): { readonly ms: number; readonly isIdle: boolean } {
    return { ms: this.#watermarksMs[input]!, isIdle: this.#idle[input]! };
  }

  /** Sets what an input has advanced to; answers the watermark of all. */
  advance(input: number, watermarkMs: number, idle: boolean): number {
    this.#watermarksMs[input] = watermarkMs;
    this.#idle[input] = idle;
    const isUnled = this.#leader === undefined && this.isIdle;
    const least = isUnled ? this.#leastBegun() : this.heldBackBy(() => false);
    if (least > this.#ms) this.#ms = least;
    return this.#ms;
  }

  /** The least of the leader and those that are not idle, but for some; Infinity where there is no other. */
  heldBackBy(isLeftOut: (input: number) => boolean): number {
    let least = Number.POSITIVE_INFINITY;
    for (let input = 0; input < this.#idle.length; input++) {
      if ((this.#idle[input]! && input !== this.#leader) || isLeftOut(input)) continue;
      least = Math.min(least, this.#watermarksMs[input]!);
    }
    return least;
  }

  #leastBegun(): number {
    const begun = this.#watermarksMs.filter((ms) => ms !== Number.NEGATIVE_INFINITY);
    return begun.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...begun);
  }

  freeze(): readonly number[] {
    return [this.#ms, ...this.#watermarksMs, ...this.#idle.map(Number)];
  }

  restore(numbers: readonly number[]): void {
    const count = (numbers.length - 1) / 2;
    this.#ms = numbers[0]!;
    this.#watermarksMs.splice(0, Number.POSITIVE_INFINITY, ...numbers.slice(1, 1 + count));
    this.#idle.splice(0, Number.POSITIVE_INFINITY, ...numbers.slice(1 + count).map(Boolean));
  }
}
