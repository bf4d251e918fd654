/**
 * Ranked bars: a value for each name, as far as the limit goes, and what it leaves out as one bar. Values
 * below zero lie to the left of the zero line.
 */
import type { BarsPanel, Level } from "../../../../src/serving/pages.ts";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import {
  type Group,
  type GroupValue,
  groupsOf,
  nameIn,
  plainName,
  rowsToMeasure,
  sumOf,
} from "../../data/groups.ts";
import { levelOf } from "../../data/levels.ts";
import { measured } from "../../data/measures.ts";
import { ranked } from "../../data/ranked.ts";
import { type Note, standingNotes, standingOf } from "../../data/standing.ts";
import { formatCount } from "../../numbers/format.ts";
import type { PanelInput, Reading } from "../panel-kind.ts";
import {
  barValue,
  type Length,
  lengthsOf,
  type Part,
  partedRows,
  type RankedGroup,
  stacks,
} from "./lengths.ts";
import { asNamedRows } from "./named-rows.ts";

export interface Bar {
  readonly key: string;
  readonly names: readonly (string | null)[];
  /** Of how many names it is, where it is what the limit leaves out. */
  readonly others: number | undefined;
  readonly value: GroupValue;
  /** By part; of a bar without parts all of them as one. */
  readonly rowsOf: readonly (readonly WireRow[])[];
  readonly lengths: readonly Length[];
  readonly level: Level | undefined;
  readonly isCorrected: boolean;
}

export interface Bars {
  readonly bars: readonly Bar[];
  /** Where zero is, from 0 to 1. */
  readonly zero: number;
  /** Empty where bars have none. */
  readonly parts: readonly Part[];
  readonly notes: readonly Note[];
}

export function shapeBars(given: PanelInput<BarsPanel>): Bars | undefined {
  const input = given.panel.values.length === 0 ? given : asNamedRows(given);
  const { panel, readings, around } = input;
  const [reading] = readings;
  if (reading === undefined) return undefined;
  const { rows, atMs } = rowsToMeasure(reading, panel.time, [panel.value], around);
  const groups = groupsOf(reading, rows, panel.by);
  const valued: Valued[] = [];
  for (const { names, rows: own } of groups) {
    const value = barValue(own, reading, panel);
    if (value !== undefined) valued.push({ names, rows: own, value });
  }
  if (valued.length === 0) return undefined;
  const ordered = inOrder(valued, input);
  const shown = ordered.slice(0, panel.limit).map((each) => rankedGroup(each, input));
  const left = ordered.slice(panel.limit);
  const rest = restOf(left, reading, panel);
  const all = rest === undefined ? shown : [...shown, rest];
  const { parts, rowsOf } = partedRows(all, reading, panel, around.times);
  const { zero, lengths, isCut } = lengthsOf(all, rowsOf, reading, panel);
  const bars = all.map((each, at) => ({
    ...barOf(each, reading, panel),
    rowsOf: rowsOf[at] ?? [],
    lengths: lengths[at] ?? [],
  }));
  const unreadable = groups.length - valued.length;
  const leftOut = { unreadable, hidden: rest === undefined ? left.length : 0, isCut };
  const asOf = atMs === undefined ? [] : [`As of ${around.times.moment(atMs)}.`];
  const shownRows = all.flatMap((each) => each.rows);
  const standing = standingNotes(reading, shownRows, panel.time, around);
  return { bars, zero, parts, notes: [...asOf, ...standing, ...notesOf(leftOut)] };
}

interface Valued extends Group {
  readonly value: GroupValue;
}

function namesOf({ names }: Valued, { panel, readings: [reading], around }: PanelInput<BarsPanel>) {
  return panel.by.map((path, at) => nameIn(reading!, path, names[at] ?? null, around.times));
}

function rankedGroup(valued: Valued, input: PanelInput<BarsPanel>): RankedGroup {
  const { rows, value } = valued;
  return { names: namesOf(valued, input), others: undefined, rows, value };
}

/** One bar of all that the limit leaves out, where their values together mean something. */
function restOf(left: readonly Valued[], reading: Reading, panel: BarsPanel): RankedGroup | undefined {
  const { of, per } = panel.value;
  const terms = per === null ? [of] : [of, per];
  const areSums = terms.every(({ aggregate }) => aggregate === "sum" || aggregate === "count");
  const isMeant = areSums || stacks(panel);
  if (!panel.rest || left.length === 0 || !isMeant) return undefined;
  const rows = left.flatMap((group) => group.rows);
  const value = per === null ? sumOf(left.map((each) => each.value)) : barValue(rows, reading, panel);
  const names = [left.length === 1 ? "1 other" : `${formatCount(BigInt(left.length))} others`];
  return value && { names, others: left.length, rows, value };
}

const byName = new Intl.Collator(undefined, { numeric: true });

function inOrder(valued: readonly Valued[], input: PanelInput<BarsPanel>): readonly Valued[] {
  const { sort, limit } = input.panel;
  if (sort === "none") return valued;
  if (sort === "name") {
    const keyed = valued.map((each) => ({ each, names: namesOf(each, input) }));
    return keyed.sort((one, other) => compareNames(one.names, other.names)).map(({ each }) => each);
  }
  const nameOf = (each: Valued) => plainName(namesOf(each, input));
  return ranked(valued, sort === "least" ? 1 : -1, limit, nameOf);
}

/** What has no name comes last. */
function compareNames(left: readonly (string | null)[], right: readonly (string | null)[]): number {
  for (const [at, name] of left.entries()) {
    const other = right[at] ?? null;
    if (name === other) continue;
    if (name === null || other === null) return name === null ? 1 : -1;
    const order = byName.compare(name, other);
    if (order !== 0) return order;
  }
  return 0;
}

function barOf(group: RankedGroup, reading: Reading, panel: BarsPanel): Omit<Bar, "rowsOf" | "lengths"> {
  const { names, others, rows, value } = group;
  const judged = panel.levelOf === null ? value.value : measured(panel.levelOf, reading, rows, panel.time);
  return {
    key: others === undefined ? JSON.stringify(names) : "others",
    names,
    others,
    value,
    // A level is of one name, not of many together.
    level: others === undefined ? levelOf(judged, panel.levels) : undefined,
    isCorrected: standingOf(rows, panel.time).isCorrected,
  };
}

interface LeftOut {
  readonly unreadable: number;
  readonly hidden: number;
  readonly isCut: boolean;
}

function notesOf({ unreadable, hidden, isCut }: LeftOut): readonly string[] {
  return [
    ...(isCut ? ["The bar of the others goes on beyond the edge."] : []),
    ...(hidden > 0 ? [`${formatCount(BigInt(hidden))} more are not shown.`] : []),
    ...(unreadable > 0 ? [`${formatCount(BigInt(unreadable))} without a value.`] : []),
  ];
}
