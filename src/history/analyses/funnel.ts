/**
 * Funnel: how many actors came how far along ordered steps, and how long each step took.
 *
 * loose   An arrival at step 1 is an event of step 1 in the range. An arrival at step k is an event of step k
 *         behind an arrival at step k-1, no more than `within` after the start that led there. Of all starts
 *         that lead to an event the latest is the one to keep: whatever an earlier start still allows, it
 *         allows too. A later arrival never has an earlier start, so the latest arrival at step k-1 tells
 *         what any start could have led to: one look back a step.
 * strict  The same, of events that follow each other with none of the funnel's events between.
 * any     Steps 1 to k, in whatever order, within `within` and in the range.
 *
 * Events at the same instant are ordered by their place in the journal.
 */
import { type AnalysedEvent, expressionOf, rowsOf } from "./analysed-event.ts";
import {
  type AnalysisContext,
  type AnalysisKind,
  type AnalysisQuery,
  type AskedAnalysis,
  type CellRow,
  eventsOf,
  Given,
  longestSpanMs,
  percentOf,
  rangeIn,
  rangeOf,
  rangeSettings,
} from "./analysis.ts";

const orders = ["loose", "strict", "any"] as const;
type Order = (typeof orders)[number];

export const funnel: AnalysisKind = {
  name: "funnel",
  summary: "How many actors came how far along ordered steps",
  settings: [
    {
      name: "steps",
      type: "events",
      min: 1,
      max: 10,
      fallback: undefined,
      description: "Events, in their order.",
    },
    {
      name: "within",
      type: "span",
      minMs: 1,
      maxMs: longestSpanMs,
      fallback: "7d",
      description: "How long an attempt may take, from its first step on.",
    },
    {
      name: "order",
      type: "word",
      oneOf: orders,
      fallback: "loose",
      description: "loose: other events may lie between; strict: no other step may; any: unordered.",
    },
    {
      name: "by",
      type: "property",
      fallback: null,
      description: "A property of the first step, as it was at an actor's first start.",
    },
    {
      name: "limit",
      type: "whole",
      min: 1,
      max: 100,
      fallback: "10",
      description: "Values of `by`; the rest is other.",
    },
    ...rangeSettings("30d"),
  ],
  query: funnelQuery,
  answer: funnelAnswer,
};

function funnelQuery({ values }: AskedAnalysis, context: AnalysisContext): AnalysisQuery {
  const given = new Given();
  const steps = eventsOf(values, "steps", context);
  const order = values.get("order") as Order;
  const { fromMs, toMs } = rangeOf(values, context.nowMs);
  const withinMs = values.get("within") as number;
  const range = rangeIn(given, { fromMs, toMs });
  const until = order === "any" ? range.to : given.instant("until", toMs + withinMs);
  const by = values.get("by") as string | undefined;
  const told = by === undefined ? [] : [{ name: "by_", sql: bySql(steps[0]!, by) }];
  const rows = rowsOf(steps, { from: range.from, to: until }, told);
  const places = steps.map((_, place) => place);
  const within = `CAST(${given.whole("within", withinMs * 1_000)} AS BIGINT)`;
  const reached = places.map((place) => `SELECT ${place} AS place_, actor_, gap_ FROM first_${place}`);
  const parts = [
    `rows_ AS NOT MATERIALIZED (SELECT *, epoch_us(at_) AS us_ FROM (${rows}))`,
    `starts_ AS NOT MATERIALIZED (SELECT * FROM rows_ WHERE is_0 AND at_ < ${range.to})`,
    ...arrivals[order](places, within, range.to),
    `reached_ AS (${reached.join(" UNION ALL ")})`,
  ];
  const measured = "COUNT(*), quantile_cont(gap_, 0.5) / 1000, quantile_cont(gap_, 0.9) / 1000";
  const total = `SELECT place_, FALSE AS is_part, NULL AS rank_, NULL AS value_, ${measured}
    FROM reached_ GROUP BY place_`;
  if (by === undefined) return given.query(`WITH ${parts.join(",\n")}\n${total}`);
  const limit = given.whole("limit", values.get("limit") as number);
  const all = [...parts, ...partsBy(limit)].join(",\n");
  const ofPart = `SELECT place_, TRUE, rank_, CASE WHEN rank_ IS NOT NULL THEN by_ END AS value_, ${measured}
    FROM reached_ JOIN ranked_actors_ USING (actor_) GROUP BY place_, rank_, value_`;
  return given.query(`WITH ${all}\n${total} UNION ALL ${ofPart}`);
}

const bySql = (event: AnalysedEvent, by: string) => `CAST(${expressionOf(event, by, "by")} AS VARCHAR)`;

/** Each actor has the value of its first start, and each value its rank; those behind the last have none. */
function partsBy(limit: string): readonly string[] {
  return [
    "first_starts_ AS (SELECT actor_, MIN(us_) AS us_ FROM starts_ GROUP BY actor_)",
    `by_actor_ AS (SELECT actor_, arg_min_null(by_, (_step, _row)) AS by_
       FROM starts_ JOIN first_starts_ USING (actor_, us_) GROUP BY actor_)`,
    `ranks_ AS (SELECT by_, ROW_NUMBER() OVER (ORDER BY COUNT(*) DESC, by_ NULLS LAST) AS rank_
       FROM by_actor_ GROUP BY by_ ORDER BY rank_ LIMIT ${limit})`,
    `ranked_actors_ AS (SELECT actor_, b.by_, rank_ FROM by_actor_ b
       LEFT JOIN ranks_ r ON b.by_ IS NOT DISTINCT FROM r.by_)`,
  ];
}

const started = "first_0 AS (SELECT DISTINCT actor_, CAST(NULL AS BIGINT) AS gap_ FROM starts_)";
/** Nobody else comes further than to the first step, and their rows need not be ordered. */
const ofSecond = "actor_ IN (SELECT actor_ FROM rows_ WHERE is_1)";
const latest = (column: string) => `LAST_VALUE(${column} IGNORE NULLS) OVER before_`;

/** `first_<k>` has each actor that reached step k, and how long its first arrival took since step k-1. */
const arrivals: Readonly<
  Record<Order, (places: readonly number[], within: string, to: string) => readonly string[]>
> = {
  loose: (places, within) => [
    started,
    "arrived_0 AS (SELECT actor_, us_, _step, _row, us_ AS start_ FROM starts_)",
    ...places.slice(1).flatMap((place) => [
      // Most arrivals lead nowhere, and need not be ordered: those of who never did the next step in time.
      `next_${place} AS (SELECT actor_, MIN(us_) AS earliest_, MAX(us_) AS latest_
         FROM rows_ WHERE is_${place} GROUP BY actor_)`,
      // What arrives at a step is no step behind itself: of one event it comes after what may arrive by it.
      `beside_${place} AS (
         SELECT actor_, us_, _step, _row, start_, us_ AS arrived_us_, TRUE AS is_before_
         FROM arrived_${place - 1} JOIN next_${place} USING (actor_)
         WHERE us_ <= latest_ AND us_ >= earliest_ - ${within}
         UNION ALL SELECT actor_, us_, _step, _row, NULL, NULL, FALSE FROM rows_ WHERE is_${place})`,
      `latest_${place} AS (
         SELECT *, ${latest("arrived_us_")} AS latest_,
           ${place === 1 ? "latest_" : latest("start_")} AS latest_start_
         FROM beside_${place} WINDOW before_ AS (PARTITION BY actor_ ORDER BY us_, _step, _row, is_before_
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))`,
      `arrived_${place} AS (SELECT actor_, us_, _step, _row, latest_start_ AS start_, us_ - latest_ AS gap_
         FROM latest_${place} WHERE NOT is_before_ AND latest_start_ >= us_ - ${within})`,
      `first_${place} AS (
         SELECT actor_, arg_min(gap_, (us_, _step, _row)) AS gap_ FROM arrived_${place} GROUP BY actor_)`,
    ]),
  ],
  strict: (places, within, to) => {
    if (places.length === 1) return [started];
    const next = places.slice(1).map((place) => {
      const isOn = `LEAD(is_${place}, ${place}) OVER next_ AS on_${place}`;
      return `${isOn}, LEAD(us_, ${place}) OVER next_ AS us_${place}`;
    });
    const reached = (place: number) => {
      const on = places.slice(1, place + 1).map((each) => `on_${each}`);
      return [...on, `us_${place} <= us_0 + ${within}`].join(" AND ");
    };
    return [
      `following_ AS (SELECT ${["actor_, at_, us_ AS us_0, _step, _row, is_0", ...next].join(", ")} FROM rows_
         WHERE ${ofSecond} WINDOW next_ AS (PARTITION BY actor_ ORDER BY us_, _step, _row))`,
      started,
      ...places.slice(1).map((place) => {
        const gap = `us_${place} - us_${place - 1}`;
        return `first_${place} AS (SELECT actor_, arg_min(${gap}, (us_0, _step, _row)) AS gap_ FROM following_
          WHERE is_0 AND at_ < ${to} AND ${reached(place)} GROUP BY actor_)`;
      }),
    ];
  },
  any: (places, within) => {
    if (places.length === 1) return [started];
    const next = places.map((place) => `MIN(CASE WHEN is_${place} THEN us_ END) OVER next_ AS us_${place}`);
    const reached = (place: number) => {
      const upTo = places.slice(0, place + 1);
      return upTo.map((each) => `us_${each} <= us_ + ${within}`).join(" AND ");
    };
    return [
      `following_ AS (SELECT *, ${next.join(", ")} FROM rows_ WHERE ${ofSecond} WINDOW next_ AS
         (PARTITION BY actor_ ORDER BY us_, _step, _row ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING))`,
      started,
      ...places.slice(1).map((place) => {
        return `first_${place} AS (SELECT DISTINCT actor_, CAST(NULL AS BIGINT) AS gap_ FROM following_
          WHERE ${reached(place)})`;
      }),
    ];
  },
};

interface Step {
  readonly event: string;
  readonly actors: number;
  readonly percentOfFirst: number | null;
  readonly percentOfPrevious: number | null;
  readonly dropOff: number | null;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
}

function funnelAnswer(rows: readonly CellRow[], { values }: AskedAnalysis): object {
  const events = values.get("steps") as readonly string[];
  const total = stepsOf(
    events,
    rows.filter(([, isPart]) => isPart === false),
  );
  if (!values.has("by")) return { steps: total, breakdown: null };
  const byRank = Map.groupBy(
    rows.filter(([, isPart]) => isPart === true),
    ([, , rank]) => rank,
  );
  const ranks = [...byRank.keys()].sort((one, other) => rankOf(one) - rankOf(other));
  const breakdown = ranks.map((rank) => {
    const ofRank = byRank.get(rank)!;
    return { value: ofRank[0]![3], isOther: rank === null, steps: stepsOf(events, ofRank) };
  });
  return { steps: total, breakdown };
}

const rankOf = (rank: CellRow[number] | undefined) =>
  rank == null ? Number.POSITIVE_INFINITY : Number(rank);

function stepsOf(events: readonly string[], rows: readonly CellRow[]): readonly Step[] {
  const rowAt = (at: number) => rows.find(([place]) => place === at);
  const counts = events.map((_, at) => Number(rowAt(at)?.[4] ?? 0));
  return events.map((event, at) => {
    const [, , , , , median = null, p90 = null] = rowAt(at) ?? [];
    const actors = counts[at]!;
    const before = counts[at - 1];
    return {
      event,
      actors,
      percentOfFirst: percentOf(actors, counts[0]!),
      percentOfPrevious: before === undefined ? null : percentOf(actors, before),
      dropOff: before === undefined ? null : before - actors,
      medianMs: median as number | null,
      p90Ms: p90 as number | null,
    };
  });
}
