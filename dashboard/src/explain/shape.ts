/** What is behind the numbers of a panel over a view: how they are computed, and of which rows, in words. */
import type { ViewSummary } from "../../../src/serving/answers.ts";
import type { Format, Measure, MeasureTerm, Panel } from "../../../src/serving/pages.ts";
import type { WireRow, WireValue } from "../../../src/serving/protocol.ts";
import type { ViewSource } from "../data/asked.ts";
import { cellOf, instantOf, rowsWithin, textOf } from "../data/cells.ts";
import { currencyOf, exact } from "../data/formatted.ts";
import { measured } from "../data/measures.ts";
import { isOfLatest, panelValue } from "../data/panel-value.ts";
import { tellsWhatIsFinal } from "../data/slots.ts";
import { openWords } from "../data/window-passed.ts";
import type { Around, PanelInput, Reading } from "../panels/panel-kind.ts";
import type { Times } from "../time/times.ts";

export interface Explained {
  readonly view: string;
  readonly computed: readonly Computed[];
  /** "over 60 rows of sales_per_minute from 14:30 to 15:30". */
  readonly over: string;
  /** What of the view's rows is left out, and by what. */
  readonly limits: readonly { readonly name: string; readonly text: string }[];
  /** "1 of them is open, 2 were corrected"; empty where all are final. */
  readonly standing: string;
  /** Newest first. */
  readonly rows: readonly WireRow[];
  readonly told: (row: WireRow) => ExplainedRow;
}

export interface Computed {
  readonly title: string;
  /** "sum(revenue) ÷ sum(orders)". */
  readonly formula: string;
  /** Every digit; undefined where the panel shows more than one number of it, or none. */
  readonly value: string | undefined;
}

export interface ExplainedRow {
  readonly key: string;
  /** When it is, or what its key is. */
  readonly name: string;
  readonly state: "open" | "corrected" | "final";
  /** "open, 62 % of the minute", "corrected r1". */
  readonly stateWords: string;
  /** Those of the key first, which the panel may not read. */
  readonly cells: readonly { readonly name: string; readonly text: string }[];
}

interface Shown {
  readonly title: string;
  readonly measure: Measure;
  readonly format?: Format | undefined;
}

/** Of the source at that place. `summary` names the columns of the view's key, as soon as it is there. */
export function explained(
  { panel, readings, around }: PanelInput,
  place: number,
  summary?: Pick<ViewSummary, "columns" | "keyColumns"> | undefined,
): Explained | undefined {
  const [source, reading] = [panel.sources[place], readings[place]];
  if (source?.over !== "view" || reading === undefined) return undefined;
  const time = place === 0 && "time" in panel ? panel.time : null;
  const shown = shownOf(panel, place);
  const ofNewest = shown.length > 0 && shown.every(({ measure }) => isOfLatest(measure));
  const rows = newestFirst(reading, time, rowsBehind(shown, reading, time, around, panel));
  const isOpen = openIn(reading);
  return {
    view: source.view,
    computed: shown.map((each) => computed(each, reading, time, around, panel)),
    over: overWords(source.view, rows, { time, ofNewest, reading, around }),
    limits: place === 0 ? limitsOf(panel, source, around, time) : limitsOfSource(source),
    standing: standingWords(rows, isOpen),
    rows,
    told: rowReader(reading, time, around, isOpen, summary),
  };
}

function shownOf(panel: Panel, place: number): readonly Shown[] {
  const items = panel.kind === "status" ? panel.items : [];
  if (panel.kind === "status") {
    return items.flatMap(({ title, shows }) =>
      shows.is === "measure" && shows.source === place
        ? [{ title, measure: shows.value, format: shows.format }]
        : [],
    );
  }
  if (place > 0) return [];
  const named = (values: readonly { readonly title: string; readonly value: Measure }[]) =>
    values.map(({ title, value }) => ({ title, measure: value }));
  switch (panel.kind) {
    case "kpi":
    case "gauge":
      return [{ title: panel.title, measure: panel.value, format: panel.format }];
    case "bars":
      return panel.by.length === 0 ? named(panel.values) : [{ title: panel.title, measure: panel.value }];
    case "series":
    case "places":
      return named(panel.values);
    case "bubble":
      return named([panel.x, panel.y, panel.size]);
    case "funnel":
      return named(panel.steps);
    case "heat-map":
      return panel.value === null ? [] : [{ title: panel.title, measure: panel.value }];
    default:
      return [];
  }
}

/** A number is of the rows that its panel takes; of pictures they are all that can be in one. */
function rowsBehind(
  [first]: readonly Shown[],
  reading: Reading,
  time: string | null,
  around: Around,
  { kind }: Panel,
): readonly WireRow[] {
  if (first !== undefined && (kind === "kpi" || kind === "gauge"))
    return panelValue(first.measure, reading, time, around)?.rows ?? [];
  return rowsWithin(reading, time, around.fromMs, around.toMs);
}

function computed(
  { title, measure, format }: Shown,
  reading: Reading,
  time: string | null,
  around: Around,
  { kind }: Panel,
): Computed {
  const formula = formulaOf(measure);
  if (format === undefined) return { title, formula, value: undefined };
  const of = kind === "status" ? undefined : panelValue(measure, reading, time, around);
  const value = kind === "status" ? measured(measure, reading, reading.rows, null) : of?.value;
  const currency = currencyOf(format, reading, of?.rows.at(-1) ?? reading.rows[0]);
  return { title, formula, value: exact(value, format, currency) || "no number" };
}

export function formulaOf({ of, per }: Measure): string {
  return per === null ? termWords(of) : `${termWords(of)} ÷ ${termWords(per)}`;
}

function termWords({ aggregate, column }: MeasureTerm): string {
  return `${aggregate}(${column ?? ""})`;
}

interface Span {
  readonly time: string | null;
  readonly ofNewest: boolean;
  readonly reading: Reading;
  readonly around: Around;
}

function overWords(
  view: string,
  rows: readonly WireRow[],
  { time, ofNewest, reading, around }: Span,
): string {
  const { fromMs, toMs, times } = around;
  const [row] = rows;
  if (ofNewest && row !== undefined) {
    if (time === null) return `over the first row of ${view}`;
    const atMs = instantOf(cellOf(reading.columns, time)(row));
    const at = atMs === undefined ? "" : `, of ${momentIn(times, atMs, toMs)}`;
    return `over the newest row of ${view}${at}`;
  }
  const count = `over ${rows.length.toLocaleString()} ${rows.length === 1 ? "row" : "rows"} of ${view}`;
  if (time === null) return count;
  return `${count} from ${momentIn(times, fromMs, toMs)} to ${times.minute(toMs)}`;
}

const dayMs = 86_400_000;

/** Without the day where it cannot be another. */
function momentIn(times: Times, ms: number, nearMs: number): string {
  return Math.abs(nearMs - ms) < dayMs / 2 ? times.minute(ms) : times.moment(ms);
}

function limitsOf(panel: Panel, source: ViewSource, around: Around, time: string | null) {
  const chosen = Object.entries(panel.match).flatMap(([column, filter]) => {
    const value = around.filters.get(filter) ?? null;
    return value === null ? [] : [{ name: "Filter", text: `${column} is ${value}` }];
  });
  const newest = panel.newest === null ? [] : [{ name: "Only the newest", text: panel.newest }];
  const timed = time === null ? [] : [{ name: "Time", text: time }];
  return [...limitsOfSource(source), ...chosen, ...newest, ...timed];
}

function limitsOfSource({ where, emit }: ViewSource) {
  const condition = where === null ? [] : [{ name: "Condition", text: where }];
  return emit === "final" ? [...condition, { name: "Rows", text: "only final ones" }] : condition;
}

function newestFirst(reading: Reading, time: string | null, rows: readonly WireRow[]): readonly WireRow[] {
  const path = time ?? (reading.columns.some(({ name }) => name === "window_start") ? "window_start" : null);
  if (path === null) return rows;
  const at = cellOf(reading.columns, path);
  const timed = rows.map((row) => ({ row, ms: instantOf(at(row)) ?? Number.NEGATIVE_INFINITY }));
  // By the key where the time is the same, so that rows do not change places as they are told.
  timed.sort((left, right) =>
    left.ms === right.ms ? (left.row.key < right.row.key ? -1 : 1) : left.ms < right.ms ? 1 : -1,
  );
  return timed.map(({ row }) => row);
}

function openIn(reading: Reading): (row: WireRow) => boolean {
  const tells = tellsWhatIsFinal(
    reading,
    reading.columns.some(({ name }) => name === "window_end"),
  );
  return ({ final }) => tells && !final;
}

function rowReader(
  { columns }: Reading,
  time: string | null,
  { times, toMs }: Around,
  isOpen: (row: WireRow) => boolean,
  summary: Pick<ViewSummary, "columns" | "keyColumns"> | undefined,
): Explained["told"] {
  const at = time === null ? undefined : cellOf(columns, time);
  const open = openWords(columns);
  const known = new Set(columns.map(({ name }) => name));
  const keyNames = summary?.keyColumns.map((column) => summary.columns[column]?.name ?? "") ?? [];
  return (row) => {
    const ms = at && instantOf(at(row));
    const key = keyValues(row);
    const ofKey = keyNames.flatMap((name, place) =>
      known.has(name) ? [] : [{ name, text: textOf(key[place] ?? null) }],
    );
    const ofPanel = columns.map(({ name }, column) => ({ name, text: textOf(row.values[column] ?? null) }));
    return {
      key: row.key,
      name: ms === undefined ? key.map(textOf).join(" · ") || "the only row" : times.moment(ms),
      ...(isOpen(row) ? { state: "open", stateWords: open(row, toMs) } : settled(row)),
      cells: [...ofKey, ...ofPanel],
    };
  };
}

function settled({ final, revision }: WireRow): Pick<ExplainedRow, "state" | "stateWords"> {
  if (revision > 0) return { state: "corrected", stateWords: `corrected r${revision}` };
  return { state: "final", stateWords: final ? "final" : "as it is now" };
}

function keyValues({ key }: WireRow): readonly WireValue[] {
  try {
    return JSON.parse(key) as WireValue[];
  } catch {
    return [key];
  }
}

function standingWords(rows: readonly WireRow[], isOpen: (row: WireRow) => boolean): string {
  const open = rows.filter(isOpen).length;
  const corrected = rows.filter((row) => row.revision > 0 && !isOpen(row)).length;
  return [
    open === 0 ? "" : `${open} ${open === 1 ? "is" : "are"} open and may still change`,
    corrected === 0 ? "" : `${corrected} ${corrected === 1 ? "was" : "were"} corrected`,
  ]
    .filter((words) => words !== "")
    .join(", ");
}
