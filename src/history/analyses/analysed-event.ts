/** An event as a project defines it, and its rows of history as SQL. An actor that is NULL counts nowhere. */
import { closestName } from "../../errors/suggest.ts";
import { quoted } from "../duck/duck-type.ts";
import { SettingRefusal } from "./setting.ts";

export interface AnalysedEvent {
  readonly name: string;
  /** All of them have what it names. */
  readonly streams: readonly string[];
  /** A column: who did it. */
  readonly actor: string;
  /** A column: when it happened. */
  readonly at: string;
  /** What a sum adds up: a column or a property. */
  readonly value: string | undefined;
  /** Which rows of the streams it is; undefined: all. */
  readonly where: string | undefined;
  /** By name what is computed of the stream's columns. */
  readonly properties: ReadonlyMap<string, string>;
  /** Of each stream; those of nested values are not among them. */
  readonly columns: readonly string[];
}

/** What a property or a column of the event is, as SQL. */
export function expressionOf(event: AnalysedEvent, name: string, setting: string): string {
  const written = event.properties.get(name);
  if (written !== undefined) return inBrackets(written);
  if (event.columns.includes(name)) return quoted(name);
  const known = [...event.properties.keys(), ...event.columns];
  const expected = `a property of ${event.name} or a column of ${event.streams.join(", ")}`;
  throw new SettingRefusal(setting, expected, closestName(name, known));
}

/** A comment at its end hides nothing that stands behind it. */
const inBrackets = (sql: string) => `(${sql}\n)`;

/** The events of which the server had rows at a moment: what came later is none of them. */
export function takenUntil(
  events: ReadonlyMap<string, AnalysedEvent>,
  atMs: number,
): ReadonlyMap<string, AnalysedEvent> {
  const taken = `epoch_ms(_at) <= ${atMs}`;
  const limited = ({ where, ...event }: AnalysedEvent) => ({
    ...event,
    where: where === undefined ? taken : `${taken} AND ${inBrackets(where)}`,
  });
  return new Map([...events].map(([name, event]) => [name, limited(event)]));
}

/** From when to when, as SQL of instants; undefined where there is no bound. */
export interface Range {
  readonly from?: string | undefined;
  /** Not in it any more. */
  readonly to: string;
}

/** What is told of each row beside its actor and place: a name, and what it is of the first event. */
export interface Told {
  readonly name: string;
  readonly sql: string;
}

/**
 * The rows of the events as a query: `actor_`, `at_`, `_step`, `_row`, and `is_0`, `is_1` … for which of the
 * events each is. A row is there once, though it be several of them, where they have the same columns for
 * actor and time.
 */
export function rowsOf(events: readonly AnalysedEvent[], range: Range, told: readonly Told[] = []): string {
  const parts = events.flatMap((event) => event.streams.map((stream) => ({ event, stream })));
  const scans = Map.groupBy(parts, ({ event: { actor, at }, stream }) => JSON.stringify([stream, actor, at]));
  const queries = [...scans.values()].map((scan) => {
    const inScan = new Set(scan.map(({ event }) => event));
    const marks = events.map(
      (each, place) => `${inScan.has(each) ? conditionOf(each) : "FALSE"} AS is_${place}`,
    );
    const more = told.map(({ name, sql }) => `${inScan.has(events[0]!) ? sql : "NULL"} AS ${name}`);
    const wanted = [...inScan].map(conditionOf).join(" OR ");
    const { event, stream } = scan[0]!;
    return `SELECT ${[placeOf(event), ...marks, ...more].join(", ")} FROM ${quoted(stream)}
      WHERE ${inRange(event, range)} AND (${wanted})`;
  });
  return queries.join("\nUNION ALL ");
}

/** The rows of one event, with what is told of each. */
export function rowsOfOne(event: AnalysedEvent, range: Range, told: readonly Told[] = []): string {
  const more = told.map(({ name, sql }) => `${sql} AS ${name}`);
  const ofStream = (stream: string) => `SELECT ${[placeOf(event), ...more].join(", ")} FROM ${quoted(stream)}
    WHERE ${inRange(event, range)} AND ${conditionOf(event)}`;
  return event.streams.map(ofStream).join("\nUNION ALL ");
}

const timeOf = ({ at }: AnalysedEvent) => `CAST(${quoted(at)} AS TIMESTAMPTZ)`;

function placeOf(event: AnalysedEvent): string {
  return `CAST(${quoted(event.actor)} AS VARCHAR) AS actor_, ${timeOf(event)} AS at_, _step, _row`;
}

function inRange(event: AnalysedEvent, { from, to }: Range): string {
  const at = timeOf(event);
  const lower = from === undefined ? "" : ` AND ${at} >= ${from}`;
  return `${quoted(event.actor)} IS NOT NULL AND ${at} < ${to}${lower}`;
}

/** What is neither true nor false is not so. */
function conditionOf({ where }: AnalysedEvent): string {
  return where === undefined ? "TRUE" : `COALESCE(${inBrackets(where)}, FALSE)`;
}

/** How one event is measured. */
export const measures = ["count", "actors", "sum"] as const;
export type Measure = (typeof measures)[number];

/** Over `rowsOf…`, told of `measuredBy`. */
export const measureSql: Readonly<Record<Measure, string>> = {
  count: "COUNT(*)",
  actors: "COUNT(DISTINCT actor_)",
  sum: "COALESCE(SUM(value_), 0)",
};

/** What `measureSql` looks at. */
export function measuredBy(event: AnalysedEvent, measure: Measure): readonly Told[] {
  if (measure !== "sum") return [];
  if (event.value === undefined)
    throw new SettingRefusal("measure", `count or actors: ${event.name} has no value to add up`);
  return [{ name: "value_", sql: expressionOf(event, event.value, "measure") }];
}
