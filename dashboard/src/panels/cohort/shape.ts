/**
 * Who came back, by when they came first: a row for each cohort, a column for each period since. A period
 * that is not over is open; one that has not begun is empty, which is not nobody.
 */
import type { CohortPanel } from "../../../../src/serving/pages.ts";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import { axisKey, axisOf, columnsMax, rowsMax } from "../../data/axis.ts";
import { cellOf, decimalOf } from "../../data/cells.ts";
import { daysIn, monthsIn } from "../../data/days.ts";
import { groupsOf } from "../../data/groups.ts";
import { type HeatScale, heatScaleOf, heatStepOf } from "../../data/heat-scale.ts";
import type { ExactDecimal } from "../../numbers/exact-decimal.ts";
import { formatCount } from "../../numbers/format.ts";
import type { PanelInput } from "../panel-kind.ts";
import { type AnsweredPeriod, answeredCohorts, grainOf } from "./answer.ts";

export interface Returned {
  /** 25 is 25 %. */
  readonly percent: ExactDecimal;
  readonly active: ExactDecimal | undefined;
  readonly averageEvents: ExactDecimal | undefined;
  readonly isOpen: boolean;
  /** That has it; undefined where an answer has it. */
  readonly row: WireRow | undefined;
  /** Of its time, from 0 to 1, where that is known. */
  readonly passed: number | undefined;
}

export type CohortCell =
  | { readonly is: "missing" }
  | { readonly is: "unreadable" }
  | ({ readonly is: "value"; readonly step: number } & Returned);

export interface CohortRow {
  readonly name: string | null;
  readonly size: ExactDecimal | undefined;
  readonly cells: readonly CohortCell[];
}

export interface Cohorts {
  /** "0" is the period of the first event. */
  readonly periods: readonly string[];
  readonly rows: readonly CohortRow[];
  readonly scale: HeatScale;
  /** Whether the first period, which most have whole, has more than the scale. */
  readonly isOpenEnded: boolean;
  /** What a period is: "day". */
  readonly grain: string;
  readonly notes: readonly string[];
}

/** A cohort before it is known how its cells compare; undefined where there is nothing. */
interface ReadCohort {
  readonly name: string | null;
  readonly size: ExactDecimal | undefined;
  readonly cells: readonly (Returned | "unreadable" | undefined)[];
}

interface Grid {
  readonly periods: readonly string[];
  readonly cohorts: readonly ReadCohort[];
  readonly grain: string;
  readonly hiddenCohorts: number;
  readonly hiddenPeriods: number;
}

export function shapeCohorts(input: PanelInput<CohortPanel>): Cohorts | undefined {
  const answer = input.readings[0]?.answer;
  const grid = answer === undefined ? gridOfRows(input) : gridOfAnswer(answer, input);
  if (grid === undefined || grid.cohorts.length === 0) return undefined;
  const { periods, cohorts, grain } = grid;
  const percents = (from: number) =>
    cohorts.flatMap(({ cells }) =>
      cells
        .slice(from)
        .flatMap((cell) => (cell === undefined || cell === "unreadable" ? [] : [cell.percent])),
    );
  const later = percents(1);
  const all = percents(0);
  const scale = heatScaleOf(later.length === 0 ? all : later);
  const rows = cohorts.map(({ cells, ...cohort }) => ({
    ...cohort,
    cells: periods.map((_, at) => cohortCell(cells[at], scale)),
  }));
  const isOpen = rows.some(({ cells }) => cells.some((cell) => cell.is === "value" && cell.isOpen));
  return {
    periods,
    rows,
    scale,
    isOpenEnded: heatScaleOf(all).high !== scale.high,
    grain,
    notes: [
      ...(isOpen ? [`Dashed: the ${grain} is not over.`] : []),
      ...hiddenWords(grid.hiddenCohorts, "more cohorts"),
      ...hiddenWords(grid.hiddenPeriods, `more ${grain}s`),
    ],
  };
}

function hiddenWords(hidden: number, what: string): readonly string[] {
  return hidden > 0 ? [`${formatCount(BigInt(hidden))} ${what} are not shown.`] : [];
}

function cohortCell(cell: ReadCohort["cells"][number], scale: HeatScale): CohortCell {
  if (cell === undefined) return { is: "missing" };
  if (cell === "unreadable") return { is: "unreadable" };
  return { is: "value", step: heatStepOf(cell.percent, scale), ...cell };
}

function gridOfAnswer(
  answer: Readonly<Record<string, unknown>>,
  { around: { toMs, times } }: PanelInput<CohortPanel>,
): Grid {
  const all = answeredCohorts(answer);
  const shown = all.slice(-rowsMax);
  const zone = typeof answer.timeZone === "string" ? answer.timeZone : times.zone;
  const grain = grainOf(answer);
  const nameOf = grain === "month" ? monthsIn(zone) : daysIn(zone);
  const last = Math.max(...shown.flatMap(({ periods }) => periods.map(({ period }) => period)), 0);
  const columns = Array.from({ length: Math.min(last + 1, columnsMax) }, (_, at) => at);
  const cohorts = shown.map(({ begin, beginMs, size, periods }): ReadCohort => {
    const byPeriod = new Map(periods.map((each) => [each.period, each]));
    const cells = columns.map((at) => {
      const period = byPeriod.get(at);
      return period && returned(period, toMs);
    });
    return { name: beginMs === undefined ? begin : nameOf(beginMs), size, cells };
  });
  return {
    periods: columns.map(String),
    cohorts,
    grain: grain ?? "period",
    hiddenCohorts: all.length - shown.length,
    hiddenPeriods: Math.max(last + 1 - columnsMax, 0),
  };
}

function returned(period: AnsweredPeriod, nowMs: number): Returned | "unreadable" {
  const { fromMs, toMs, isFinal, active, percent, averageEvents } = period;
  if (percent === undefined) return "unreadable";
  const isKnown = fromMs !== undefined && toMs !== undefined && nowMs >= fromMs && nowMs <= toMs;
  const passed = isKnown ? (nowMs - fromMs) / (toMs - fromMs) : undefined;
  return { percent, active, averageEvents, isOpen: !isFinal, passed, row: undefined };
}

function gridOfRows({ panel, readings: [reading], around }: PanelInput<CohortPanel>): Grid | undefined {
  const { group: cohort, period, size, percent } = panel;
  if (reading === undefined || cohort === null || period === null || percent === null) return undefined;
  const { times } = around;
  const groups = groupsOf(reading, reading.rows, [cohort]);
  const periodOf = cellOf(reading.columns, period);
  const percentOf = cellOf(reading.columns, percent);
  const sizeOf = size === null ? undefined : cellOf(reading.columns, size);
  const found = new Map(reading.rows.map((row) => [axisKey(periodOf(row)), periodOf(row)]));
  const columns = axisOf(reading, period, [...found.values()], { names: {}, max: columnsMax, times });
  const names = groups.map(({ names: [name = null] }) => name);
  const axis = axisOf(reading, cohort, names, { names: {}, max: rowsMax, times });
  const cohorts: ReadCohort[] = axis.names.map((name) => ({ name, size: undefined, cells: [] }));
  for (const {
    names: [own = null],
    rows,
  } of groups) {
    const place = axis.places.get(axisKey(own));
    if (place === undefined) continue;
    const cells = columns.names.map((): ReadCohort["cells"][number] => undefined);
    for (const row of rows) {
      const column = columns.places.get(axisKey(periodOf(row)));
      if (column === undefined) continue;
      const value = decimalOf(percentOf(row));
      const more = {
        active: undefined,
        averageEvents: undefined,
        isOpen: !row.final,
        passed: undefined,
        row,
      };
      cells[column] = value === undefined ? "unreadable" : { percent: value, ...more };
    }
    const sizes = rows.flatMap((row) => (sizeOf && decimalOf(sizeOf(row))) ?? []);
    cohorts[place] = { name: axis.names[place] ?? null, size: sizes[0], cells };
  }
  const periods = columns.names.map((name) => name ?? "none");
  return { periods, cohorts, grain: "period", hiddenCohorts: axis.hidden, hiddenPeriods: columns.hidden };
}
