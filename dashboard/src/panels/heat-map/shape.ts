/** A value for each column and row. Where there is nothing, nothing is drawn: that is not zero. */
import type { HeatMapPanel } from "../../../../src/serving/pages.ts";
import type { WireRow } from "../../../../src/serving/protocol.ts";
import { axisKey, axisOf, columnsMax, rowsMax } from "../../data/axis.ts";
import { type GroupValue, groupsOf, groupValue, rowsToMeasure } from "../../data/groups.ts";
import { type HeatScale, heatScaleOf, heatStepOf } from "../../data/heat-scale.ts";
import { type Note, standingNotes, standingOf } from "../../data/standing.ts";
import { formatCount } from "../../numbers/format.ts";
import type { PanelInput } from "../panel-kind.ts";
import { answeredCells, hours, weekdayName, weekdays } from "./answer.ts";

export type HeatCell =
  | { readonly is: "missing" }
  /** There are rows, but they have no value. */
  | { readonly is: "unreadable" }
  | {
      readonly is: "value";
      readonly value: GroupValue;
      readonly step: number;
      readonly isOpen: boolean;
      readonly isCorrected: boolean;
      /** Undefined where an answer has it. */
      readonly rows: readonly WireRow[] | undefined;
    };

export interface HeatMap {
  readonly columns: readonly (string | null)[];
  readonly rows: readonly { readonly name: string | null; readonly cells: readonly HeatCell[] }[];
  readonly scale: HeatScale;
  readonly currency: string;
  readonly notes: readonly Note[];
}

/** A cell before it is known how it compares. */
interface Measured {
  readonly value: GroupValue | undefined;
  readonly isOpen: boolean;
  readonly isCorrected: boolean;
  readonly rows: readonly WireRow[] | undefined;
}

interface Table {
  readonly columns: readonly (string | null)[];
  readonly rowNames: readonly (string | null)[];
  /** By row and column. */
  readonly cells: readonly (readonly (Measured | undefined)[])[];
  readonly notes: readonly Note[];
}

export function shapeHeatMap(input: PanelInput<HeatMapPanel>): HeatMap | undefined {
  const answer = input.readings[0]?.answer;
  const table = answer === undefined ? measuredTable(input) : answeredTable(answer, input);
  if (table === undefined) return undefined;
  const values = table.cells.flat().flatMap((cell) => cell?.value ?? []);
  if (values.length === 0) return undefined;
  const scale = heatScaleOf(values.map(({ value }) => value));
  const rows = table.rowNames.map((name, at) => ({
    name,
    cells: (table.cells[at] ?? []).map((cell) => heatCell(cell, scale)),
  }));
  return { columns: table.columns, rows, scale, currency: values[0]?.currency ?? "", notes: table.notes };
}

function heatCell(cell: Measured | undefined, scale: HeatScale): HeatCell {
  if (cell === undefined) return { is: "missing" };
  const { value, ...more } = cell;
  if (value === undefined) return { is: "unreadable" };
  return { is: "value", value, step: heatStepOf(value.value, scale), ...more };
}

function measuredTable({ panel, readings: [reading], around }: PanelInput<HeatMapPanel>): Table | undefined {
  const { x, y, value, time, format, yNames } = panel;
  if (reading === undefined || x === null || y === null || value === null) return undefined;
  const { rows, atMs } = rowsToMeasure(reading, time, [value], around);
  const groups = groupsOf(reading, rows, [x, y]);
  const { times } = around;
  const found = (at: 0 | 1) => [
    ...new Map(groups.map(({ names }) => [axisKey(names[at] ?? null), names[at] ?? null])).values(),
  ];
  const xs = axisOf(reading, x, found(0), { names: {}, max: columnsMax, times });
  const ys = axisOf(reading, y, found(1), { names: yNames, max: rowsMax, times });
  const cells = ys.names.map((): (Measured | undefined)[] => xs.names.map(() => undefined));
  for (const { names, rows: own } of groups) {
    const column = xs.places.get(axisKey(names[0] ?? null));
    const row = cells[ys.places.get(axisKey(names[1] ?? null)) ?? -1];
    if (column === undefined || row === undefined) continue;
    row[column] = { value: groupValue(value, format, reading, own), ...standingOf(own, time), rows: own };
  }
  const notes = [
    ...(atMs === undefined ? [] : [`As of ${times.moment(atMs)}.`]),
    ...(xs.hidden > 0 ? [`${formatCount(BigInt(xs.hidden))} more columns are not shown.`] : []),
    ...(ys.hidden > 0 ? [`${formatCount(BigInt(ys.hidden))} more rows are not shown.`] : []),
    ...standingNotes(reading, rows, time, around),
  ];
  return { columns: xs.names, rowNames: ys.names, cells, notes };
}

function answeredTable(
  answer: Readonly<Record<string, unknown>>,
  { panel: { yNames, format } }: PanelInput<HeatMapPanel>,
): Table {
  const found = new Map(answeredCells(answer).map((cell) => [`${cell.weekday} ${cell.hour}`, cell]));
  const currency = format.currency !== null && "code" in format.currency ? format.currency.code : "";
  const cells = weekdays.map((weekday) =>
    hours.map((hour) => {
      const cell = found.get(`${weekday} ${hour}`);
      const value = cell?.value && { value: cell.value, currency };
      return cell && { value, isOpen: false, isCorrected: false, rows: undefined };
    }),
  );
  return {
    columns: hours.map(String),
    rowNames: weekdays.map((weekday) => yNames[weekday] ?? weekdayName(weekday)),
    cells,
    notes: typeof answer.timeZone === "string" ? [`Hours of ${answer.timeZone}.`] : [],
  };
}
