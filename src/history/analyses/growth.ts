/**
 * Growth: the period that is not over against the one before it at the same elapsed time, and whole periods
 * against those before them. Periods are those of the calendar in the project's time zone, or spans that end
 * at `to`. Where the period before is shorter than what has elapsed, as February is, all of it counts.
 */
import { literal } from "../duck/duck-type.ts";
import { type Measure, measuredBy, measureSql, measures, rowsOfOne } from "./analysed-event.ts";
import {
  type AnalysisContext,
  type AnalysisKind,
  type AnalysisQuery,
  type AskedAnalysis,
  type CellRow,
  eventOf,
  Given,
  longestSpanMs,
  percentOf,
} from "./analysis.ts";
import type { SettingValues } from "./setting.ts";

const grains = ["minute", "hour", "day", "week", "month"] as const;

export const growth: AnalysisKind = {
  name: "growth",
  summary: "Periods against those before them, the one that is not over at equal elapsed time",
  settings: [
    { name: "event", type: "event", fallback: undefined, description: "What is counted." },
    { name: "measure", type: "word", oneOf: measures, fallback: "count", description: "What is compared." },
    {
      name: "grain",
      type: "word",
      oneOf: grains,
      fallback: "day",
      unless: "span",
      description: "How long a period is.",
    },
    {
      name: "span",
      type: "span",
      minMs: 1_000,
      maxMs: longestSpanMs,
      fallback: null,
      description: "Periods of this length that end at `to`, instead of those of `grain`.",
    },
    {
      name: "periods",
      type: "whole",
      min: 1,
      max: 1_000,
      fallback: "1",
      description: "How many, the newest first.",
    },
    {
      name: "to",
      type: "instant",
      fallback: null,
      description: "Until when, that instant not included: now.",
    },
  ],
  query: growthQuery,
  answer: (rows) => ({ periods: rows.map(periodOf) }),
};

function growthQuery({ values }: AskedAnalysis, context: AnalysisContext): AnalysisQuery {
  const given = new Given();
  const event = eventOf(values, "event", context);
  const measure = values.get("measure") as Measure;
  const to = given.instant("to", (values.get("to") as number | undefined) ?? context.nowMs);
  const count = given.whole("periods", values.get("periods") as number);
  const span = values.get("span") as number | undefined;
  const { begin, placeOf } = span === undefined ? ofCalendar(values, context, to) : ofSpan(span, given, to);
  const rows = rowsOfOne(event, { from: begin(count), to }, measuredBy(event, measure));
  const measured = measureSql[measure];
  const elapsed = `to_microseconds(epoch_us(to_) - epoch_us(from_))`;
  const sql = `WITH bounds_ AS (
      SELECT range AS period_, ${begin("range")} AS from_, ${begin("range - 1")} AS end_,
        LEAST(end_, ${to}) AS to_, ${begin("range + 1")} AS before_from_
      FROM range(${count})),
    pairs_ AS (
      SELECT *, CASE WHEN to_ < end_ THEN LEAST(before_from_ + ${elapsed}, from_) ELSE from_ END AS before_to_
      FROM bounds_),
    rows_ AS (SELECT *, ${placeOf("at_")} AS period_ FROM (${rows})),
    measured_ AS (SELECT period_, ${measured} AS value_ FROM rows_ GROUP BY period_),
    part_ AS (SELECT ${measured} AS value_ FROM rows_
      WHERE period_ = 1 AND at_ < (SELECT before_to_ FROM pairs_ WHERE period_ = 0))
    SELECT from_, to_, to_ = end_ AS is_whole_, COALESCE(m.value_, 0), before_from_, before_to_,
      CASE WHEN pairs_.period_ = 0 THEN (SELECT value_ FROM part_) ELSE COALESCE(b.value_, 0) END
    FROM pairs_ LEFT JOIN measured_ m ON m.period_ = pairs_.period_
    LEFT JOIN measured_ b ON b.period_ = pairs_.period_ + 1 ORDER BY pairs_.period_`;
  return given.query(sql);
}

/** Where the period begins that is so many before the current one, and which one an instant is in. */
interface Periods {
  readonly begin: (place: string) => string;
  readonly placeOf: (at: string) => string;
}

/** Minutes and hours are those of UTC: those of a zone are there twice, or not, when its clocks change. */
function ofCalendar(values: SettingValues, { timeZone }: AnalysisContext, to: string): Periods {
  const grain = values.get("grain") as string;
  const zone = literal(grain === "minute" || grain === "hour" ? "UTC" : timeZone);
  const truncated = (at: string) => `date_trunc('${grain}', (${at}) AT TIME ZONE ${zone})`;
  // At the end of a period it is the one that is over.
  const current = truncated(`${to} - INTERVAL 1 microsecond`);
  return {
    begin: (place) => `(${current} - (${place}) * INTERVAL 1 ${grain}) AT TIME ZONE ${zone}`,
    placeOf: (at) => `date_diff('${grain}', ${truncated(at)}, ${current})`,
  };
}

function ofSpan(spanMs: number, given: Given, to: string): Periods {
  const span = given.whole("span", spanMs * 1_000);
  return {
    begin: (place) => `${to} - to_microseconds((${place} + 1) * ${span})`,
    placeOf: (at) => `(epoch_us(${to}) - 1 - epoch_us(${at})) // ${span}`,
  };
}

function periodOf([from, to, isWhole, measured, beforeFrom, beforeTo, before]: CellRow) {
  const now = Number(measured);
  const then = Number(before);
  return {
    from,
    to,
    isWhole,
    measured,
    previous: { from: beforeFrom, to: beforeTo, measured: before },
    growthPercent: percentOf(now - then, then),
  };
}
