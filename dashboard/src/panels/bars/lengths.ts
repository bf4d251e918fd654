/** What bars are made of, and from where to where each piece goes. */
import type { BarsPanel } from "../../../../src/serving/pages.ts";
import type { WireRow, WireValue } from "../../../../src/serving/protocol.ts";
import {
  addsUp,
  type GroupValue,
  groupsOf,
  groupValue,
  nameIn,
  sumOf,
  takesLatest,
} from "../../data/groups.ts";
import { isAdditive } from "../../data/measures.ts";
import { compare, placeBetween } from "../../data/ratios.ts";
import { add, type ExactDecimal, nearestNumber, subtract, zero } from "../../numbers/exact-decimal.ts";
import type { Times } from "../../time/times.ts";
import type { Reading } from "../panel-kind.ts";

/** As many colours as can be told from each other. */
export const partsMax = 6;

/** A name with its value, before it is known how long its bar is. */
export interface RankedGroup {
  readonly names: readonly (string | null)[];
  /** Of how many names it is, where it is what the limit leaves out. */
  readonly others: number | undefined;
  readonly rows: readonly WireRow[];
  readonly value: GroupValue;
}

export interface Part {
  readonly name: string | null;
}

/** A piece of a bar, from 0 to 1 of the room that bars have. */
export interface Length {
  readonly from: number;
  readonly to: number;
  /** Its position among the parts. */
  readonly part: number;
  /** Of windows that may still change. */
  readonly isOpen: boolean;
  readonly value: GroupValue;
}

interface Piece {
  readonly part: number;
  readonly isOpen: boolean;
  readonly value: GroupValue;
}

/** Parts of a rate, of a least or a greatest do not make a whole. */
export function stacks({ stack, value, format }: BarsPanel): boolean {
  return stack !== null && addsUp(value, format);
}

/** The latest of several parts is what they have together. */
export function barValue(
  rows: readonly WireRow[],
  reading: Reading,
  panel: BarsPanel,
): GroupValue | undefined {
  const { value, format, by, stack } = panel;
  if (!stacks(panel) || !takesLatest(value)) return groupValue(value, format, reading, rows);
  const each = groupsOf(reading, rows, [...by, stack!]);
  return sumOf(each.flatMap((group) => groupValue(value, format, reading, group.rows) ?? []));
}

/** The parts of each bar: those with the most, and what is behind them as the last. */
export function partedRows(
  groups: readonly RankedGroup[],
  reading: Reading,
  panel: BarsPanel,
  times: Times,
): { readonly parts: readonly Part[]; readonly rowsOf: readonly (readonly (readonly WireRow[])[])[] } {
  const { stack } = panel;
  if (stack === null || !stacks(panel)) return { parts: [], rowsOf: groups.map(({ rows }) => [rows]) };
  const all = groupsOf(
    reading,
    groups.flatMap(({ rows }) => rows),
    [stack],
  );
  const sized = all.map(({ names: [name = null], rows }) => {
    const value = barValue(rows, reading, panel)?.value;
    return { name, size: value === undefined ? 0 : Math.abs(nearestNumber(value)) };
  });
  sized.sort((one, other) => (one.size === other.size ? 0 : other.size > one.size ? 1 : -1));
  const own = sized.length > partsMax ? partsMax - 1 : sized.length;
  const placeOf = new Map(sized.slice(0, own).map(({ name }, at) => [keyOf(name), at]));
  const parts = sized.slice(0, own).map(({ name }) => ({ name: nameIn(reading, stack, name, times) }));
  const rowsOf = groups.map(({ rows }) => {
    const byPart: WireRow[][] = [];
    for (const { names, rows: partRows } of groupsOf(reading, rows, [stack])) {
      const place = placeOf.get(keyOf(names[0] ?? null)) ?? own;
      byPart[place] = [...(byPart[place] ?? []), ...partRows];
    }
    return Array.from(byPart, (partRows) => partRows ?? []);
  });
  return { parts: own < sized.length ? [...parts, { name: `${sized.length - own} others` }] : parts, rowsOf };
}

function keyOf(name: WireValue): WireValue {
  return typeof name === "object" && name !== null ? JSON.stringify(name) : name;
}

export interface Lengths {
  /** Where zero is, from 0 to 1. */
  readonly zero: number;
  /** By position of the groups. */
  readonly lengths: readonly (readonly Length[])[];
  /** Whether what the limit leaves out is so much that its bar goes on beyond the others. */
  readonly isCut: boolean;
}

/** Bars from zero on, all on the same scale, which is that of the names where the others are far more. */
export function lengthsOf(
  groups: readonly RankedGroup[],
  rowsOf: readonly (readonly (readonly WireRow[])[])[],
  reading: Reading,
  panel: BarsPanel,
): Lengths {
  const stacked = stacks(panel);
  const placed = groups.map((group, at) =>
    endToEnd(
      stacked
        ? (rowsOf[at] ?? []).flatMap((rows, part) => piecesOf(rows, part, undefined, reading, panel))
        : piecesOf(group.rows, 0, group.value, reading, panel),
    ),
  );
  const all = reachOf(placed.flat());
  const named = reachOf(placed.filter((_, at) => groups[at]?.others === undefined).flat());
  const isCut = named.room.unscaled > 0n && compare(all.room, add(named.room, named.room)) > 0;
  const { low, high } = isCut ? named : all;
  const place = (value: ExactDecimal) => Math.min(Math.max(placeBetween(value, low, high), 0), 1);
  const lengths = placed.map((each) =>
    each.map(({ piece, from, to }) => ({ ...piece, from: place(from), to: place(to) })),
  );
  return { zero: place(zero), lengths, isCut };
}

function reachOf(lengths: readonly { readonly from: ExactDecimal; readonly to: ExactDecimal }[]) {
  let [low, high] = [zero, zero];
  for (const { from, to } of lengths) {
    if (compare(from, low) < 0) low = from;
    if (compare(to, high) > 0) high = to;
  }
  return { low, high, room: subtract(high, low) };
}

/** What is open apart from what is final, where both together are the value. */
function piecesOf(
  rows: readonly WireRow[],
  part: number,
  known: GroupValue | undefined,
  reading: Reading,
  panel: BarsPanel,
): readonly Piece[] {
  const ofWindows = panel.time !== null;
  if (ofWindows && isAdditive(panel.value) && rows.some(({ final }) => !final)) {
    return [true, false].flatMap((final) => {
      const value = barValue(
        rows.filter((row) => row.final === final),
        reading,
        panel,
      );
      return value === undefined ? [] : [{ part, isOpen: !final, value }];
    });
  }
  const value = known ?? barValue(rows, reading, panel);
  const isOpen = ofWindows && rows.some(({ final }) => !final);
  return value === undefined ? [] : [{ part, isOpen, value }];
}

/** Those above zero to its right, those below to its left, each where the one before ends. */
function endToEnd(pieces: readonly Piece[]) {
  let [left, right]: [ExactDecimal, ExactDecimal] = [zero, zero];
  return pieces.map((piece) => {
    const { value } = piece.value;
    if (value.unscaled < 0n) {
      const to = left;
      left = add(left, value);
      return { piece, from: left, to };
    }
    const from = right;
    right = add(right, value);
    return { piece, from, to: right };
  });
}
