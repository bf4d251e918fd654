/** What is behind the numbers of a panel over a view: how they are computed, and of which rows, in words. */
import type { ViewSummary } from "../../../src/serving/answers.ts";
import type { Measure, Panel } from "../../../src/serving/pages.ts";
import type { WireRow, WireValue } from "../../../src/serving/protocol.ts";
import type { ViewSource } from "../data/asked.ts";
import { cellOf, instantOf, rowsWithin, textOf } from "../data/cells.ts";
import { tellsWhatIsFinal } from "../data/slots.ts";
import { openWords } from "../data/window-passed.ts";
import type { Around, PanelInput, Reading } from "../panels/panel-kind.ts";
import { type About, formulaOf, momentIn } from "./about.ts";

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
  /** Of the view's key, as soon as they are known. */
  readonly keyNames: readonly string[];
}

export interface Computed {
  readonly title: string;
  /** "sum(revenue) ÷ sum(orders)". */
  readonly formula: string;
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

/**
 * Of the source at that place: all that the panel can show of it, or what one number is of. `summary` names
 * the columns of the view's key, as soon as it is there.
 */
export function explained(
  { panel, readings, around }: PanelInput,
  place: number,
  number: About | undefined,
  summary?: Pick<ViewSummary, "columns" | "keyColumns"> | undefined,
): Explained | undefined {
  const [source, reading] = [panel.sources[place], readings[place]];
  if (source?.over !== "view" || reading === undefined) return undefined;
  const time = place === 0 && "time" in panel ? panel.time : null;
  const rows = newestFirst(
    reading,
    time,
    number?.rows ?? rowsWithin(reading, time, around.fromMs, around.toMs),
  );
  const isOpen = openIn(reading);
  const keyNames = summary?.keyColumns.map((column) => summary.columns[column]?.name ?? "") ?? [];
  return {
    view: source.view,
    computed: number === undefined ? computedBy(panel, place) : [],
    over: overWords(source.view, rows, time, reading, around),
    limits: place === 0 ? limitsOf(panel, source, around, time) : limitsOfSource(source),
    standing: standingWords(rows, isOpen),
    rows,
    told: rowReader(reading, source.columns, time, around, isOpen, keyNames),
    keyNames,
  };
}

function computedBy(panel: Panel, place: number): readonly Computed[] {
  if (panel.kind === "status") {
    return panel.items.flatMap(({ title, shows }) =>
      shows.is === "measure" && shows.source === place ? [computed(title, shows.value)] : [],
    );
  }
  if (place > 0) return [];
  const named = (values: readonly { readonly title: string; readonly value: Measure }[]) =>
    values.map(({ title, value }) => computed(title, value));
  switch (panel.kind) {
    case "kpi":
    case "gauge":
      return [computed(panel.title, panel.value)];
    case "bars":
      return panel.by.length === 0 ? named(panel.values) : [computed(panel.title, panel.value)];
    case "series":
    case "places":
      return named(panel.values);
    case "bubble":
      return named([panel.x, panel.y, panel.size]);
    case "funnel":
      return named(panel.steps);
    case "heat-map":
      return panel.value === null ? [] : [computed(panel.title, panel.value)];
    default:
      return [];
  }
}

function computed(title: string, measure: Measure): Computed {
  return { title, formula: formulaOf(measure) };
}

function overWords(
  view: string,
  rows: readonly WireRow[],
  time: string | null,
  { columns }: Reading,
  { fromMs, toMs, times }: Around,
): string {
  const count = `over ${rows.length.toLocaleString()} ${rows.length === 1 ? "row" : "rows"} of ${view}`;
  if (time === null) return count;
  const at = cellOf(columns, time);
  const known = rows.flatMap((row) => instantOf(at(row)) ?? []);
  const [oldestMs = fromMs, newestMs] = [known.at(-1), known[0]];
  if (oldestMs === newestMs) return `${count}, of ${momentIn(times, oldestMs, toMs)}`;
  // Of rows that it is compared with some are older than what is shown.
  return `${count} from ${momentIn(times, Math.min(fromMs, oldestMs), toMs)} to ${times.minute(toMs)}`;
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
  read: readonly string[],
  time: string | null,
  { times, toMs }: Around,
  isOpen: (row: WireRow) => boolean,
  keyNames: readonly string[],
): Explained["told"] {
  const at = time === null ? undefined : cellOf(columns, time);
  const open = openWords(columns);
  const known = new Set(read);
  return (row) => {
    const ms = at && instantOf(at(row));
    const key = keyValues(row);
    const ofKey = keyNames.flatMap((name, place) =>
      known.has(name) ? [] : [{ name, text: textOf(key[place] ?? null) }],
    );
    const ofPanel = columns.flatMap(({ name }, column) =>
      read.includes(name) ? [{ name, text: textOf(row.values[column] ?? null) }] : [],
    );
    return {
      key: row.key,
      name:
        ms === undefined
          ? key.map((value) => keyWords(value, times)).join(" · ") || "the only row"
          : times.moment(ms),
      ...(isOpen(row) ? { state: "open", stateWords: open(row, toMs) } : settled(row)),
      cells: [...ofKey, ...ofPanel],
    };
  };
}

const instant = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

function keyWords(value: WireValue, times: Around["times"]): string {
  const ms = typeof value === "string" && instant.test(value) ? instantOf(value) : undefined;
  return ms === undefined ? textOf(value) : times.moment(ms);
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
