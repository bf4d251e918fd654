/**
 * What an aggregate keeps for one group: lanes of a state slot. An accumulator is written twice, as
 * JavaScript for the compiled kernel (`emitAdd`) and plainly (`add`, its twin). What joins groups and reads
 * results may be written as JavaScript too; where it is not, kernels call the plain code.
 *
 * In emitted code `p` is the group's page and `o` the byte offset of its slot, `row` the row of the batch.
 * Argument columns are locals named by their position: `c3` values, `h3` high lanes, `s3`/`l3` starts and
 * lengths.
 */
import type { SqlType } from "../../values/sql-type.ts";
import type { SqlValue } from "../../values/sql-value.ts";

export interface AccumulatorLane {
  readonly name: string;
  readonly kind: "u8" | "i32" | "f64" | "i64" | "u64" | "bytes";
}

/**
 * How an aggregate wants the values of a group kept beside its lanes: by value, or as they came; each once,
 * or as often as it is there.
 */
export interface KeptOrder {
  readonly order: "value" | "arrival";
  readonly once: boolean;
}

/** The values that a group keeps. Of those kept by value there is a rank, of those as they came a turn. */
export interface KeptValues {
  readonly size: number;
  /** The value of a rank, from 1; NULL where there is none. */
  at(rank: number): SqlValue;
  least(): SqlValue;
  greatest(): SqlValue;
  oldest(): SqlValue;
  newest(): SqlValue;
  eachArrived(visit: (value: SqlValue) => void): void;
}

/** The slot of one group, lane by lane: for the interpreted twin and for results. */
export interface AccumulatorSlot {
  /** Only where the accumulator `keeps` them. */
  readonly values: KeptValues;
  number(lane: string): number;
  setNumber(lane: string, value: number): void;
  bigint(lane: string): bigint;
  setBigint(lane: string, value: bigint): void;
  bytes(lane: string): Uint8Array;
  setBytes(lane: string, value: Uint8Array): void;
}

/** How emitted code reaches a lane: `lane("sum")` is an expression that can be read and assigned. */
export interface EmitContext {
  lane(name: string): string;
  /** One 32-bit half of a 64-bit lane, 0 the lower one: can be read and assigned as a number. */
  half(name: string, which: 0 | 1): string;
  /** Position of the argument's column; its locals are named by it. */
  readonly argument: number;
  /** JavaScript that puts the argument's bytes into a `bytes` lane, and that compares them with it. */
  storeBytes(name: string): string;
  compareBytes(name: string): string;
  /** JavaScript that puts the argument's bytes behind those of the lane, with others between the two. */
  appendBytes(name: string, between: Uint8Array): string;
}

/** How emitted code reaches the lanes of two groups. */
export interface EmitMergeContext {
  into(name: string): string;
  from(name: string): string;
}

/** How emitted code gives a result: JavaScript that puts a value, by its physical form, into the row. */
export interface EmitResultContext {
  lane(name: string): string;
  setNull(): string;
  /** A number, or of a 64-bit column a bigint. */
  set(value: string): string;
  /** A whole number that is not negative, of a 64-bit column, without a bigint. */
  setCount(value: string): string;
  setWide(high: string, low: string): string;
  /** The bytes of a `bytes` lane. */
  setBytes(name: string): string;
}

export interface Accumulator {
  readonly lanes: readonly AccumulatorLane[];
  /**
   * The values themselves are kept, by whoever keeps the groups: then nothing is added to lanes, and the
   * result is read from the values.
   */
  readonly keeps?: KeptOrder | undefined;
  /** Values only have to be there: what they are is not read, and they may be given as NULL. */
  readonly ignoresValues?: true;
  /** Adds a value that is not NULL. For COUNT(*) there is no argument. */
  emitAdd(context: EmitContext): string;
  add(slot: AccumulatorSlot, value: SqlValue): void;
  /** Takes a value back that was added. Undefined where that cannot be done from what is kept. */
  retract?: ((slot: AccumulatorSlot, value: SqlValue) => void) | undefined;
  result(slot: AccumulatorSlot): SqlValue;
  /** Adds everything that another slot holds: a window is its slices together. */
  merge(into: AccumulatorSlot, from: AccumulatorSlot): void;
  /**
   * Takes back what was merged, exactly. Undefined where that cannot be done (an extreme, a sum that is
   * rounded): then what is left is merged anew.
   */
  unmerge?: ((from: AccumulatorSlot, part: AccumulatorSlot) => void) | undefined;
  /** `retract`, `merge`, `unmerge` and `result` as JavaScript, which does the same to the last bit. */
  emitRetract?: ((context: EmitContext) => string) | undefined;
  emitMerge?: ((context: EmitMergeContext) => string) | undefined;
  emitUnmerge?: ((context: EmitMergeContext) => string) | undefined;
  emitResult?: ((context: EmitResultContext) => string) | undefined;
}

/** What an accumulator is made for. */
export interface AccumulatorNeeds {
  /** Undefined for COUNT(*). */
  readonly argument: SqlType | undefined;
  readonly result: SqlType;
  /** Constants behind the argument: a separator, a fraction. */
  readonly parameters: readonly SqlValue[];
  /** Each value counts once. Who keeps the groups sees to that, but for values that are kept anyway. */
  readonly distinct: boolean;
  /** Values may be taken back that are not the last ones. */
  readonly losesRows: boolean;
}

export type AccumulatorMaker = (needs: AccumulatorNeeds) => Accumulator;

/** An accumulator whose values are kept, and which reads its result from them. */
export function keptAccumulator(keeps: KeptOrder, result: (values: KeptValues) => SqlValue): Accumulator {
  const nothing = () => {};
  return {
    lanes: [],
    keeps,
    emitAdd: () => "",
    add: nothing,
    retract: nothing,
    result: (slot) => result(slot.values),
    merge: nothing,
    unmerge: nothing,
  };
}
