/**
 * Cohort retention: actors by the period of their first event ever, and how many of them came back in each
 * period from then on. A period is one of the calendar, in the project's time zone: period 0 of a cohort is
 * the one of its first events. The first event is looked for in all of history, so that nobody who was there
 * before is new; it counts as coming back in period 0 where it is the event of coming back as well.
 */
import { literal } from "../duck/duck-type.ts";
import { rowsOfOne } from "./analysed-event.ts";
import {
  type AnalysisContext,
  type AnalysisKind,
  type AnalysisQuery,
  type AskedAnalysis,
  type CellRow,
  eventOf,
  Given,
  percentOf,
  rangeIn,
  rangeOf,
  rangeSettings,
} from "./analysis.ts";

const grains = ["day", "week", "month"] as const;

export const cohort: AnalysisKind = {
  name: "cohort",
  summary: "How many actors come back, by the period of their first event",
  settings: [
    {
      name: "first",
      type: "event",
      fallback: undefined,
      description: "What makes an actor one of a cohort.",
    },
    { name: "return", type: "event", fallback: undefined, description: "What it is to come back." },
    { name: "grain", type: "word", oneOf: grains, fallback: "week", description: "How long a period is." },
    {
      name: "periods",
      type: "whole",
      min: 1,
      max: 100,
      fallback: "12",
      description: "Periods of each cohort.",
    },
    ...rangeSettings("90d"),
  ],
  query: cohortQuery,
  answer: cohortAnswer,
};

function cohortQuery({ values }: AskedAnalysis, context: AnalysisContext): AnalysisQuery {
  const given = new Given();
  const grain = values.get("grain") as string;
  const range = rangeIn(given, rangeOf(values, context.nowMs));
  const now = given.instant("now", context.nowMs);
  const periods = given.whole("periods", values.get("periods") as number);
  const zone = literal(context.timeZone);
  const periodOf = (at: string) => `date_trunc('${grain}', (${at}) AT TIME ZONE ${zone})`;
  const later = (periodsLater: string) =>
    `(cohort_ + (${periodsLater}) * INTERVAL 1 ${grain}) AT TIME ZONE ${zone}`;
  const first = rowsOfOne(eventOf(values, "first", context), { to: now });
  // Members of the first cohort may have begun before the range, in the period that it begins in.
  const since = `${periodOf(range.from!)} AT TIME ZONE ${zone}`;
  const back = rowsOfOne(eventOf(values, "return", context), { from: since, to: now });
  const sql = `WITH members_ AS (
      SELECT actor_, MIN(at_) AS first_at_, ${periodOf("MIN(at_)")} AS cohort_ FROM (${first}) GROUP BY actor_
      HAVING cohort_ >= ${periodOf(range.from!)} AND cohort_ < ${range.to} AT TIME ZONE ${zone}),
    back_ AS (
      SELECT cohort_, date_diff('${grain}', cohort_, ${periodOf("at_")}) AS period_, actor_,
        COUNT(*) AS events_
      FROM (${back}) JOIN members_ USING (actor_)
      WHERE at_ >= first_at_ GROUP BY cohort_, period_, actor_),
    cells_ AS (SELECT cohort_, period_, COUNT(*) AS active_, SUM(events_) AS events_ FROM back_ GROUP BY ALL),
    cohorts_ AS (SELECT cohort_, COUNT(*) AS size_ FROM members_ GROUP BY cohort_)
    SELECT ${later("0")} AS begin_, size_, period_, ${later("period_")} AS from_,
      ${later("period_ + 1")} AS to_, to_ <= ${now} AS is_final_, COALESCE(active_, 0),
      CAST(COALESCE(events_, 0) AS BIGINT)
    FROM cohorts_ CROSS JOIN (SELECT range AS period_ FROM range(${periods}))
    LEFT JOIN cells_ USING (cohort_, period_)
    WHERE ${later("period_")} < ${now} ORDER BY cohort_, period_`;
  return given.query(sql);
}

function cohortAnswer(rows: readonly CellRow[]): object {
  const byCohort = Map.groupBy(rows, ([begin]) => begin);
  return {
    cohorts: [...byCohort].map(([begin, periods]) => {
      const size = Number(periods[0]![1]);
      return {
        begin,
        size,
        periods: periods.map(([, , period, from, to, isFinal, active, events]) => ({
          period,
          from,
          to,
          isFinal,
          active,
          percent: percentOf(Number(active), size),
          averageEvents: Number(active) === 0 ? null : Number(events) / Number(active),
        })),
      };
    }),
  };
}
