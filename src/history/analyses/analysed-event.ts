/** An event as a project defines it, and its rows of history as SQL. An actor that is NULL counts nowhere. */
import { closestName } from "../../errors/suggest.ts";
import { quoted } from "../duck/duck-type.ts";
import { SettingRefusal } from "./setting.ts";

export interface AnalysedEvent {
  readonly name: string;
  readonly stream: string;
  /** A column: who did it. */
  readonly actor: string;
  /** A column: when it happened. */
  readonly at: string;
  /** What a sum adds up: a column or a property. */
  readonly value: string | undefined;
  /** Which rows of the stream it is; undefined: all. */
  readonly where: string | undefined;
  /** By name what is computed of the stream's columns. */
  readonly properties: ReadonlyMap<string, string>;
  /** Of the stream; those of nested values are not among them. */
  readonly columns: readonly string[];
}

/** What a property or a column of the event is, as SQL. */
export function expressionOf(event: AnalysedEvent, name: string, setting: string): string {
  const written = event.properties.get(name);
  if (written !== undefined) return inBrackets(written);
  if (event.columns.includes(name)) return quoted(name);
  const known = [...event.properties.keys(), ...event.columns];
  const expected = `a property of ${event.name} or a column of ${event.stream}`;
  throw new SettingRefusal(setting, expected, closestName(name, known));
}

/** A comment at its end hides nothing that stands behind it. */
export const inBrackets = (sql: string) => `(${sql}\n)`;

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
 * events each is. A row of a stream is there once, though it be several of them, where they have the same
 * actor and time.
 */
export function rowsOf(events: readonly AnalysedEvent[], range: Range, told: readonly Told[] = []): string {
  const scans = Map.groupBy(events, ({ stream, actor, at }) => JSON.stringify([stream, actor, at]));
  const [first] = events;
  return [...scans.values()]
    .map((ofScan) => {
      const hasFirst = ofScan.some(({ name }) => name === first?.name);
      const conditions = events.map((event) => (ofScan.includes(event) ? conditionOf(event) : "FALSE"));
      const marks = conditions.map((condition, place) => `${condition} AS is_${place}`);
      const more = told.map(({ name, sql }) => `${hasFirst ? sql : "NULL"} AS ${name}`);
      const wanted = [...new Set(ofScan.map(conditionOf))];
      const { stream } = ofScan[0]!;
      return `SELECT ${[placeOf(ofScan[0]!), ...marks, ...more].join(", ")} FROM ${quoted(stream)}
        WHERE ${inRange(ofScan[0]!, range)} AND (${wanted.join(" OR ")})`;
    })
    .join("\nUNION ALL\n");
}

/** The rows of one event, with what is told of each. */
export function rowsOfOne(event: AnalysedEvent, range: Range, told: readonly Told[] = []): string {
  const more = told.map(({ name, sql }) => `${sql} AS ${name}`);
  return `SELECT ${[placeOf(event), ...more].join(", ")} FROM ${quoted(event.stream)}
    WHERE ${inRange(event, range)} AND ${conditionOf(event)}`;
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
