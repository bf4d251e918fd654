/**
 * The rows of each key in the order of their ranks, in pages.
 *
 * State kept
 *   groups  one slot a key: the top of its tree, and for windows when they close
 *   rows    one slot a row: its columns, its place in the tree of its key
 * A row goes behind those that are equal to it, so that equals are ranked in the order in which they came, or
 * before them where the latest of them counts.
 *
 * The tree of a key is ordered by rank from left to right (`treap.ts`): a rank leads to its row and a row to
 * its rank in as many steps as it is deep.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { OrderKey, Rank } from "../../sql/plan/logical-plan.ts";
import type { LaneSpec, StateImage } from "../../state/keyed-state.ts";
import { type Cause, type ColumnBatch, isNull } from "../../values/column-batch.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import type { LocateKernel } from "../codegen/locate-kernel.ts";
import { makeLocate } from "../codegen/make-kernels.ts";
import { noAggregates } from "./aggregate-shape.ts";
import { type Recency, recencyLanes, recencyOf } from "./recency.ts";
import { RowStore } from "./row-store.ts";
import { Treap, treapLanes } from "./treap.ts";
import { WindowGroups } from "./window-groups.ts";

export interface RankOptions {
  readonly mode: KernelMode;
  readonly stateBytesMax: number;
}

type RankedPlan = Pick<Rank, "input" | "keys" | "order" | "retentionMs">;

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
export class RankedRows {
  readonly groups: WindowGroups;
  readonly store: RowStore;
  /** Where keys are kept for a while only. */
  readonly recent: Recency | undefined;
  /** Writes the group of each row. */
  readonly locate: LocateKernel;
  readonly #order: readonly OrderKey[];
  readonly #latestFirst: boolean;
  readonly #findsRows: boolean;
  readonly #tree: Treap;
  #sequence = 0;

  constructor(owner: string, plan: RankedPlan, options: RankOptions, use: RankedRowsUse = {}) {
    const { columns } = plan.input.schema;
    const bytesMax = Math.floor(options.stateBytesMax / 2);
    const keyTypes = plan.keys.map((key) => columns[key]!.type);
    const { retentionMs } = plan;
    const lanes = retentionMs === undefined ? groupLanes : [...groupLanes, ...recencyLanes];
    this.groups = new WindowGroups(owner, keyTypes, noAggregates, bytesMax, false, lanes);
    this.recent = retentionMs === undefined ? undefined : recencyOf(this.groups, retentionMs);
    this.store = new RowStore(owner, plan.input.schema, treapLanes, bytesMax);
    this.locate = makeLocate(this.groups, plan.keys, options.mode);
    this.#order = plan.order;
    this.#latestFirst = use.latestFirst === true;
    this.#findsRows = use.findsRows === true;
    this.#tree = new Treap(this.store, this.groups, this.groups.layout.own.get("top")!);
  }

  count(group: number): number {
    return this.#tree.count(group);
  }

  /** The row of a rank, from 1; 0 where there is none. */
  at(group: number, rank: number): number {
    return this.#tree.at(group, rank);
  }

  /** Gives back those of the keys that have no row. */
  freeEmpty(groups: Int32Array): void {
    this.groups.freeEmpty(groups, (group) => this.count(group) === 0);
  }

  last(group: number): number {
    return this.#tree.last(group);
  }

  /** The row of the next rank; 0 behind the last. */
  next(address: number): number {
    return this.#tree.next(address);
  }

  /** Whether the batch's row would be the last of its group. */
  isLast(group: number, batch: ColumnBatch, row: number): boolean {
    const last = this.last(group);
    return last === 0 || this.#staysBefore(last, batch, row);
  }

  /** Adds a row; answers its rank. */
  insert(group: number, batch: ColumnBatch, row: number): number {
    const tree = this.#tree;
    let up = 0;
    let side = tree.left;
    let rank = 1;
    for (let at = tree.top(group); at !== 0; at = tree.below(at, side)) {
      up = at;
      side = this.#staysBefore(at, batch, row) ? tree.right : tree.left;
      if (side === tree.right) rank += tree.countBefore(at) + 1;
    }
    const sequence = ++this.#sequence;
    const address = this.store.add(batch, row, this.#findsRows ? this.store.hashOf(batch, row) : sequence);
    tree.attach(group, up, side, address, sequence);
    return rank;
  }

  /** The first row that equals the batch's, and its rank. */
  find(batch: ColumnBatch, row: number): { readonly address: number; readonly rank: number } {
    let address = 0;
    let rank = Number.POSITIVE_INFINITY;
    this.store.findSame(batch, row, this.store.hashOf(batch, row), (found) => {
      const ofFound = this.#tree.rankOf(found);
      if (ofFound >= rank) return;
      address = found;
      rank = ofFound;
    });
    assert(address !== 0, "a row was taken back that was never there");
    return { address, rank };
  }

  remove(group: number, address: number): void {
    this.#tree.detach(group, address);
    this.store.free(address);
  }

  /** Forgets the keys that had no row for so long; what was told of one is taken back before. */
  expire({ appendTimeMs }: Cause, takeBack: (group: number) => void): void {
    const { recent } = this;
    if (recent === undefined) return;
    for (let group = recent.takeExpired(appendTimeMs); group !== 0; ) {
      takeBack(group);
      this.clear(group);
      this.groups.freeGroup(group);
      group = recent.takeExpired(appendTimeMs);
    }
  }

  /** Frees all rows of a group. The group stays, for whoever frees it. */
  clear(group: number): void {
    this.#tree.clear(group, (address) => this.store.free(address));
  }

  freeze(): { readonly numbers: readonly number[]; readonly states: readonly StateImage[] } {
    const numbers = [this.#sequence, ...(this.recent?.freeze() ?? [])];
    return { numbers, states: [this.store.freeze(), ...this.groups.freeze()] };
  }

  restore([sequence = 0, ...recent]: readonly number[], [rows, ...groups]: readonly StateImage[]): void {
    this.#sequence = sequence;
    this.recent?.restore(recent);
    this.store.restore(rows!);
    this.groups.restore(groups);
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
