/** Bubbles: one number to the right, one upwards, and the area of each for a third. */
import type { BubblePanel, NamedMeasure } from "../../../../src/serving/pages.ts";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import { type GroupValue, groupsOf, groupValue, nameIn, rowsToMeasure } from "../../data/groups.ts";
import { type Note, standingNotes, standingOf } from "../../data/standing.ts";
import { nearestNumber } from "../../numbers/exact-decimal.ts";
import { formatCount } from "../../numbers/format.ts";
import type { PanelInput, Reading } from "../panel-kind.ts";

const bubblesMax = 200;
/** What is further away than this has no place beside anything. */
const farthest = 1e150;

export interface Bubble {
  readonly key: string;
  readonly name: string | null;
  readonly x: GroupValue;
  readonly y: GroupValue;
  /** Undefined where it has none: then it is as small as can be. */
  readonly size: GroupValue | undefined;
  readonly rows: readonly WireRow[];
  /** For its place on the screen alone. */
  readonly near: { readonly x: number; readonly y: number; readonly size: number };
  readonly isOpen: boolean;
  readonly isCorrected: boolean;
}

export interface Bubbles {
  /** The largest first: the small ones lie on top of them. */
  readonly bubbles: readonly Bubble[];
  readonly notes: readonly Note[];
}

export function shapeBubbles({
  panel,
  readings: [reading],
  around,
}: PanelInput<BubblePanel>): Bubbles | undefined {
  if (reading === undefined) return undefined;
  const { label, x, y, size, time } = panel;
  const { rows, atMs } = rowsToMeasure(reading, time, [x.value, y.value, size.value], around);
  const groups = groupsOf(reading, rows, [label]);
  const sizes = groups.map((group) => valueIn(size, reading, group.rows));
  const nears = Float64Array.from(sizes, (each) => (each === undefined ? 0 : Math.max(near(each), 0)));
  const bySize = Array.from(nears.keys()).sort((one, other) => nears[other]! - nears[one]!);
  const bubbles: Bubble[] = [];
  const shownRows: WireRow[] = [];
  let looked = 0;
  for (const at of bySize) {
    if (bubbles.length === bubblesMax) break;
    looked++;
    const { names, rows: own } = groups[at]!;
    const place = { x: valueIn(x, reading, own), y: valueIn(y, reading, own) };
    if (place.x === undefined || place.y === undefined) continue;
    const nearest = { x: near(place.x), y: near(place.y), size: nears[at]! };
    if (!Object.values(nearest).every((value) => Math.abs(value) <= farthest)) continue;
    const name = nameIn(reading, label, names[0] ?? null, around.times);
    const ofRows = standingOf(own, time);
    for (const row of own) shownRows.push(row);
    bubbles.push({
      key: JSON.stringify(names),
      name,
      x: place.x,
      y: place.y,
      size: sizes[at],
      rows: own,
      near: nearest,
      ...ofRows,
    });
  }
  if (bubbles.length === 0) return undefined;
  const leftOut = { hidden: groups.length - looked, unreadable: looked - bubbles.length };
  const asOf = atMs === undefined ? [] : [`As of ${around.times.moment(atMs)}.`];
  const standing = standingNotes(reading, shownRows, time, around);
  return { bubbles, notes: [...asOf, ...standing, ...notesOf(leftOut)] };
}

function valueIn({ value, format }: NamedMeasure, reading: Reading, rows: readonly WireRow[]) {
  return groupValue(value, format, reading, rows);
}

function near({ value }: GroupValue): number {
  return nearestNumber(value);
}

interface LeftOut {
  readonly hidden: number;
  readonly unreadable: number;
}

function notesOf({ hidden, unreadable }: LeftOut): readonly string[] {
  return [
    ...(hidden > 0 ? [`The ${bubblesMax} largest; ${formatCount(BigInt(hidden))} are not shown.`] : []),
    ...(unreadable > 0 ? [`${formatCount(BigInt(unreadable))} without a place.`] : []),
  ];
}
