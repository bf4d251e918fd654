/**
 * Where the parts of a group lie in its slot: the slice, the key with its NULL flags, the lanes of the
 * accumulators, and what chains the groups of a key where windows overlap.
 */
import type { Accumulator } from "../../functions/aggregate/accumulator.ts";
import type { Lane, LaneSpec, SlotLayout } from "../../state/keyed-state.ts";
import { layoutSlot } from "../../state/slot-layout.ts";
import { physicalOf, type SqlType } from "../../values/sql-type.ts";

/** Where one key column lies in a slot. */
export interface KeyLanes {
  readonly type: SqlType;
  readonly nulls: Lane;
  /** One lane; of a wide DECIMAL the high one, with `low` beside it. */
  readonly value: Lane;
  readonly low: Lane | undefined;
}

export interface AccumulatorLanes {
  readonly accumulator: Accumulator;
  readonly lanes: ReadonlyMap<string, Lane>;
}

export interface GroupLayout {
  readonly sliceEnd: Lane;
  readonly changed: Lane;
  readonly keys: readonly KeyLanes[];
  readonly accumulators: readonly AccumulatorLanes[];
  readonly overlap: OverlapLanes | undefined;
}

/** How the groups of a key hang together where windows overlap. */
export interface OverlapLanes {
  /** Of a slice's group: that of the window; of the window's: 0. */
  readonly window: Lane;
  /** Of the window's group: the newest of its slices' groups; of a slice's: its neighbours in that chain. */
  readonly newest: Lane;
  readonly older: Lane;
  readonly younger: Lane;
  /** Of the window's group: how many of its slices are in it. */
  readonly merged: Lane;
  /** Of the window's group: it is not the sum of its slices any more, and is made anew when it is read. */
  readonly stale: Lane;
  /** Of the window's group: the end of the open window that was shown last; 0 where none was. */
  readonly shown: Lane;
}

const overlapLanes: readonly LaneSpec[] = [
  { name: "window", kind: "i32" },
  { name: "newest", kind: "i32" },
  { name: "older", kind: "i32" },
  { name: "younger", kind: "i32" },
  { name: "merged", kind: "i32" },
  { name: "stale", kind: "u8" },
  { name: "shown", kind: "f64" },
];

export function layoutGroup(
  keys: readonly SqlType[],
  accumulators: readonly Accumulator[],
  overlapping: boolean,
): { readonly slot: SlotLayout; readonly layout: GroupLayout } {
  const specs = [...groupLaneSpecs(keys, accumulators), ...(overlapping ? overlapLanes : [])];
  const slot = layoutSlot(specs);
  const lane = (name: string) => slot.lanes.find((candidate) => candidate.name === name)!;
  const layout: GroupLayout = {
    sliceEnd: lane("slice end"),
    changed: lane("changed"),
    keys: keys.map((type, index) => ({
      type,
      nulls: lane(`key ${index} null`),
      value: lane(`key ${index}`),
      low: physicalOf(type) === "i128" ? lane(`key ${index} low`) : undefined,
    })),
    accumulators: accumulators.map((accumulator, index) => ({
      accumulator,
      lanes: new Map(accumulator.lanes.map((spec) => [spec.name, lane(`aggregate ${index} ${spec.name}`)])),
    })),
    overlap: overlapping
      ? {
          window: lane("window"),
          newest: lane("newest"),
          older: lane("older"),
          younger: lane("younger"),
          merged: lane("merged"),
          stale: lane("stale"),
          shown: lane("shown"),
        }
      : undefined,
  };
  return { slot, layout };
}

function groupLaneSpecs(keys: readonly SqlType[], accumulators: readonly Accumulator[]): readonly LaneSpec[] {
  return [
    { name: "slice end", kind: "f64" },
    { name: "changed", kind: "u8" },
    ...keys.flatMap((type, index): LaneSpec[] => {
      const physical = physicalOf(type);
      const nulls: LaneSpec = { name: `key ${index} null`, kind: "u8" };
      if (physical === "i128") {
        return [nulls, { name: `key ${index}`, kind: "i64" }, { name: `key ${index} low`, kind: "u64" }];
      }
      return [nulls, { name: `key ${index}`, kind: physical as LaneSpec["kind"] }];
    }),
    ...accumulators.flatMap((accumulator, index) =>
      accumulator.lanes.map((lane) => ({ name: `aggregate ${index} ${lane.name}`, kind: lane.kind })),
    ),
  ];
}
