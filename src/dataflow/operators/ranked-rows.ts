/**
 * The rows of each key in the order of their ranks, in pages.
 *
 * State kept
 *   groups  one slot a key: the top of its tree, and for windows when they close
 *   rows    one slot a row: its columns, its place in the tree of its key
 * A row goes behind those that are equal to it, so that equals are ranked in the order in which they came, or
 * before them where the latest of them counts.
 *
 * The tree is a treap: ordered by rank from left to right, and from top to bottom by a number that is drawn
 * for each row from how many came before it, which keeps it shallow and the same in every replay. Each node
 * knows how many there are below it, so that a rank leads to its row and a row to its rank in as many steps
 * as the tree is deep.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { OrderKey, Rank } from "../../sql/plan/logical-plan.ts";
import type { Lane, LaneSpec, StateImage } from "../../state/keyed-state.ts";
import { type ColumnBatch, isNull } from "../../values/column-batch.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import type { LocateKernel } from "../codegen/locate-kernel.ts";
import { makeLocate } from "../codegen/make-kernels.ts";
import { RowStore } from "./row-store.ts";
import { WindowGroups } from "./window-groups.ts";

export interface RankOptions {
  readonly mode: KernelMode;
  readonly stateBytesMax: number;
}

/** What a row of the operator's is looked for by, and how equals are ranked. */
export interface RankedRowsUse {
  /** The latest of equals ranks before the others. */
  readonly latestFirst?: boolean;
  /** Rows are found by what they hold. */
  readonly findsRows?: boolean;
}

const groupLanes: readonly LaneSpec[] = [
  { name: "top", kind: "i32" },
  { name: "closes", kind: "f64" },
];
const rowLanes: readonly LaneSpec[] = [
  { name: "left", kind: "i32" },
  { name: "right", kind: "i32" },
  { name: "up", kind: "i32" },
  { name: "size", kind: "i32" },
  { name: "weight", kind: "i32" },
];

export class RankedRows {
  readonly groups: WindowGroups;
  readonly store: RowStore;
  /** Writes the group of each row. */
  readonly locate: LocateKernel;
  readonly #order: readonly OrderKey[];
  readonly #latestFirst: boolean;
  readonly #findsRows: boolean;
  readonly #top: Lane;
  readonly #left: Lane;
  readonly #right: Lane;
  readonly #up: Lane;
  readonly #size: Lane;
  readonly #weight: Lane;
  #sequence = 0;

  constructor(owner: string, plan: Rank, options: RankOptions, use: RankedRowsUse = {}) {
    const { columns } = plan.input.schema;
    const bytesMax = Math.floor(options.stateBytesMax / 2);
    const keyTypes = plan.keys.map((key) => columns[key]!.type);
    this.groups = new WindowGroups(owner, keyTypes, [], bytesMax, false, groupLanes);
    this.store = new RowStore(owner, plan.input.schema, rowLanes, bytesMax);
    this.locate = makeLocate(this.groups, plan.keys, options.mode);
    this.#order = plan.order;
    this.#latestFirst = use.latestFirst === true;
    this.#findsRows = use.findsRows === true;
    this.#top = this.groups.layout.own.get("top")!;
    this.#left = this.store.lane("left");
    this.#right = this.store.lane("right");
    this.#up = this.store.lane("up");
    this.#size = this.store.lane("size");
    this.#weight = this.store.lane("weight");
  }

  count(group: number): number {
    return this.#sizeOf(this.groups.numberOf(group, this.#top));
  }

  /** The row of a rank, from 1; 0 where there is none. */
  at(group: number, rank: number): number {
    let address = this.groups.numberOf(group, this.#top);
    let left = rank;
    while (address !== 0) {
      const own = this.#sizeOf(this.#get(address, this.#left)) + 1;
      if (left === own) return address;
      address = this.#get(address, left < own ? this.#left : this.#right);
      if (left > own) left -= own;
    }
    return 0;
  }

  /** Gives back those of the keys that have no row. */
  freeEmpty(groups: Int32Array): void {
    this.groups.freeEmpty(groups, (group) => this.count(group) === 0);
  }

  last(group: number): number {
    return this.at(group, this.count(group));
  }

  /** The row of the next rank; 0 behind the last. */
  next(address: number): number {
    let at = this.#get(address, this.#right);
    if (at !== 0) {
      for (let left = this.#get(at, this.#left); left !== 0; left = this.#get(at, this.#left)) at = left;
      return at;
    }
    at = address;
    let up = this.#get(at, this.#up);
    while (up !== 0 && this.#get(up, this.#right) === at) {
      at = up;
      up = this.#get(at, this.#up);
    }
    return up;
  }

  /** Whether the batch's row would be the last of its group. */
  isLast(group: number, batch: ColumnBatch, row: number): boolean {
    const last = this.last(group);
    return last === 0 || this.#staysBefore(last, batch, row);
  }

  /** Adds a row; answers its rank. */
  insert(group: number, batch: ColumnBatch, row: number): number {
    let up = 0;
    let side = this.#left;
    let rank = 1;
    for (let at = this.groups.numberOf(group, this.#top); at !== 0; at = this.#get(at, side)) {
      up = at;
      side = this.#staysBefore(at, batch, row) ? this.#right : this.#left;
      if (side === this.#right) rank += this.#sizeOf(this.#get(at, this.#left)) + 1;
    }
    const sequence = ++this.#sequence;
    const address = this.store.add(batch, row, this.#findsRows ? this.store.hashOf(batch, row) : sequence);
    this.store.setNumber(address, this.#size, 1);
    this.store.setNumber(address, this.#weight, mix(sequence));
    this.store.setNumber(address, this.#up, up);
    if (up === 0) this.groups.setNumber(group, this.#top, address);
    else this.store.setNumber(up, side, address);
    this.#resize(up, 1);
    while (this.#isLighter(this.#get(address, this.#up), address)) this.#raise(group, address);
    return rank;
  }

  /** The first row that equals the batch's, and its rank. */
  find(batch: ColumnBatch, row: number): { readonly address: number; readonly rank: number } {
    let address = 0;
    let rank = Number.POSITIVE_INFINITY;
    this.store.findSame(batch, row, this.store.hashOf(batch, row), (found) => {
      const ofFound = this.#rankOf(found);
      if (ofFound >= rank) return;
      address = found;
      rank = ofFound;
    });
    assert(address !== 0, "a row was taken back that was never there");
    return { address, rank };
  }

  remove(group: number, address: number): void {
    for (;;) {
      const left = this.#get(address, this.#left);
      const right = this.#get(address, this.#right);
      if (left === 0 && right === 0) break;
      this.#raise(group, right === 0 || (left !== 0 && this.#isLighter(right, left)) ? left : right);
    }
    const up = this.#get(address, this.#up);
    this.#replace(group, up, address, 0);
    this.#resize(up, -1);
    this.store.free(address);
  }

  /** Frees all rows of a group. The group stays, for whoever frees it. */
  clear(group: number): void {
    for (let at = this.groups.numberOf(group, this.#top); at !== 0; ) {
      const below = this.#get(at, this.#left) || this.#get(at, this.#right);
      if (below !== 0) {
        at = below;
        continue;
      }
      const up = this.#get(at, this.#up);
      this.#replace(group, up, at, 0);
      this.store.free(at);
      at = up;
    }
  }

  freeze(): { readonly numbers: readonly number[]; readonly states: readonly StateImage[] } {
    return { numbers: [this.#sequence], states: [this.store.freeze(), ...this.groups.freeze()] };
  }

  restore([sequence = 0]: readonly number[], [rows, ...groups]: readonly StateImage[]): void {
    this.#sequence = sequence;
    this.store.restore(rows!);
    this.groups.restore(groups);
  }

  #get(address: number, lane: Lane): number {
    return this.store.number(address, lane);
  }

  #sizeOf(address: number): number {
    return address === 0 ? 0 : this.#get(address, this.#size);
  }

  #rankOf(address: number): number {
    let rank = this.#sizeOf(this.#get(address, this.#left)) + 1;
    let at = address;
    for (let up = this.#get(at, this.#up); up !== 0; at = up, up = this.#get(at, this.#up)) {
      if (this.#get(up, this.#right) === at) rank += this.#sizeOf(this.#get(up, this.#left)) + 1;
    }
    return rank;
  }

  #isLighter(address: number, than: number): boolean {
    return address !== 0 && this.#get(address, this.#weight) < this.#get(than, this.#weight);
  }

  /** A row more or less in the tree below each node from here up. */
  #resize(from: number, by: 1 | -1): void {
    for (let at = from; at !== 0; at = this.#get(at, this.#up)) {
      this.store.setNumber(at, this.#size, this.#get(at, this.#size) + by);
    }
  }

  /** The node changes places with the one above it; their order stays. */
  #raise(group: number, address: number): void {
    const above = this.#get(address, this.#up);
    const [side, other] =
      this.#get(above, this.#left) === address ? [this.#left, this.#right] : [this.#right, this.#left];
    const moved = this.#get(address, other);
    this.#replace(group, this.#get(above, this.#up), above, address);
    this.store.setNumber(above, side, moved);
    if (moved !== 0) this.store.setNumber(moved, this.#up, above);
    this.store.setNumber(address, other, above);
    this.store.setNumber(above, this.#up, address);
    this.store.setNumber(address, this.#size, this.#get(above, this.#size));
    const below = this.#sizeOf(this.#get(above, this.#left)) + this.#sizeOf(this.#get(above, this.#right));
    this.store.setNumber(above, this.#size, below + 1);
  }

  /** Puts another node, or 0 for none, where one hangs. */
  #replace(group: number, up: number, address: number, by: number): void {
    if (up === 0) this.groups.setNumber(group, this.#top, by);
    else {
      const side = this.#get(up, this.#left) === address ? this.#left : this.#right;
      this.store.setNumber(up, side, by);
    }
    if (by !== 0) this.store.setNumber(by, this.#up, up);
  }

  /** Whether a row that is there keeps its rank when the batch's row comes. */
  #staysBefore(address: number, batch: ColumnBatch, row: number): boolean {
    for (let place = 0; place < this.#order.length; place++) {
      const order = this.#compare(address, this.#order[place]!, batch, row);
      if (order !== 0) return order < 0;
    }
    return !this.#latestFirst;
  }

  #compare(address: number, key: OrderKey, batch: ColumnBatch, row: number): number {
    const { column, descending, nullsFirst } = key;
    const wasNull = this.store.isNull(address, column);
    if (wasNull || isNull(batch.columns[column]!.nulls, row)) {
      const isOther = wasNull !== isNull(batch.columns[column]!.nulls, row);
      return isOther ? (wasNull === nullsFirst ? -1 : 1) : 0;
    }
    const order = this.store.compareColumn(address, column, batch, row);
    return descending ? -order : order;
  }
}

/** Spreads counting numbers over all numbers of 32 bits. */
function mix(sequence: number): number {
  let mixed = Math.imul(sequence, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
