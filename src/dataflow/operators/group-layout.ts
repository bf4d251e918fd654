/**
 * Where the parts of a group lie in its slot: the slice, the key with its NULL flags, the lanes of the
 * accumulators, and what chains the groups of a key where windows overlap.
 */
import type { Accumulator } from "../../functions/aggregate/accumulator.ts";
import type { Lane, LaneSpec, SlotLayout } from "../../state/keyed-state.ts";
import { layoutSlot } from "../../state/slot-layout.ts";
import { physicalOf, type SqlType } from "../../values/sql-type.ts";
import type { AggregateShape } from "./aggregate-shape.ts";
import type { BagLanes } from "./value-bag.ts";

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
  /** Where a group's values begin, by bag. */
  readonly bags: readonly BagLanes[];
  readonly overlap: OverlapLanes | undefined;
  /** What the operator keeps of a group beside that, by name. */
  readonly own: ReadonlyMap<string, Lane>;
}

/** How the groups of a key hang together where windows overlap. */
export interface OverlapLanes {
  /** Of a slice's group: that of the window, and the next older one in the window's chain. */
  readonly window: Lane;
  readonly older: Lane;
  /** Of the window's group: where that chain begins, the end of that slice, how many there are. */
  readonly newest: Lane;
  readonly newestEnd: Lane;
  readonly parts: Lane;
  /** Of the window's group: how many of its slices are in it. */
  readonly merged: Lane;
  /** Of the window's group: calls that cannot be taken back exactly are made anew before it is read. */
  readonly stale: Lane;
  /** Of the window's group: whether it has held an open slice too, and the end of the last one. */
  readonly hasEarly: Lane;
  readonly early: Lane;
  /** Of the window's group: the end of the open window that was shown last; 0 where none was. */
  readonly shown: Lane;
}

const bagLanes = ["first", "last", "top", "oldest", "newest"];

const partLanes: readonly LaneSpec[] = [
  { name: "window", kind: "i32" },
  { name: "older", kind: "i32" },
];
const wholeLanes: readonly LaneSpec[] = [
  { name: "newest", kind: "i32" },
  { name: "newest end", kind: "f64" },
  { name: "parts", kind: "i32" },
  { name: "merged", kind: "i32" },
  { name: "stale rest", kind: "u8" },
  { name: "has early", kind: "u8" },
  { name: "early", kind: "f64" },
  { name: "shown", kind: "f64" },
];

export function layoutGroup(
  keys: readonly SqlType[],
  { calls, bags }: AggregateShape,
  overlapping: boolean,
  own: readonly LaneSpec[] = [],
): { readonly slot: SlotLayout; readonly layout: GroupLayout } {
  const accumulators = calls.map(({ accumulator }) => accumulator);
  const ofBags = bags.flatMap((_, index) =>
    bagLanes.map((name): LaneSpec => ({ name: `bag ${index} ${name}`, kind: "i32" })),
  );
  const ofParts = overlapping ? partLanes : [];
  const ofWholes = overlapping ? wholeLanes : [];
  // A slice's group has no key where windows overlap: its window's has it.
  const shared = [...accumulatorLaneSpecs(accumulators), ...ofBags, ...ofParts];
  const changed: LaneSpec = { name: "changed", kind: "u8" };
  const keyed = [changed, ...valueLaneSpecs("key", keys), ...ofWholes, ...own];
  const slot = overlapping ? layoutSlot(shared, keyed) : layoutSlot([...shared, ...keyed]);
  const lane = laneFinder(slot);
  const layout: GroupLayout = {
    sliceEnd: lane("slice end"),
    changed: lane("changed"),
    keys: valueLanes("key", keys, slot),
    accumulators: accumulators.map((accumulator, index) => ({
      accumulator,
      lanes: new Map(accumulator.lanes.map((spec) => [spec.name, lane(`aggregate ${index} ${spec.name}`)])),
    })),
    bags: bags.map((_, index) => ({
      first: lane(`bag ${index} first`),
      last: lane(`bag ${index} last`),
      top: lane(`bag ${index} top`),
      oldest: lane(`bag ${index} oldest`),
      newest: lane(`bag ${index} newest`),
    })),
    overlap: overlapping
      ? {
          window: lane("window"),
          older: lane("older"),
          newest: lane("newest"),
          newestEnd: lane("newest end"),
          parts: lane("parts"),
          merged: lane("merged"),
          stale: lane("stale rest"),
          hasEarly: lane("has early"),
          early: lane("early"),
          shown: lane("shown"),
        }
      : undefined,
    own: new Map(own.map(({ name }) => [name, lane(name)])),
  };
  return { slot, layout };
}

function accumulatorLaneSpecs(accumulators: readonly Accumulator[]): readonly LaneSpec[] {
  return [
    { name: "slice end", kind: "f64" },
    ...accumulators.flatMap((accumulator, index) =>
      accumulator.lanes.map((lane) => ({ name: `aggregate ${index} ${lane.name}`, kind: lane.kind })),
    ),
  ];
}

/** Lanes for values of any scalar type, named by `prefix` and their place. */
export function valueLaneSpecs(prefix: string, types: readonly SqlType[]): readonly LaneSpec[] {
  return types.flatMap((type, index): LaneSpec[] => {
    const physical = physicalOf(type);
    const name = `${prefix} ${index}`;
    const nulls: LaneSpec = { name: `${name} null`, kind: "u8" };
    if (physical === "i128") return [nulls, { name, kind: "i64" }, { name: `${name} low`, kind: "u64" }];
    return [nulls, { name, kind: physical as LaneSpec["kind"] }];
  });
}

/** Where those lanes lie. */
export function valueLanes(prefix: string, types: readonly SqlType[], slot: SlotLayout): readonly KeyLanes[] {
  const lane = laneFinder(slot);
  return types.map((type, index) => ({
    type,
    nulls: lane(`${prefix} ${index} null`),
    value: lane(`${prefix} ${index}`),
    low: physicalOf(type) === "i128" ? lane(`${prefix} ${index} low`) : undefined,
  }));
}

export function laneFinder(slot: SlotLayout): (name: string) => Lane {
  const lanes = new Map(slot.lanes.map((lane) => [lane.name, lane]));
  return (name) => lanes.get(name)!;
}
