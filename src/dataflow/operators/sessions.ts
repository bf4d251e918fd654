/**
 * The open sessions of each key: rows less than a gap apart, or exactly a gap, are of one session.
 *
 * State kept
 *   keys      one slot a key that has an open session: both ends of the chain of its sessions
 *   sessions  one slot a session: its key, from when to when it is, its neighbours in the order of time, and
 *             what the operator keeps of it. Of two sessions that a row bridges the later goes into the
 * earlier. A session is due when the watermark has reached its end − 1 ms. Who is due first is found in a
 * heap that is made anew after a restore; a session that has grown since it was put in is put in again when
 * its turn comes.
 */
import type { Lane, LaneSpec, StateImage } from "../../state/keyed-state.ts";
import { indexMask, indexShift } from "../../state/paged-state.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { AddressHeap } from "./address-heap.ts";
import { type AggregateShape, noAggregates } from "./aggregate-shape.ts";
import type { HeldRows } from "./operator.ts";
import { closedBy, WindowGroups } from "./window-groups.ts";

const keyLanes: readonly LaneSpec[] = [
  { name: "first", kind: "i32" },
  { name: "last", kind: "i32" },
];
const sessionLanes: readonly LaneSpec[] = [
  { name: "key", kind: "i32" },
  { name: "previous", kind: "i32" },
  { name: "next", kind: "i32" },
  { name: "start", kind: "f64" },
  { name: "end", kind: "f64" },
  { name: "due", kind: "f64" },
  { name: "number", kind: "f64" },
  // It has gone into another one, or is closed.
  { name: "gone", kind: "u8" },
  { name: "queued", kind: "u8" },
];

export interface SessionsUse {
  readonly aggregates?: AggregateShape;
  /** What the operator keeps of a session. */
  readonly lanes: readonly LaneSpec[];
  /** A session goes into an earlier one. */
  readonly merge: (into: number, from: number) => void;
}

export class Sessions {
  readonly keys: WindowGroups;
  readonly groups: WindowGroups;
  readonly #gapMs: number;
  readonly #merge: SessionsUse["merge"];
  readonly #due: AddressHeap;
  readonly #first: Lane;
  readonly #last: Lane;
  readonly #lanes: ReadonlyMap<string, Lane>;
  readonly #start: Lane;
  readonly #end: Lane;
  readonly #previous: Lane;
  /** Keys that have lost their last session since they were looked at. */
  readonly #emptied = new Set<number>();
  #number = 0;

  constructor(
    owner: string,
    keyTypes: readonly SqlType[],
    gapMs: number,
    bytesMax: number,
    { aggregates = noAggregates, lanes, merge }: SessionsUse,
  ) {
    const partBytesMax = Math.floor(bytesMax / 2);
    this.keys = new WindowGroups(`${owner} keys`, keyTypes, noAggregates, partBytesMax, false, keyLanes);
    this.groups = new WindowGroups(owner, [], aggregates, partBytesMax, false, [...sessionLanes, ...lanes]);
    this.#gapMs = gapMs;
    this.#merge = merge;
    this.#first = this.keys.layout.own.get("first")!;
    this.#last = this.keys.layout.own.get("last")!;
    this.#lanes = this.groups.layout.own;
    this.#start = this.lane("start");
    this.#end = this.lane("end");
    this.#previous = this.lane("previous");
    this.#due = new AddressHeap(
      (session) => this.#get(session, "due"),
      (left, right) => this.#get(left, "number") < this.#get(right, "number"),
    );
  }

  lane(name: string): Lane {
    return this.#lanes.get(name)!;
  }

  startOf(session: number): number {
    return this.groups.numberOf(session, this.#start);
  }

  endOf(session: number): number {
    return this.groups.numberOf(session, this.#end);
  }

  keyOf(session: number): number {
    return this.#get(session, "key");
  }

  isGone(session: number): boolean {
    return this.#get(session, "gone") === 1;
  }

  /** The session that a row of this time is in; 0 where it is late for every one. */
  take(key: number, timeMs: number, watermarkMs: number): number {
    const endMs = timeMs + this.#gapMs;
    let behind = 0;
    let at = this.keys.numberOf(key, this.#last);
    for (; at !== 0 && this.startOf(at) > endMs; at = this.groups.numberOf(at, this.#previous)) behind = at;
    let session = 0;
    while (at !== 0 && this.endOf(at) >= timeMs) {
      if (session !== 0) this.#absorb(at, session);
      session = at;
      at = this.groups.numberOf(at, this.#previous);
    }
    if (session === 0) {
      if (endMs - 1 <= watermarkMs) return 0;
      return this.#open(key, at, behind, timeMs, endMs);
    }
    if (timeMs < this.startOf(session)) this.groups.setNumber(session, this.#start, timeMs);
    if (endMs > this.endOf(session)) this.groups.setNumber(session, this.#end, endMs);
    return session;
  }

  isDue(watermarkMs: number): boolean {
    return this.#due.isDue(watermarkMs + 1);
  }

  /** The next session that the watermark closes, by their ends; 0 where there is none. It is open no more. */
  takeDue(watermarkMs: number): number {
    while (this.isDue(watermarkMs)) {
      const session = this.#due.pop();
      this.#set(session, "queued", 0);
      if (this.isGone(session)) this.release(session);
      else if (this.endOf(session) > this.#get(session, "due")) this.#queue(session);
      else {
        this.#leave(session);
        return session;
      }
    }
    return 0;
  }

  /** Frees a session that is gone, unless somebody still has it in a list. */
  release(session: number): void {
    const isListed = this.groups.numberOf(session, this.groups.layout.changed) === 1;
    if (isListed || this.#get(session, "queued") === 1) return;
    this.groups.freeGroup(session);
  }

  /** Frees the keys that have no session; between two batches, since a batch knows its keys. */
  freeEmptyKeys(located: Int32Array): void {
    for (const key of located) this.#emptied.add(key);
    for (const key of this.#emptied) {
      if (this.keys.numberOf(key, this.#first) === 0) this.keys.freeGroup(key);
    }
    this.#emptied.clear();
  }

  /** Every session that is open. */
  *open(): Generator<number> {
    for (const session of this.groups.state.addresses()) if (!this.isGone(session)) yield session;
  }

  /** How many are open, and the watermark that closes the first of them. */
  get held(): HeldRows {
    let rows = 0;
    let firstEnd = Number.POSITIVE_INFINITY;
    for (const session of this.open()) {
      rows++;
      firstEnd = Math.min(firstEnd, this.endOf(session));
    }
    return { rows, untilMs: closedBy(firstEnd) };
  }

  freeze(): { readonly numbers: readonly number[]; readonly states: readonly StateImage[] } {
    return { numbers: [this.#number], states: [...this.keys.freeze(), ...this.groups.freeze()] };
  }

  restore([number = 0]: readonly number[], states: readonly StateImage[]): void {
    const ofKeys = this.keys.freeze().length;
    this.keys.restore(states.slice(0, ofKeys));
    this.groups.restore(states.slice(ofKeys));
    this.#number = number;
    this.#due.clear();
    this.#emptied.clear();
    for (const session of [...this.groups.state.addresses()]) {
      this.groups.setNumber(session, this.groups.layout.changed, 0);
      this.#set(session, "queued", 0);
      if (this.isGone(session)) this.groups.freeGroup(session);
      else this.#queue(session);
    }
  }

  #open(key: number, before: number, behind: number, startMs: number, endMs: number): number {
    const { state } = this.groups;
    const hash = Math.imul(++this.#number, 0x9e3779b1);
    let entry = hash & state.probeMask;
    while (state.indexPages[entry >>> indexShift]!.i32[entry & indexMask] !== 0)
      entry = (entry + 1) & state.probeMask;
    const session = state.insert(hash, entry);
    this.#set(session, "key", key);
    this.#set(session, "number", this.#number);
    this.groups.setNumber(session, this.#start, startMs);
    this.groups.setNumber(session, this.#end, endMs);
    this.#link(key, before, session);
    this.#link(key, session, behind);
    this.#queue(session);
    return session;
  }

  #absorb(into: number, from: number): void {
    this.#merge(into, from);
    this.groups.setNumber(into, this.#end, this.endOf(from));
    this.#leave(from);
  }

  #leave(session: number): void {
    const key = this.keyOf(session);
    this.#link(key, this.groups.numberOf(session, this.#previous), this.#get(session, "next"));
    this.#set(session, "gone", 1);
    if (this.keys.numberOf(key, this.#first) === 0) this.#emptied.add(key);
  }

  #queue(session: number): void {
    this.#set(session, "due", this.endOf(session));
    this.#set(session, "queued", 1);
    this.#due.push(session);
  }

  /** Makes two sessions neighbours; 0 is the end of the chain. */
  #link(key: number, before: number, behind: number): void {
    if (before === 0) this.keys.setNumber(key, this.#first, behind);
    else this.#set(before, "next", behind);
    if (behind === 0) this.keys.setNumber(key, this.#last, before);
    else this.groups.setNumber(behind, this.#previous, before);
  }

  #get(session: number, name: string): number {
    return this.groups.numberOf(session, this.#lanes.get(name)!);
  }

  #set(session: number, name: string, value: number): void {
    this.groups.setNumber(session, this.#lanes.get(name)!, value);
  }
}
