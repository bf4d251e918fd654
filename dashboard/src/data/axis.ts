/** The columns or the rows of a grid: what values there are, in which order, and what they are called. */
import type { ColumnPath } from "../../../src/serving/pages.ts";
import type { WireType, WireValue } from "../../../src/serving/protocol.ts";
import type { Reading } from "../panels/panel-kind.ts";
import type { Times } from "../time/times.ts";
import { instantOf } from "./cells.ts";
import { daysIn } from "./days.ts";
import { nameIn } from "./groups.ts";

export interface Axis {
  readonly names: readonly (string | null)[];
  /** By value, as `axisKey` writes it; those that are not shown have none. */
  readonly places: ReadonlyMap<string, number>;
  /** How many there are more. */
  readonly hidden: number;
}

/** As many as can be looked at together. */
export const columnsMax = 62;
export const rowsMax = 31;
const namesMax = 1_000;
const dayMs = 86_400_000;
const byName = new Intl.Collator(undefined, { numeric: true });

export function axisKey(value: WireValue): string {
  return JSON.stringify(value);
}

interface AxisSettings {
  readonly names: Readonly<Record<string, string>>;
  readonly max: number;
  readonly times: Times;
}

/** Names tell an order, and what is there whether it has rows or not. */
export function axisOf(
  reading: Reading,
  path: ColumnPath,
  found: readonly WireValue[],
  { names, max, times }: AxisSettings,
): Axis {
  const type = reading.columns.find(({ name }) => name === path)?.type ?? "string";
  const order = Object.keys(names);
  const named = order.map((name) => found.find((value) => String(value) === name) ?? name);
  const others = found.filter((value) => !order.includes(String(value)));
  const all = [
    ...named,
    ...(order.length > 0 ? inOrder(others, type) : withoutGaps(inOrder(others, type), max)),
  ];
  // Of times the newest are worth more.
  const shown = type === "timestamp" ? all.slice(-max) : all.slice(0, max);
  const nameOf = namer(reading, path, shown, times);
  return {
    names: shown.map((value) => names[String(value)] ?? nameOf(value)),
    places: new Map(shown.map((value, at) => [axisKey(value), at])),
    hidden: all.length - shown.length,
  };
}

/** Numbers and times, then names, then what has none. */
function inOrder(values: readonly WireValue[], type: WireType): readonly WireValue[] {
  const orderOf = (value: WireValue) => {
    const order = type === "timestamp" ? instantOf(value) : Number(value);
    return order === undefined || Number.isNaN(order) ? Number.MAX_VALUE : order;
  };
  const keyed = values.map((value) => ({
    value,
    order: value === null ? Number.POSITIVE_INFINITY : orderOf(value),
    text: String(value),
  }));
  // Far more than are shown are not worth the words' own order, which takes a second of them.
  const isMany = values.length > namesMax;
  keyed.sort((one, other) => {
    if (one.order !== other.order) return one.order < other.order ? -1 : 1;
    return isMany ? (one.text < other.text ? -1 : 1) : byName.compare(one.text, other.text);
  });
  return keyed.map(({ value }) => value);
}

/** An hour in which nothing was is an hour all the same. */
function withoutGaps(values: readonly WireValue[], max: number): readonly WireValue[] {
  const [first, last] = [values[0], values.at(-1)];
  if (!values.every(Number.isSafeInteger)) return values;
  const count = Number(last) - Number(first) + 1;
  return count <= max ? Array.from({ length: count }, (_, at) => Number(first) + at) : values;
}

/** Times of one day without the day, and days without the time. */
function namer(reading: Reading, path: ColumnPath, values: readonly WireValue[], times: Times) {
  const isTime = reading.columns.find(({ name }) => name === path)?.type === "timestamp";
  if (!isTime) return (value: WireValue) => nameIn(reading, path, value, times);
  const known = values.flatMap((value) => (value === null ? [] : (instantOf(value) ?? [])));
  const isOfDay = Math.max(...known) - Math.min(...known) < dayMs;
  const day = daysIn(times.zone);
  const areDays = new Set(known.map(day)).size === known.length;
  const timeOf = isOfDay ? times.minute : areDays ? day : times.moment;
  return (value: WireValue) => {
    const ms = value === null || known.length < 2 ? undefined : instantOf(value);
    return ms === undefined ? nameIn(reading, path, value, times) : timeOf(ms);
  };
}
