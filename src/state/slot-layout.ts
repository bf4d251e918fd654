/**
 * Where the lanes of a slot lie: wide ones first, so that each is aligned and nothing is lost between them.
 */
import type { Lane, LaneKind, LaneSpec, SlotLayout } from "./keyed-state.ts";

/** Lane 0, the key's hash, and lane 1, the owner's link. */
const slotHeadBytes = 8;

const widths: Readonly<Record<LaneKind, number>> = { f64: 8, i64: 8, u64: 8, bytes: 8, i32: 4, u8: 1 };

export function laneBytes(kind: LaneKind): number {
  return widths[kind];
}

/** `keyed` are lanes that parts do not have. */
export function layoutSlot(specs: readonly LaneSpec[], keyed: readonly LaneSpec[] = []): SlotLayout {
  const lanes: Lane[] = [];
  const partBytes = place(specs, slotHeadBytes, lanes);
  return { lanes, partBytes, slotBytes: place(keyed, partBytes, lanes) };
}

/** Names, kinds and places of the lanes, to tell layouts apart. */
export function layoutText({ lanes, slotBytes, partBytes }: SlotLayout): string {
  const of = lanes.map(({ name, kind, offset }) => `${name} ${kind} ${offset}`);
  return [...of, `part ${partBytes}`, `slot ${slotBytes}`].join(", ");
}

/** Answers where the lanes end. */
function place(specs: readonly LaneSpec[], from: number, lanes: Lane[]): number {
  const offsets = new Map<LaneSpec, number>();
  let at = from;
  for (const width of [8, 4, 1]) {
    for (const spec of specs) {
      if (widths[spec.kind] !== width) continue;
      offsets.set(spec, at);
      at += width;
    }
  }
  lanes.push(...specs.map((spec) => ({ ...spec, offset: offsets.get(spec)! })));
  return (at + 7) & ~7;
}
