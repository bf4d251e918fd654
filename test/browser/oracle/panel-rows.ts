/** Rows that a panel is of, as the API gives them, and one number of many rows. */
import type {
  Format,
  Measure,
  MeasureTerm,
  Page,
  PageSpan,
  Panel,
  PanelSource,
} from "../../../src/serving/pages.ts";
import { type Exact, exactOf, order, over, plus, text } from "./exact-arithmetic.ts";

export type Row = Readonly<Record<string, unknown>>;

/** What a page shows of time. */
export interface Shown {
  readonly fromMs: number;
  readonly toMs: number;
  /** Older rows are not asked for. */
  readonly sinceMs: number;
}

const minuteMs = 60_000;
const lengthsMs: Readonly<Record<PageSpan, number>> = {
  "15m": 15 * minuteMs,
  "1h": 60 * minuteMs,
  "24h": 24 * 60 * minuteMs,
  "7d": 7 * 24 * 60 * minuteMs,
};

/** A live page moves on by a 600th of its span, and is never behind now; of a day the week before is read. */
/** As of a moment at which the steps of all spans meet. */
export function shownBy(page: Page, panel: Panel, atMs: number): Shown {
  const span = panel.span ?? page.span;
  const lengthMs = lengthsMs[span];
  const fromMs = atMs - lengthMs;
  const beforeMs = fromMs - (span === "24h" ? lengthsMs["7d"] : lengthMs);
  return { fromMs, toMs: atMs, sinceMs: Math.floor(beforeMs / lengthMs) * lengthMs };
}

/** A member of an object by its path: `metrics.revenue`. */
export function at(row: Row, path: string): unknown {
  if (path in row) return row[path] ?? null;
  return (
    path
      .split(".")
      .reduce<unknown>(
        (value, name) => (typeof value === "object" ? (value as Row | null)?.[name] : null),
        row,
      ) ?? null
  );
}

export function msOf(row: Row, path: string): number {
  return Date.parse(String(at(row, path)));
}

/** As the API gives them: without those that no panel of the time asks for; the newest may be of any time. */
export async function rowsOf(
  url: string,
  { newest }: Panel,
  source: PanelSource & { over: "view" },
  { sinceMs, toMs }: Shown,
) {
  const { view, where, emit, time } = source;
  const query = new URLSearchParams({ limit: "100000", at: new Date(toMs).toISOString() });
  if (where !== null) query.set("where", where);
  if (emit !== null) query.set("emit", emit);
  const answer = await fetch(`${url}/v1/views/${view}?${query}`);
  if (!answer.ok) throw new Error(`${view}: ${await answer.text()}`);
  const { rows } = (await answer.json()) as { readonly rows: readonly Row[] };
  return time === null || newest !== null ? rows : rows.filter((row) => msOf(row, time.column) >= sinceMs);
}

/** Of the first source: of the newest moment that has passed, where the panel wants that; as is chosen. */
export function chosenRows(
  panel: Panel,
  rows: readonly Row[],
  filters: ReadonlyMap<string, string>,
  shown: Shown,
) {
  const { newest, match } = panel;
  const moments =
    newest === null ? [] : rows.map((row) => msOf(row, newest)).filter((ms) => ms <= shown.toMs);
  const newestMs = Math.max(...moments);
  const ofNewest = newest === null ? rows : rows.filter((row) => msOf(row, newest) === newestMs);
  return ofNewest.filter((row) =>
    Object.entries(match).every(([column, filter]) => {
      const wanted = filters.get(filter);
      return wanted === undefined || String(at(row, column)) === wanted;
    }),
  );
}

export function within(
  rows: readonly Row[],
  time: string | null,
  fromMs: number,
  toMs: number,
): readonly Row[] {
  if (time === null) return rows;
  return rows.filter((row) => msOf(row, time) >= fromMs && msOf(row, time) < toMs);
}

export const takesLatest = ({ of, per }: Measure): boolean =>
  of.aggregate === "latest" || per?.aggregate === "latest";

/** Of nothing it is nothing. */
export const isSum = ({ of, per }: Measure): boolean =>
  per === null && (of.aggregate === "sum" || of.aggregate === "count");

/** Where a measure takes the latest, only rows of the newest instant of all count. */
export function measuredRows(
  rows: readonly Row[],
  time: string | null,
  measures: readonly Measure[],
  shown: Shown,
) {
  const inSpan = within(rows, time, shown.fromMs, shown.toMs);
  if (time === null || !measures.some(takesLatest)) return inSpan;
  const newestMs = Math.max(...inSpan.map((row) => msOf(row, time)));
  return inSpan.filter((row) => msOf(row, time) === newestMs);
}

export function measure({ of, per }: Measure, rows: readonly Row[], time: string | null): Exact | undefined {
  const value = term(of, rows, time);
  if (per === null || value === undefined) return value;
  const divisor = term(per, rows, time);
  return divisor === undefined || divisor.digits === 0n ? undefined : over(value, divisor);
}

function term(
  { aggregate, column }: MeasureTerm,
  rows: readonly Row[],
  time: string | null,
): Exact | undefined {
  if (column === null) return exactOf(rows.length);
  // The latest is of all rows of the newest moment together.
  const newestMs = time === null ? 0 : Math.max(...rows.map((row) => msOf(row, time)));
  const isCounted = (row: Row) => aggregate !== "latest" || time === null || msOf(row, time) === newestMs;
  const cells = rows.filter(isCounted).map((row) => at(row, column));
  if (aggregate === "count") return exactOf(cells.filter((cell) => cell !== null).length);
  const numbers = cells.map(exactOf).filter((number) => number !== undefined);
  if (numbers.length === 0) return undefined;
  if (aggregate === "latest") return time === null ? numbers[0] : numbers.reduce(plus);
  if (aggregate === "sum") return numbers.reduce(plus);
  return numbers.toSorted(order).at(aggregate === "min" ? 0 : -1);
}

/** Every digit; money with its currency. */
export function exactText(value: Exact | undefined, { as, currency }: Format, row: Row | undefined): string {
  if (value === undefined) return "";
  if (as !== "money" || currency === null) return text(value);
  const code = "code" in currency ? currency.code : String((row && at(row, currency.column)) ?? "");
  return `${text(value)} ${code}`.trimEnd();
}

/** A value that is no number for the panel. */
export function plainText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
