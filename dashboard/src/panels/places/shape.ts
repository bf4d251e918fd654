/** Places by rank, each with those within it: countries with their cities. */
import type { MeasureTerm, NamedMeasure, PlacesPanel } from "../../../../src/serving/pages.ts";
import type { WireRow, WireValue } from "../../../../src/serving/protocol.ts";
import {
  addsUp,
  type GroupValue,
  groupsOf,
  groupValue,
  nameIn,
  plainName,
  rowsToMeasure,
  takesLatest,
} from "../../data/groups.ts";
import { ranked } from "../../data/ranked.ts";
import { compare, placeBetween, shareOf } from "../../data/ratios.ts";
import { type Note, standingNotes, standingOf } from "../../data/standing.ts";
import { add, type ExactDecimal, zero } from "../../numbers/exact-decimal.ts";
import { formatCount } from "../../numbers/format.ts";
import type { PanelInput, Reading } from "../panel-kind.ts";
import { countryName } from "./countries.ts";

export interface Place {
  /** Of all places, within others too. */
  readonly key: string;
  /** As it is written in the rows. */
  readonly name: string | null;
  /** Of a code of a country. */
  readonly country: string | undefined;
  readonly rows: readonly WireRow[];
  /** By position of the panel's values; undefined where it has none. */
  readonly values: readonly (GroupValue | undefined)[];
  /** Of all, shown or not, where values are parts of a whole. */
  readonly share: ExactDecimal | undefined;
  /** From 0 to 1. */
  readonly length: number;
  readonly isOpen: boolean;
  readonly isCorrected: boolean;
  readonly within: readonly Place[];
  /** How many more there are within it. */
  readonly hidden: number;
}

export interface Places {
  readonly places: readonly Place[];
  readonly notes: readonly Note[];
}

export function shapePlaces(input: PanelInput<PlacesPanel>): Places | undefined {
  const {
    panel,
    readings: [reading],
    around,
  } = input;
  if (reading === undefined || panel.values.length === 0 || panel.by.length === 0) return undefined;
  const measures = panel.values.map(({ value }) => value);
  const { rows, atMs } = rowsToMeasure(reading, panel.time, measures, around);
  const { places, hidden, unreadable } = placesIn(rows, { depth: 0, prefix: [], whole: undefined }, input);
  if (places.length === 0) return undefined;
  return {
    places,
    notes: [
      ...(atMs === undefined ? [] : [`As of ${around.times.moment(atMs)}.`]),
      ...standingNotes(reading, rows, panel.time, around),
      ...(hidden > 0 ? [`${formatCount(BigInt(hidden))} more are not shown.`] : []),
      ...(unreadable > 0 ? [`${formatCount(BigInt(unreadable))} without a value.`] : []),
    ],
  };
}

/** Where places are within. */
interface Outer {
  readonly depth: number;
  readonly prefix: readonly WireValue[];
  /** What shares are of; undefined of the first places: all of them together. */
  readonly whole: Whole | undefined;
}

interface Whole {
  readonly sum: ExactDecimal | undefined;
  readonly most: ExactDecimal;
}

interface Found {
  readonly places: readonly Place[];
  readonly hidden: number;
  readonly unreadable: number;
}

function placesIn(rows: readonly WireRow[], outer: Outer, input: PanelInput<PlacesPanel>): Found {
  const { panel, readings, around } = input;
  const reading = readings[0]!;
  const path = panel.by[outer.depth];
  if (path === undefined) return { places: [], hidden: 0, unreadable: 0 };
  const [first] = panel.values;
  const groups = groupsOf(reading, rows, [path]);
  const valued = groups.flatMap(({ names: [name = null], rows: own }) => {
    const value = placeValue(first!, reading, own);
    return value === undefined ? [] : [{ name, rows: own, value }];
  });
  const nameOf = (name: WireValue) => nameIn(reading, path, name, around.times);
  const inOrder = ranked(valued, -1, panel.limit, ({ name }) => plainName([nameOf(name)]));
  const whole =
    outer.whole ??
    wholeOf(
      valued.map(({ value }) => value),
      first!,
    );
  const places = inOrder.slice(0, panel.limit).map(({ name, rows: own, value }): Place => {
    const prefix = [...outer.prefix, name];
    const text = nameOf(name);
    const inner = placesIn(own, { depth: outer.depth + 1, prefix, whole }, input);
    const others = panel.values.slice(1).map((each) => placeValue(each, reading, own));
    return {
      key: JSON.stringify(prefix),
      name: text,
      country: outer.depth === 0 && text !== null ? countryName(text) : undefined,
      rows: own,
      values: [value, ...others],
      share: shareOf(value.value, whole.sum),
      length: Math.max(placeBetween(value.value, zero, whole.most), 0),
      ...standingOf(own, panel.time),
      within: inner.places,
      hidden: inner.hidden,
    };
  });
  return { places, hidden: inOrder.length - places.length, unreadable: groups.length - valued.length };
}

/** The latest of a country is that of its cities together, where that means something. */
function placeValue({ value, format }: NamedMeasure, reading: Reading, rows: readonly WireRow[]) {
  if (!takesLatest(value) || rows.length === 1) return groupValue(value, format, reading, rows);
  if (value.per === null && !addsUp(value, format)) return undefined;
  return groupValue({ of: summed(value.of), per: value.per && summed(value.per) }, format, reading, rows);
}

function summed(term: MeasureTerm): MeasureTerm {
  return term.aggregate === "latest" ? { ...term, aggregate: "sum" } : term;
}

/** Of several currencies there is none. */
function wholeOf(values: readonly GroupValue[], { value: measure, format }: NamedMeasure): Whole {
  const isMixed = values.some(({ currency }) => currency !== values[0]?.currency);
  let [sum, most] = [zero, zero];
  for (const { value } of values) {
    sum = add(sum, value);
    if (compare(value, most) > 0) most = value;
  }
  return { sum: addsUp(measure, format) && !isMixed ? sum : undefined, most };
}
