/**
 * The rows of OVER and their frames: a chain of rows a key in the order of time, rows of one time as they
 * came.
 *
 * State kept
 *   rows    one slot a row: its columns, its time and arrival, its neighbours, whether its frame was reached
 *   groups  one slot a key: both ends of the chain, how many of its rows are in the frame, when none of them
 *           is in any frame to come, and the accumulators of the frame
 * The frame that was reached last is the beginning of the chain: its rows are **taken** into the
 * accumulators. Behind them lie the rows that wait. A row leaves when the frame has moved past it; where a
 * frame has no beginning, when it has its answer.
 *
 * How a frame moves: what enters is added, what leaves is taken back where every accumulator can do that
 * exactly: an extreme, a list, a first or last value keep the values of the frame for that (`value-bag.ts`).
 * A sum that is rounded cannot, and all calls beside it are made anew from the rows of the frame. LAG reads
 * the chain itself: as many rows as it goes back are kept behind the row that was answered last.
 */
import type { Over, OverCall, OverFrame } from "../../sql/plan/logical-plan.ts";
import type { Lane, LaneSpec, StateImage } from "../../state/keyed-state.ts";
import { allocateBatch, writeValue } from "../../values/column-access.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import { AddressHeap } from "./address-heap.ts";
import { type AggregateShape, shapeAggregates } from "./aggregate-shape.ts";
import { RowStore } from "./row-store.ts";
import { everSlice, WindowGroups } from "./window-groups.ts";

const groupLanes: readonly LaneSpec[] = [
  { name: "first", kind: "i32" },
  { name: "last", kind: "i32" },
  { name: "taken", kind: "i32" },
  { name: "due", kind: "f64" },
  { name: "queued", kind: "u8" },
];
const rowLanes: readonly LaneSpec[] = [
  { name: "time", kind: "f64" },
  { name: "arrival", kind: "f64" },
  { name: "before", kind: "i32" },
  { name: "next", kind: "i32" },
  { name: "group", kind: "i32" },
  { name: "is taken", kind: "u8" },
];

export class OverRows {
  readonly groups: WindowGroups;
  readonly store: RowStore;
  readonly #frame: OverFrame;
  /** By call: its place among the aggregates, or how far it looks back. */
  readonly #reads: readonly CallReader[];
  /** Whether all accumulators give back exactly what was added to them. */
  readonly #slides: boolean;
  /** How many rows behind the answered one LAG may ask for. */
  readonly #keptRows: number;
  /** A row of the chain, as a batch of one row that has what the calls read. */
  readonly #one: ColumnBatch;
  readonly #arguments: readonly number[];
  /** The last row of the frame that was reached. */
  #reached = 0;
  /** Rows without an answer, by time and arrival. */
  readonly #waiting: AddressHeap;
  /** Keys by the time when no frame to come has any of their rows. */
  readonly #due: AddressHeap;
  readonly #group: GroupLanes;
  readonly #row: RowLanes;
  #arrivals = 0;

  constructor(owner: string, plan: Over, stateBytesMax: number) {
    const { keys, calls, frame, input } = plan;
    const { columns } = input.schema;
    const bytesMax = Math.floor(stateBytesMax / 2);
    const { shape, slides } = shapeFrame(plan);
    const keyTypes = keys.map((key) => columns[key]!.type);
    this.groups = new WindowGroups(owner, keyTypes, shape, bytesMax, false, groupLanes);
    this.store = new RowStore(owner, input.schema, rowLanes, bytesMax);
    this.#frame = frame;
    this.#slides = slides;
    this.#reads = readersOf(calls);
    this.#keptRows = Math.max(0, ...this.#reads.map(({ back }) => back ?? 0));
    this.#one = allocateBatch(input.schema, 1);
    this.#arguments = [...new Set(shape.calls.flatMap(({ argument }) => argument ?? []))];
    this.#group = groupLanesOf(this.groups);
    this.#row = rowLanesOf(this.store);
    this.#waiting = new AddressHeap((left, right) => this.#isBefore(left, right));
    this.#due = new AddressHeap((left, right) => this.#dueOf(left) < this.#dueOf(right));
  }

  /** Adds a row, which waits for its answer. */
  insert(group: number, batch: ColumnBatch, row: number, timeMs: number): number {
    const arrival = ++this.#arrivals;
    const address = this.store.add(batch, row, arrival);
    this.store.setNumber(address, this.#row.time, timeMs);
    this.store.setNumber(address, this.#row.arrival, arrival);
    this.store.setNumber(address, this.#row.group, group);
    let before = this.groups.numberOf(group, this.#group.last);
    while (before !== 0 && this.timeOf(before) > timeMs) before = this.#before(before);
    const next = before === 0 ? this.#first(group) : this.#next(before);
    this.#link(group, before, address);
    this.#link(group, address, next);
    this.#waiting.push(address);
    this.#queue(group, timeMs);
    return address;
  }

  timeOf(address: number): number {
    return this.store.number(address, this.#row.time);
  }

  /** The next row to have its answer, if the watermark has reached it; 0 where there is none. */
  takeDue(watermarkMs: number): number {
    const address = this.#waiting.first;
    if (address === 0 || this.timeOf(address) > watermarkMs) return 0;
    return this.#waiting.pop();
  }

  /** Moves the frame of its key to the row; answers the group whose accumulators hold it. */
  reach(address: number): number {
    const group = this.store.number(address, this.#row.group);
    const { unit, preceding } = this.#frame;
    const timeMs = this.timeOf(address);
    this.#take(group, address);
    this.#reached = address;
    if (unit === "RANGE") {
      // Rows of one time are peers: each sees all of them.
      for (let peer = this.#next(address); peer !== 0; peer = this.#next(peer)) {
        if (this.timeOf(peer) !== timeMs) break;
        this.#take(group, peer);
        this.#reached = peer;
      }
    }
    if (preceding === undefined) return group;
    const isOutside = (first: number) =>
      unit === "ROWS"
        ? this.groups.numberOf(group, this.#group.taken) > preceding + 1
        : this.timeOf(first) < timeMs - preceding;
    let dropped = 0;
    for (let first = this.#first(group); isOutside(first); first = this.#first(group), dropped++) {
      if (this.#slides) this.#change(group, first, true);
      this.#remove(group, first);
    }
    if (dropped > 0 && !this.#slides) this.#makeAnew(group);
    return group;
  }

  /** The row has its answer; where a frame has no beginning nobody but LAG needs it any more. */
  release(address: number, group: number): void {
    if (this.#frame.preceding !== undefined) return;
    const unneeded = this.#back(address, this.#keptRows);
    if (unneeded !== 0) this.#remove(group, unneeded);
  }

  /** The frame of a row that waits, of what is known now; the group that holds it is used again. */
  foresee(address: number): number {
    const group = this.store.number(address, this.#row.group);
    const { unit, preceding } = this.#frame;
    const scratch = this.groups.scratch();
    this.groups.aggregates.clear(scratch);
    this.#reached = address;
    if (preceding === undefined) {
      this.groups.aggregates.merge(scratch, group);
      this.#addUpTo(scratch, this.#first(group), address, true);
      return scratch;
    }
    let from = address;
    const since = this.timeOf(address) - preceding;
    for (let rows = 0; unit === "RANGE" || rows < preceding; rows++) {
      const before = this.#before(from);
      if (before === 0 || (unit === "RANGE" && this.timeOf(before) < since)) break;
      from = before;
    }
    this.#addUpTo(scratch, from, address, false);
    return scratch;
  }

  /** Of the frame that was reached or foreseen last. */
  result(group: number, call: number): SqlValue {
    const { aggregate, back, argument, otherwise } = this.#reads[call]!;
    if (back === undefined) return this.groups.aggregates.result(group, aggregate);
    const row = this.#back(this.#reached, back);
    return row === 0 ? otherwise : this.store.value(row, argument!);
  }

  /** Frees the keys whose rows are in no frame any more. */
  expire(watermarkMs: number): void {
    for (let group = this.#due.first; group !== 0; group = this.#due.first) {
      if (this.#dueOf(group) > watermarkMs) return;
      this.#due.pop();
      const due = this.timeOf(this.groups.numberOf(group, this.#group.last)) + this.#frame.preceding!;
      if (due > watermarkMs) {
        this.groups.setNumber(group, this.#group.due, due);
        this.#due.push(group);
        continue;
      }
      for (let first = this.#first(group); first !== 0; first = this.#first(group))
        this.#remove(group, first);
      this.groups.freeGroup(group);
    }
  }

  freeze(): { readonly numbers: readonly number[]; readonly states: readonly StateImage[] } {
    return { numbers: [this.#arrivals], states: [this.store.freeze(), ...this.groups.freeze()] };
  }

  restore([arrivals = 0]: readonly number[], [rows, ...groups]: readonly StateImage[]): void {
    this.#arrivals = arrivals;
    this.store.restore(rows!);
    this.groups.restore(groups);
    this.#waiting.clear();
    for (const row of this.store.addresses()) {
      if (this.store.number(row, this.#row.isTaken) === 0) this.#waiting.push(row);
    }
    this.#due.clear();
    for (const group of this.groups.state.addresses()) {
      const isKey = this.groups.numberOf(group, this.groups.layout.sliceEnd) === everSlice;
      if (isKey && this.groups.numberOf(group, this.#group.queued) === 1) this.#due.push(group);
    }
  }

  #take(group: number, address: number): void {
    if (this.store.number(address, this.#row.isTaken) === 1) return;
    this.store.setNumber(address, this.#row.isTaken, 1);
    this.groups.setNumber(group, this.#group.taken, this.groups.numberOf(group, this.#group.taken) + 1);
    this.#change(group, address, false);
  }

  #makeAnew(group: number): void {
    this.groups.aggregates.clear(group);
    for (let row = this.#first(group); row !== 0; row = this.#next(row)) {
      if (this.store.number(row, this.#row.isTaken) === 0) return;
      this.#change(group, row, false);
    }
  }

  #addUpTo(group: number, from: number, last: number, waitingOnly: boolean): void {
    for (let row = from; ; row = this.#next(row)) {
      if (!waitingOnly || this.store.number(row, this.#row.isTaken) === 0) this.#change(group, row, false);
      if (row === last) return;
    }
  }

  #change(group: number, address: number, isRetraction: boolean): void {
    let arenaEnd = 0;
    for (const column of this.#arguments) {
      arenaEnd = writeValue(this.#one, column, 0, this.store.value(address, column), arenaEnd);
    }
    this.groups.aggregates.begin(this.#one);
    this.groups.aggregates.change(group, this.#one, 0, isRetraction);
  }

  /** So many rows before one; 0 where there are not so many. */
  #back(address: number, count: number): number {
    let row = address;
    for (let left = count; left > 0 && row !== 0; left--) row = this.#before(row);
    return row;
  }

  #remove(group: number, address: number): void {
    if (this.store.number(address, this.#row.isTaken) === 1) {
      this.groups.setNumber(group, this.#group.taken, this.groups.numberOf(group, this.#group.taken) - 1);
    }
    this.#link(group, this.#before(address), this.#next(address));
    this.store.free(address);
  }

  #queue(group: number, timeMs: number): void {
    const { unit, preceding } = this.#frame;
    if (unit === "ROWS" || preceding === undefined) return;
    if (this.groups.numberOf(group, this.#group.queued) === 1) return;
    this.groups.setNumber(group, this.#group.queued, 1);
    this.groups.setNumber(group, this.#group.due, timeMs + preceding);
    this.#due.push(group);
  }

  /** Makes two rows neighbours; 0 is the end of the chain. */
  #link(group: number, before: number, next: number): void {
    if (before === 0) this.groups.setNumber(group, this.#group.first, next);
    else this.store.setNumber(before, this.#row.next, next);
    if (next === 0) this.groups.setNumber(group, this.#group.last, before);
    else this.store.setNumber(next, this.#row.before, before);
  }

  #first(group: number): number {
    return this.groups.numberOf(group, this.#group.first);
  }

  #before(address: number): number {
    return this.store.number(address, this.#row.before);
  }

  #next(address: number): number {
    return this.store.number(address, this.#row.next);
  }

  #dueOf(group: number): number {
    return this.groups.numberOf(group, this.#group.due);
  }

  #isBefore(left: number, right: number): boolean {
    const [leftMs, rightMs] = [this.timeOf(left), this.timeOf(right)];
    if (leftMs !== rightMs) return leftMs < rightMs;
    return this.store.number(left, this.#row.arrival) < this.store.number(right, this.#row.arrival);
  }
}

interface CallReader {
  /** Place among the aggregates. */
  readonly aggregate: number;
  /** Of LAG: how many rows it goes back, in which column, and what it gives where there are not so many. */
  readonly back: number | undefined;
  readonly argument: number | undefined;
  readonly otherwise: SqlValue;
}

function readersOf(calls: readonly OverCall[]): readonly CallReader[] {
  let aggregate = 0;
  return calls.map(({ function: name, argument, parameters: [back, otherwise = null] }) => {
    const isLag = name === "LAG";
    const place = isLag ? -1 : aggregate++;
    return { aggregate: place, back: isLag ? (back as number) : undefined, argument, otherwise };
  });
}

/** Rows leave a frame that has a beginning; where one call could not take that back exactly none has to. */
function shapeFrame({ calls, frame, input }: Over): {
  readonly shape: AggregateShape;
  readonly slides: boolean;
} {
  const aggregates = calls.flatMap(({ function: name, ...call }) =>
    name === "LAG"
      ? []
      : [{ ...call, function: name === "ROW_NUMBER" ? ("COUNT" as const) : name, filter: undefined }],
  );
  const sliding = shapeAggregates(aggregates, input.schema, true);
  const slides = sliding.calls.every(({ accumulator }) => {
    return accumulator.retract !== undefined && accumulator.unmerge !== undefined;
  });
  const isBounded = frame.preceding !== undefined;
  if (isBounded && slides) return { shape: sliding, slides };
  return { shape: shapeAggregates(aggregates, input.schema, false), slides: false };
}

interface GroupLanes {
  readonly first: Lane;
  readonly last: Lane;
  readonly taken: Lane;
  readonly due: Lane;
  readonly queued: Lane;
}

function groupLanesOf({ layout: { own } }: WindowGroups): GroupLanes {
  const lane = (name: string) => own.get(name)!;
  return {
    first: lane("first"),
    last: lane("last"),
    taken: lane("taken"),
    due: lane("due"),
    queued: lane("queued"),
  };
}

interface RowLanes {
  readonly time: Lane;
  readonly arrival: Lane;
  readonly before: Lane;
  readonly next: Lane;
  readonly group: Lane;
  readonly isTaken: Lane;
}

function rowLanesOf(store: RowStore): RowLanes {
  return {
    time: store.lane("time"),
    arrival: store.lane("arrival"),
    before: store.lane("before"),
    next: store.lane("next"),
    group: store.lane("group"),
    isTaken: store.lane("is taken"),
  };
}
