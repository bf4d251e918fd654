/**
 * An ordered tree among slots: from left to right by whatever order its owner keeps, from top to bottom by a
 * number that is drawn for each node from how many came before it, which keeps it shallow and the same in
 * every replay. Each node knows how much there is below it, so that a rank leads to its node and a node to
 * its rank in as many steps as the tree is deep. It holds nothing of its own: nodes and tops lie in their
 * owners' pages.
 */
import type { Lane, LaneSpec } from "../../state/keyed-state.ts";

export const treapLanes: readonly LaneSpec[] = [
  { name: "left", kind: "i32" },
  { name: "right", kind: "i32" },
  { name: "up", kind: "i32" },
  { name: "size", kind: "i32" },
  { name: "weight", kind: "i32" },
];

/** Numbers in slots. */
export interface SlotNumbers {
  number(address: number, lane: Lane): number;
  setNumber(address: number, lane: Lane, value: number): void;
}

/** Where the top of a group's tree is noted. */
export interface TreeTops {
  numberOf(group: number, lane: Lane): number;
  setNumber(group: number, lane: Lane, value: number): void;
}

export class Treap {
  readonly left: Lane;
  readonly right: Lane;
  readonly #nodes: SlotNumbers;
  readonly #up: Lane;
  readonly #size: Lane;
  readonly #weight: Lane;
  readonly #tops: TreeTops;
  readonly #top: Lane;

  constructor(nodes: SlotNumbers & { readonly lane: (name: string) => Lane }, tops: TreeTops, top: Lane) {
    this.#nodes = nodes;
    this.#tops = tops;
    this.#top = top;
    this.left = nodes.lane("left");
    this.right = nodes.lane("right");
    this.#up = nodes.lane("up");
    this.#size = nodes.lane("size");
    this.#weight = nodes.lane("weight");
  }

  /** The node that a search begins with; 0 where there is none. */
  top(group: number): number {
    return this.#tops.numberOf(group, this.#top);
  }

  /** One below a node. */
  below(address: number, side: Lane): number {
    return this.#nodes.number(address, side);
  }

  count(group: number): number {
    return this.#sizeOf(this.top(group));
  }

  /** How much there is on the left of a node, in the tree below it. */
  countBefore(address: number): number {
    return this.#sizeOf(this.below(address, this.left));
  }

  /** The node of a rank, from 1; 0 where there is none. */
  at(group: number, rank: number): number {
    let address = this.top(group);
    let rest = rank;
    while (address !== 0) {
      const before = this.countBefore(address);
      if (rest > before) {
        const own = this.#ownSize(address);
        if (rest <= before + own) return address;
        rest -= before + own;
        address = this.below(address, this.right);
      } else address = this.below(address, this.left);
    }
    return 0;
  }

  first(group: number): number {
    return this.#outermost(this.top(group), this.left);
  }

  last(group: number): number {
    return this.#outermost(this.top(group), this.right);
  }

  /** The node behind it; 0 behind the last. */
  next(address: number): number {
    const right = this.below(address, this.right);
    if (right !== 0) return this.#outermost(right, this.left);
    let at = address;
    let up = this.#upOf(at);
    while (up !== 0 && this.below(up, this.right) === at) {
      at = up;
      up = this.#upOf(at);
    }
    return up;
  }

  /** The first rank that a node has. */
  rankOf(address: number): number {
    let rank = this.countBefore(address) + 1;
    let at = address;
    for (let up = this.#upOf(at); up !== 0; at = up, up = this.#upOf(at)) {
      if (this.below(up, this.right) === at) rank += this.countBefore(up) + this.#ownSize(up);
    }
    return rank;
  }

  /** Hangs a new node where a search from the top has ended; `sequence` counts the nodes that ever came. */
  attach(group: number, up: number, side: Lane, address: number, sequence: number): void {
    this.#nodes.setNumber(address, this.#size, 1);
    this.#nodes.setNumber(address, this.#weight, mix(sequence));
    this.#nodes.setNumber(address, this.#up, up);
    if (up === 0) this.#tops.setNumber(group, this.#top, address);
    else this.#nodes.setNumber(up, side, address);
    this.resize(up, 1);
    while (this.#isLighter(this.#upOf(address), address)) this.#raise(group, address);
  }

  detach(group: number, address: number): void {
    for (;;) {
      const left = this.below(address, this.left);
      const right = this.below(address, this.right);
      if (left === 0 && right === 0) break;
      this.#raise(group, right === 0 || (left !== 0 && this.#isLighter(right, left)) ? left : right);
    }
    const up = this.#upOf(address);
    this.#replace(group, up, address, 0);
    this.resize(up, -this.#nodes.number(address, this.#size));
  }

  /** So much more, or less, at a node: its ranks are that many. */
  resize(from: number, by: number): void {
    for (let at = from; at !== 0; at = this.#upOf(at)) {
      this.#nodes.setNumber(at, this.#size, this.#sizeOf(at) + by);
    }
  }

  /** Takes a group's nodes out one by one, each when nothing hangs on it any more. */
  clear(group: number, free: (address: number) => void): void {
    for (let at = this.top(group); at !== 0; ) {
      const below = this.below(at, this.left) || this.below(at, this.right);
      if (below !== 0) {
        at = below;
        continue;
      }
      const up = this.#upOf(at);
      this.#replace(group, up, at, 0);
      free(at);
      at = up;
    }
  }

  /** The nodes of a group are freed by who knows them otherwise. */
  forget(group: number): void {
    this.#tops.setNumber(group, this.#top, 0);
  }

  #outermost(from: number, side: Lane): number {
    let at = from;
    if (at === 0) return 0;
    for (let next = this.below(at, side); next !== 0; next = this.below(at, side)) at = next;
    return at;
  }

  #upOf(address: number): number {
    return this.#nodes.number(address, this.#up);
  }

  #sizeOf(address: number): number {
    return address === 0 ? 0 : this.#nodes.number(address, this.#size);
  }

  #ownSize(address: number): number {
    const { left, right } = this;
    return (
      this.#sizeOf(address) -
      this.#sizeOf(this.below(address, left)) -
      this.#sizeOf(this.below(address, right))
    );
  }

  #isLighter(address: number, than: number): boolean {
    return (
      address !== 0 && this.#nodes.number(address, this.#weight) < this.#nodes.number(than, this.#weight)
    );
  }

  /** The node changes places with the one above it; their order stays. */
  #raise(group: number, address: number): void {
    const nodes = this.#nodes;
    const above = this.#upOf(address);
    const own = this.#ownSize(above);
    const [side, other] =
      this.below(above, this.left) === address ? [this.left, this.right] : [this.right, this.left];
    const moved = this.below(address, other);
    this.#replace(group, this.#upOf(above), above, address);
    nodes.setNumber(above, side, moved);
    if (moved !== 0) nodes.setNumber(moved, this.#up, above);
    nodes.setNumber(address, other, above);
    nodes.setNumber(above, this.#up, address);
    nodes.setNumber(address, this.#size, this.#sizeOf(above));
    const below = this.#sizeOf(this.below(above, this.left)) + this.#sizeOf(this.below(above, this.right));
    nodes.setNumber(above, this.#size, below + own);
  }

  /** Puts another node, or 0 for none, where one hangs. */
  #replace(group: number, up: number, address: number, by: number): void {
    if (up === 0) this.#tops.setNumber(group, this.#top, by);
    else {
      const side = this.below(up, this.left) === address ? this.left : this.right;
      this.#nodes.setNumber(up, side, by);
    }
    if (by !== 0) this.#nodes.setNumber(by, this.#up, up);
  }
}

/** Spreads counting numbers over all numbers of 32 bits. */
function mix(sequence: number): number {
  let mixed = Math.imul(sequence, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
