/**
 * The frames of OVER as they are final: of each key, that of the row which was answered last.
 *
 * State kept beside the chain of rows (`over-chain.ts`): of each key how many of its rows are in the frame,
 * the last of them, when none of its rows is in any frame to come, and the accumulators of the frame.
 * The frame that was reached last is the beginning of the chain: its rows are **taken** into the
 * accumulators. Behind them lie the rows that wait. A row leaves when the frame has moved past it; where a
 * frame has no beginning, when it has its answer.
 *
 * How a frame moves: what enters is added, what leaves is taken back where every accumulator can do that
 * exactly: an extreme, a list, a first or last value keep the values of the frame for that (`value-bag.ts`).
 * A sum that is rounded cannot, and all calls beside it are made anew from the rows of the frame. LAG reads
 * the chain itself: as many rows as it goes back are kept behind the row that was answered last.
 */
import type { OverCall, OverFrame } from "../../sql/plan/logical-plan.ts";
import type { Lane, LaneSpec, StateImage } from "../../state/keyed-state.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { SqlValue } from "../../values/sql-value.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import { AddressHeap } from "./address-heap.ts";
import { type AggregateShape, shapeAggregates } from "./aggregate-shape.ts";
import { FirstFrames, firstFrameLanes } from "./first-frames.ts";
import type { KeptRows } from "./kept-rows.ts";
import type { HeldRows } from "./operator.ts";
import { OverChain } from "./over-chain.ts";
import type { RowStore } from "./row-store.ts";
import type { WindowGroups } from "./window-groups.ts";

const frameLanes: readonly LaneSpec[] = [
  { name: "taken", kind: "i32" },
  { name: "reached", kind: "i32" },
  { name: "due", kind: "f64" },
  { name: "queued", kind: "u8" },
];

/** What is told of each row: its answer when the watermark has reached it, that when it comes, or both. */
export type OverAnswers = "final" | "first" | "both";

export interface OverOptions {
  readonly mode: KernelMode;
  readonly stateBytesMax: number;
  readonly answers: OverAnswers;
}

export class OverRows {
  readonly #chain: OverChain;
  readonly #frame: OverFrame;
  readonly #firstFrames: FirstFrames | undefined;
  /** By call: its place among the aggregates, or how far it looks back. */
  readonly #reads: readonly CallReader[];
  /** Whether somebody asks for the accumulators of final frames. */
  readonly #accumulates: boolean;
  /** Whether all accumulators give back exactly what was added to them. */
  readonly #slides: boolean;
  /** How many rows behind the answered one LAG may ask for. */
  readonly #keptRows: number;
  /** The last row of the frame that was reached or foreseen last. */
  #reached = 0;
  /** Rows without an answer, by time and arrival. */
  readonly #waiting: AddressHeap;
  /** Keys by the time when no frame to come has any of their rows. */
  readonly #due: AddressHeap;
  readonly #lanes: FrameLanes;

  constructor(owner: string, rows: KeptRows, { mode, stateBytesMax, answers }: OverOptions) {
    const { frame } = rows;
    const { shape, slides } = shapeFrame(rows);
    const tellsFirst = answers !== "final";
    const lanes = tellsFirst ? [...frameLanes, ...firstFrameLanes] : frameLanes;
    this.#chain = new OverChain(owner, rows, shape, lanes, { mode, stateBytesMax });
    this.#frame = frame;
    this.#firstFrames = tellsFirst ? new FirstFrames(this.#chain, frame) : undefined;
    // Frames of first answers without a beginning go on from what was final.
    this.#accumulates = answers !== "first" || frame.preceding === undefined;
    this.#slides = slides;
    this.#reads = readersOf(rows.calls);
    this.#keptRows = Math.max(0, ...this.#reads.map(({ back }) => back ?? 0));
    this.#lanes = frameLanesOf(this.#chain);
    const chain = this.#chain;
    this.#waiting = new AddressHeap(
      (row) => chain.timeOf(row),
      (left, right) => chain.isBefore(left, right),
    );
    this.#due = new AddressHeap((group) => this.#dueOf(group));
  }

  get groups(): WindowGroups {
    return this.#chain.groups;
  }

  get store(): RowStore {
    return this.#chain.store;
  }

  /** Adds a row, which waits for its answer. */
  insert(group: number, batch: ColumnBatch, row: number, timeMs: number): number {
    const address = this.#chain.insert(group, batch, row, timeMs);
    this.#waiting.push(address);
    this.#queue(group, timeMs);
    return address;
  }

  /** Rows without their final answer. */
  get held(): HeldRows {
    const { count, first } = this.#waiting;
    return { rows: count, untilMs: first === 0 ? undefined : this.timeOf(first) };
  }

  timeOf(address: number): number {
    return this.#chain.timeOf(address);
  }

  /** The next row to have its answer, if the watermark has reached it; 0 where there is none. */
  takeDue(watermarkMs: number): number {
    return this.#waiting.isDue(watermarkMs) ? this.#waiting.pop() : 0;
  }

  /** Moves the frame of its key to the row; answers the group whose accumulators hold it. */
  reach(address: number): number {
    const chain = this.#chain;
    const group = chain.groupOf(address);
    // A peer of one that was reached: the frame is the same.
    if (!chain.isTaken(address)) this.#moveTo(group, address);
    this.#reached = this.#frame.unit === "ROWS" ? address : this.groups.numberOf(group, this.#lanes.reached);
    return group;
  }

  /** The row has its answer; where a frame has no beginning nobody but LAG needs it any more. */
  release(address: number, group: number): void {
    if (this.#frame.preceding !== undefined) return;
    const unneeded = this.#chain.back(address, this.#keptRows);
    if (unneeded !== 0) this.#remove(group, unneeded);
  }

  /** The frame of a row that waits, of what is known now; answers what holds it until the next row. */
  foresee(address: number): number {
    this.#reached = address;
    return this.#firstFrames!.reach(this.#chain.groupOf(address), address);
  }

  /** Of the frame that was reached or foreseen last. */
  result(group: number, call: number): SqlValue {
    const { aggregate, back, argument, otherwise } = this.#reads[call]!;
    if (back === undefined) return this.groups.aggregates.result(group, aggregate);
    const row = this.#chain.back(this.#reached, back);
    return row === 0 ? otherwise : this.store.value(row, argument!);
  }

  /** Frees the keys whose rows are in no frame any more. */
  expire(watermarkMs: number): void {
    const chain = this.#chain;
    while (this.#due.isDue(watermarkMs)) {
      const group = this.#due.pop();
      const due = this.timeOf(chain.last(group)) + this.#frame.preceding!;
      if (due > watermarkMs) {
        this.groups.setNumber(group, this.#lanes.due, due);
        this.#due.push(group);
        continue;
      }
      for (let first = chain.first(group); first !== 0; first = chain.first(group))
        chain.remove(group, first);
      this.#firstFrames?.free(group);
      this.groups.freeGroup(group);
    }
  }

  freeze(): { readonly numbers: readonly number[]; readonly states: readonly StateImage[] } {
    return this.#chain.freeze();
  }

  restore(numbers: readonly number[], states: readonly StateImage[]): void {
    this.#chain.restore(numbers, states);
    this.#waiting.clear();
    for (const row of this.store.addresses()) {
      if (!this.#chain.isTaken(row)) this.#waiting.push(row);
    }
    this.#due.clear();
    for (const group of this.groups.state.addresses()) {
      if (this.groups.numberOf(group, this.#lanes.queued) === 1) this.#due.push(group);
    }
  }

  #moveTo(group: number, address: number): void {
    const chain = this.#chain;
    const { unit, preceding } = this.#frame;
    const timeMs = this.timeOf(address);
    this.#take(group, address);
    if (unit === "RANGE") {
      // Rows of one time are peers: each sees all of them.
      for (let peer = chain.next(address); peer !== 0; peer = chain.next(peer)) {
        if (this.timeOf(peer) !== timeMs) break;
        this.#take(group, peer);
      }
    }
    if (preceding === undefined) return;
    const isOutside = (first: number) =>
      unit === "ROWS"
        ? this.groups.numberOf(group, this.#lanes.taken) > preceding + 1
        : this.timeOf(first) < timeMs - preceding;
    let dropped = 0;
    for (let first = chain.first(group); isOutside(first); first = chain.first(group), dropped++) {
      if (this.#slides && this.#accumulates) chain.takeBack(group, first);
      this.#remove(group, first);
    }
    if (dropped > 0 && !this.#slides && this.#accumulates) this.#makeAnew(group);
  }

  #take(group: number, address: number): void {
    this.#chain.markTaken(address);
    this.groups.setNumber(group, this.#lanes.taken, this.groups.numberOf(group, this.#lanes.taken) + 1);
    this.groups.setNumber(group, this.#lanes.reached, address);
    if (this.#accumulates) this.#chain.add(group, address);
  }

  #makeAnew(group: number): void {
    const chain = this.#chain;
    this.groups.aggregates.clear(group);
    for (let row = chain.first(group); row !== 0 && chain.isTaken(row); row = chain.next(row))
      chain.add(group, row);
  }

  /** Takes the first row of a key out of its chain. */
  #remove(group: number, first: number): void {
    if (this.#chain.isTaken(first)) {
      this.groups.setNumber(group, this.#lanes.taken, this.groups.numberOf(group, this.#lanes.taken) - 1);
    }
    this.#firstFrames?.leave(group, first);
    this.#chain.remove(group, first);
  }

  #queue(group: number, timeMs: number): void {
    const { unit, preceding } = this.#frame;
    if (unit === "ROWS" || preceding === undefined) return;
    if (this.groups.numberOf(group, this.#lanes.queued) === 1) return;
    this.groups.setNumber(group, this.#lanes.queued, 1);
    this.groups.setNumber(group, this.#lanes.due, timeMs + preceding);
    this.#due.push(group);
  }

  #dueOf(group: number): number {
    return this.groups.numberOf(group, this.#lanes.due);
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
function shapeFrame({ calls, frame, schema }: KeptRows): {
  readonly shape: AggregateShape;
  readonly slides: boolean;
} {
  const aggregates = calls.flatMap(({ function: name, ...call }) =>
    name === "LAG"
      ? []
      : [{ ...call, function: name === "ROW_NUMBER" ? ("COUNT" as const) : name, filter: undefined }],
  );
  const sliding = shapeAggregates(aggregates, schema, true);
  const slides = sliding.calls.every(({ accumulator }) => {
    return accumulator.retract !== undefined && accumulator.unmerge !== undefined;
  });
  const isBounded = frame.preceding !== undefined;
  if (isBounded && slides) return { shape: sliding, slides };
  return { shape: shapeAggregates(aggregates, schema, false), slides: false };
}

interface FrameLanes {
  readonly taken: Lane;
  /** The last row of the frame. */
  readonly reached: Lane;
  readonly due: Lane;
  readonly queued: Lane;
}

function frameLanesOf(chain: OverChain): FrameLanes {
  const lane = (name: string) => chain.groupLane(name);
  return { taken: lane("taken"), reached: lane("reached"), due: lane("due"), queued: lane("queued") };
}
