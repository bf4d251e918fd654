/**
 * The frames of OVER as rows come: of each key, that of the row which came last, of what was known then. The
 * frame moves from row to row, so that a row which comes in order costs what enters and leaves; one that is
 * out of order takes back the rows behind it, which the next one adds again.
 *
 * State kept of each key: a part with the accumulators of that frame, its first and its last row, how many
 * rows it has. A frame without a beginning has no first row: it holds what was ever taken into it, also what
 * has left the chain.
 * Made anew where what has to leave it cannot be taken back: an extreme without its values, a sum that is
 * rounded, and where a row out of order goes back a first value or a list. Then it costs the rows of the
 * frame; of one without a beginning those that wait.
 */
import type { OverFrame } from "../../sql/plan/logical-plan.ts";
import type { Lane, LaneSpec } from "../../state/keyed-state.ts";
import type { OverChain } from "./over-chain.ts";

export const firstFrameLanes: readonly LaneSpec[] = [
  { name: "first frame", kind: "i32" },
  { name: "first frame from", kind: "i32" },
  { name: "first frame to", kind: "i32" },
  { name: "first frame rows", kind: "i32" },
];

export class FirstFrames {
  readonly #chain: OverChain;
  readonly #frame: OverFrame;
  /** Whether any row can be taken back, the newest ones too. */
  readonly #goesBack: boolean;
  /** Whether the oldest row can be. */
  readonly #slides: boolean;
  readonly #part: Lane;
  readonly #from: Lane;
  /** 0: of a frame with a beginning, that none is there; of one without, that it lies before the chain. */
  readonly #to: Lane;
  readonly #rows: Lane;

  constructor(chain: OverChain, frame: OverFrame) {
    this.#chain = chain;
    this.#frame = frame;
    const { calls } = chain.groups.aggregates.shape;
    this.#slides = calls.every(({ accumulator: { retract, unmerge } }) => {
      return retract !== undefined && unmerge !== undefined;
    });
    this.#goesBack = this.#slides && calls.every(({ accumulator }) => accumulator.keeps?.order !== "arrival");
    this.#part = chain.groupLane("first frame");
    this.#from = chain.groupLane("first frame from");
    this.#to = chain.groupLane("first frame to");
    this.#rows = chain.groupLane("first frame rows");
  }

  /** Moves the frame of a key to a row that came; answers the part whose accumulators hold it. */
  reach(group: number, address: number): number {
    const part = this.#partOf(group);
    if (this.#frame.preceding === undefined) this.#reachUnbounded(group, part, address);
    else this.#reachBounded(group, part, address, this.#frame.preceding);
    this.#set(group, this.#to, address);
    return part;
  }

  /** The first row of a key's chain is about to leave it. */
  leave(group: number, first: number): void {
    const to = this.#get(group, this.#to);
    if (to === first) {
      this.#set(group, this.#to, 0);
    } else if (this.#frame.preceding === undefined) {
      // It has not come to this row since it went back to one before it.
      if (to === 0) this.#chain.add(this.#get(group, this.#part), first);
    } else if (to !== 0 && this.#get(group, this.#from) === first) {
      if (this.#slides) this.#dropFirst(group, this.#get(group, this.#part));
      else this.#set(group, this.#to, 0);
    }
  }

  free(group: number): void {
    const part = this.#get(group, this.#part);
    if (part !== 0) this.#chain.groups.freePart(part);
  }

  #reachUnbounded(group: number, part: number, address: number): void {
    const chain = this.#chain;
    const to = this.#get(group, this.#to);
    if (to === 0) this.#add(part, chain.first(group), address);
    else if (chain.isBefore(to, address)) this.#add(part, chain.next(to), address);
    else if (this.#goesBack) this.#moveBack(part, to, address);
    else {
      const { aggregates } = chain.groups;
      aggregates.clear(part);
      aggregates.merge(part, group);
      let waiting = chain.first(group);
      while (chain.isTaken(waiting)) waiting = chain.next(waiting);
      this.#add(part, waiting, address);
    }
  }

  #reachBounded(group: number, part: number, address: number, preceding: number): void {
    const chain = this.#chain;
    const [from, to] = [this.#get(group, this.#from), this.#get(group, this.#to)];
    const sinceMs = chain.timeOf(address) - preceding;
    const isBehind = to !== 0 && chain.isBefore(to, address);
    if (isBehind) this.#grow(group, this.#add(part, chain.next(to), address));
    else if (to !== 0 && this.#goesBack && chain.isBefore(from, address)) {
      this.#grow(group, -this.#moveBack(part, to, address));
    } else {
      this.#begin(group, part, address, sinceMs);
      return;
    }
    while (!this.#isInside(this.#get(group, this.#from), this.#get(group, this.#rows), sinceMs)) {
      if (!this.#slides) {
        this.#begin(group, part, address, sinceMs);
        return;
      }
      this.#dropFirst(group, part);
    }
    if (this.#goesBack) this.#reachBack(group, part, sinceMs);
  }

  /** Adds the rows before the frame that it has after it went back. */
  #reachBack(group: number, part: number, sinceMs: number): void {
    const chain = this.#chain;
    let first = this.#get(group, this.#from);
    for (let row = chain.before(first); row !== 0; row = chain.before(row)) {
      if (!this.#isInside(row, this.#get(group, this.#rows) + 1, sinceMs)) break;
      chain.add(part, row);
      this.#grow(group, 1);
      first = row;
    }
    this.#set(group, this.#from, first);
  }

  /** Makes the frame of a row anew. */
  #begin(group: number, part: number, address: number, sinceMs: number): void {
    const chain = this.#chain;
    let from = address;
    let rows = 1;
    for (let row = chain.before(from); row !== 0 && this.#isInside(row, rows + 1, sinceMs); rows++) {
      from = row;
      row = chain.before(row);
    }
    chain.groups.aggregates.clear(part);
    this.#add(part, from, address);
    this.#set(group, this.#from, from);
    this.#set(group, this.#rows, rows);
  }

  /** `rows` is how many there are from this one to the end of the frame. */
  #isInside(row: number, rows: number, sinceMs: number): boolean {
    const { unit, preceding } = this.#frame;
    return unit === "ROWS" ? rows <= preceding! + 1 : this.#chain.timeOf(row) >= sinceMs;
  }

  /** Adds the rows from one to another, both included; answers how many there are. */
  #add(part: number, from: number, to: number): number {
    let rows = 1;
    for (let row = from; row !== to; row = this.#chain.next(row), rows++) this.#chain.add(part, row);
    this.#chain.add(part, to);
    return rows;
  }

  /** Takes back the rows behind one that has come, and adds that; answers how many there are less now. */
  #moveBack(part: number, to: number, address: number): number {
    let rows = 0;
    for (let row = to; row !== address; row = this.#chain.before(row), rows++)
      this.#chain.takeBack(part, row);
    this.#chain.add(part, address);
    return rows - 1;
  }

  #dropFirst(group: number, part: number): void {
    const first = this.#get(group, this.#from);
    this.#chain.takeBack(part, first);
    this.#set(group, this.#from, this.#chain.next(first));
    this.#grow(group, -1);
  }

  #partOf(group: number): number {
    const known = this.#get(group, this.#part);
    if (known !== 0) return known;
    const made = this.#chain.groups.state.insertPart();
    this.#set(group, this.#part, made);
    return made;
  }

  #grow(group: number, by: number): void {
    this.#set(group, this.#rows, this.#get(group, this.#rows) + by);
  }

  #get(group: number, lane: Lane): number {
    return this.#chain.groups.numberOf(group, lane);
  }

  #set(group: number, lane: Lane, value: number): void {
    this.#chain.groups.setNumber(group, lane, value);
  }
}
