/**
 * Segments: each actor is in the first segment whose conditions hold for it, or in the last one. Conditions
 * are about how often events happened in the span, and about the latest value of a property; who did nothing
 * has counts of 0. Everybody is judged who ever did one of the events of the population.
 */
import { type AnalysedEvent, expressionOf, rowsOf, rowsOfOne } from "./analysed-event.ts";
import {
  type AnalysisContext,
  type AnalysisKind,
  type AnalysisQuery,
  type AskedAnalysis,
  type CellRow,
  eventsOf,
  Given,
  percentOf,
  rangeIn,
  rangeOf,
  rangeSettings,
} from "./analysis.ts";
import { SettingRefusal } from "./setting.ts";

export interface SegmentRules {
  readonly segments: readonly Segment[];
  /** Of those for whom none of them holds. */
  readonly otherwise: string;
}

export interface Segment {
  readonly name: string;
  /** All of them hold. */
  readonly conditions: readonly SegmentCondition[];
}

export interface SegmentCondition {
  readonly event: string;
  /** The latest value of it; undefined: how often the event happened. */
  readonly property: string | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** As texts; empty: any. */
  readonly is: readonly string[];
}

export const segments: AnalysisKind = {
  name: "segments",
  summary: "How many actors are in each segment, by rules of the project",
  settings: [
    {
      name: "population",
      type: "events",
      min: 1,
      max: 20,
      fallback: undefined,
      description: "Everybody is judged who ever did one of these.",
    },
    {
      name: "averages",
      type: "events",
      min: 1,
      max: 10,
      fallback: null,
      description: "Of these: how often they happen to an actor of each segment in the span.",
    },
    ...rangeSettings("30d"),
  ],
  hasRules: true,
  query: segmentsQuery,
  answer: segmentsAnswer,
};

function segmentsQuery({ values, rules }: AskedAnalysis, context: AnalysisContext): AnalysisQuery {
  if (rules === undefined) throw new SettingRefusal("name", "given: the rules are those of a saved analysis");
  const given = new Given();
  const range = rangeIn(given, rangeOf(values, context.nowMs));
  const facts = new Facts(context, range);
  const conditions = rules.segments.map((segment, place) => {
    const all = segment.conditions.map((each, index) =>
      conditionSql(each, facts, given, `${place}_${index}`),
    );
    return `WHEN ${all.join(" AND ")} THEN ${place}`;
  });
  const averages = eventsOf(values, "averages", context).map((event) => `AVG(${facts.count(event.name)})`);
  const everybody = rowsOf(eventsOf(values, "population", context), { to: range.to });
  const sql = `WITH everybody_ AS (SELECT DISTINCT actor_ FROM (${everybody}))
    ${facts.parts.map((part) => `, ${part}`).join("")}
    SELECT CASE ${conditions.join(" ")} ELSE ${rules.segments.length} END AS segment_,
      ${["COUNT(*)", ...averages].join(", ")}
    FROM everybody_ ${facts.joins.join(" ")} GROUP BY segment_`;
  return given.query(sql);
}

/** What is to be known of each actor, each of it once. */
class Facts {
  readonly parts: string[] = [];
  readonly joins: string[] = [];
  readonly #context: AnalysisContext;
  readonly #range: ReturnType<typeof rangeIn>;
  readonly #known = new Map<string, string>();

  constructor(context: AnalysisContext, range: ReturnType<typeof rangeIn>) {
    this.#context = context;
    this.#range = range;
  }

  count(name: string): string {
    const rows = () =>
      `SELECT actor_, COUNT(*) AS value_ FROM (${rowsOfOne(this.#event(name), this.#range)})`;
    return `COALESCE(${this.#fact(`count ${name}`, rows)}, 0)`;
  }

  latest(name: string, property: string): string {
    return this.#fact(`latest ${name} ${property}`, () => {
      const event = this.#event(name);
      const told = [{ name: "told_", sql: expressionOf(event, property, "segments") }];
      const rows = rowsOfOne(event, { to: this.#range.to }, told);
      return `SELECT actor_, arg_max_null(told_, (at_, _step, _row)) AS value_ FROM (${rows})`;
    });
  }

  #fact(key: string, rows: () => string): string {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const part = `fact_${this.parts.length}`;
    this.parts.push(`${part} AS (${rows()} GROUP BY actor_)`);
    this.joins.push(`LEFT JOIN ${part} USING (actor_)`);
    this.#known.set(key, `${part}.value_`);
    return `${part}.value_`;
  }

  #event(name: string): AnalysedEvent {
    const event = this.#context.events.get(name);
    if (event === undefined) throw new SettingRefusal("segments", `of events, ${name} is none`);
    return event;
  }
}

function conditionSql(condition: SegmentCondition, facts: Facts, given: Given, key: string): string {
  const { event, property, min, max, is } = condition;
  const fact = property === undefined ? facts.count(event) : facts.latest(event, property);
  const number = property === undefined ? fact : `TRY_CAST(${fact} AS DOUBLE)`;
  const all: string[] = [];
  if (min !== undefined) all.push(`${number} >= ${given.number(`min_${key}`, min)}`);
  if (max !== undefined) all.push(`${number} <= ${given.number(`max_${key}`, max)}`);
  const texts = is.map((text, place) => given.text(`is_${key}_${place}`, text));
  if (texts.length > 0) all.push(`CAST(${fact} AS VARCHAR) IN (${texts.join(", ")})`);
  return `(${all.join(" AND ")})`;
}

function segmentsAnswer(rows: readonly CellRow[], { values, rules }: AskedAnalysis): object {
  const names = [...rules!.segments.map(({ name }) => name), rules!.otherwise];
  const averaged = (values.get("averages") ?? []) as readonly string[];
  const everybody = rows.reduce((sum, [, count]) => sum + Number(count), 0);
  const all = names.map((segment, place) => {
    const [, count = 0, ...averages] = rows.find(([at]) => at === place) ?? [];
    return {
      segment,
      actors: Number(count),
      percent: percentOf(Number(count), everybody),
      averages: averaged.map((event, index) => ({ event, average: averages[index] ?? null })),
    };
  });
  // Where two have as many, the rules' order stands.
  return { actors: everybody, segments: all.sort((one, other) => other.actors - one.actors) };
}
