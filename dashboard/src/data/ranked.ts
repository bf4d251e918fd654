/** What has the most of many, in exact order. */
import { nearestNumber } from "../numbers/exact-decimal.ts";
import type { GroupValue } from "./groups.ts";
import { compare } from "./ratios.ts";

/**
 * The first `shownMax` are in their order, of equal ones by name; those behind them are as they come, since
 * nobody sees in which order that is, and to sort them all would take longer than everything else.
 */
export function ranked<Item extends { readonly value: GroupValue }>(
  items: readonly Item[],
  /** 1: those with the least come first; -1: those with the most. */
  sign: 1 | -1,
  shownMax: number,
  nameOf: (item: Item) => string,
): readonly Item[] {
  const nears = Float64Array.from(items, ({ value }) => sign * nearestNumber(value.value));
  const last = nears.toSorted()[Math.min(shownMax, nears.length) - 1] ?? 0;
  const named = items.flatMap((item, at) => (nears[at]! <= last ? [{ item, name: nameOf(item) }] : []));
  named.sort(({ item: one, name }, { item: other, name: otherName }) => {
    const exactly = sign * compare(one.value.value, other.value.value);
    return exactly === 0 ? (name < otherName ? -1 : 1) : exactly;
  });
  return [...named.map(({ item }) => item), ...items.filter((_, at) => nears[at]! > last)];
}
