/** Paths: what actors do next after an event, step by step, and where they end. */
import { type AnalysedEvent, rowsOf } from "./analysed-event.ts";
import {
  type AnalysisContext,
  type AnalysisKind,
  type AnalysisQuery,
  type AskedAnalysis,
  type CellRow,
  eventOf,
  eventsOf,
  Given,
  longestSpanMs,
  percentOf,
  rangeIn,
  rangeOf,
  rangeSettings,
} from "./analysis.ts";
import type { SettingValues } from "./setting.ts";

export const paths: AnalysisKind = {
  name: "paths",
  summary: "What actors do next after an event, and where they end",
  settings: [
    {
      name: "start",
      type: "event",
      fallback: undefined,
      description: "Each time that it happens is a path.",
    },
    {
      name: "among",
      type: "events",
      min: 1,
      max: 20,
      fallback: undefined,
      description: "What a path may lead to; a row that is several of them is the first of these.",
    },
    { name: "depth", type: "whole", min: 1, max: 5, fallback: "2", description: "Events behind the start." },
    {
      name: "within",
      type: "span",
      minMs: 1,
      maxMs: longestSpanMs,
      fallback: "1d",
      description: "What comes later than this after the start is not of the path.",
    },
    {
      name: "limit",
      type: "whole",
      min: 1,
      max: 1_000,
      fallback: "20",
      description: "Paths; the rest is other.",
    },
    ...rangeSettings("30d"),
  ],
  query: pathsQuery,
  answer: pathsAnswer,
};

function pathsQuery({ values }: AskedAnalysis, context: AnalysisContext): AnalysisQuery {
  const given = new Given();
  const labels = labelsOf(values, context);
  const { fromMs, toMs } = rangeOf(values, context.nowMs);
  const withinMs = values.get("within") as number;
  const range = rangeIn(given, { fromMs, toMs });
  const until = given.instant("until", toMs + withinMs);
  const rows = rowsOf([eventOf(values, "start", context), ...labels], { from: range.from, to: until });
  const within = given.whole("within", withinMs * 1_000);
  const labelled = labels.map((_, place) => `WHEN is_${place + 1} THEN ${place}`).join(" ");
  const depths = depthsOf(values);
  const next = depths.map((place) => {
    const label = `LEAD(label_, ${place}) OVER next_ AS label_${place}`;
    return `${label}, LEAD(us_, ${place}) OVER next_ AS us_${place}`;
  });
  const events = depths.map((place) => `CASE WHEN us_${place} <= us_ + ${within} THEN label_${place} END`);
  const named = depths.map((place) => `path_${place}`);
  const sql = `WITH rows_ AS (
      SELECT actor_, at_, _step, _row, epoch_us(at_) AS us_, is_0, CASE ${labelled} END AS label_
      FROM (${rows})),
    following_ AS (SELECT *, ${next.join(", ")} FROM rows_
      WINDOW next_ AS (PARTITION BY actor_ ORDER BY us_, _step, _row)),
    paths_ AS (SELECT ${events.map((each, index) => `${each} AS ${named[index]}`).join(", ")}
      FROM following_ WHERE is_0 AND at_ < ${range.to})
    SELECT COUNT(*) AS count_, CAST(SUM(COUNT(*)) OVER () AS BIGINT), COUNT(*) OVER (), ${named.join(", ")}
    FROM paths_ GROUP BY ${named.join(", ")}
    ORDER BY count_ DESC, ${named.map((name) => `${name} NULLS LAST`).join(", ")}
    LIMIT ${given.whole("limit", values.get("limit") as number)}`;
  return given.query(sql);
}

const depthsOf = (values: SettingValues) =>
  Array.from({ length: values.get("depth") as number }, (_, place) => place + 1);

/** A path may come to its start again. */
function labelsOf(values: SettingValues, context: AnalysisContext): readonly AnalysedEvent[] {
  return [...new Set([...eventsOf(values, "among", context), eventOf(values, "start", context)])];
}

function pathsAnswer(rows: readonly CellRow[], { values }: AskedAnalysis): object {
  const names = [...new Set([...(values.get("among") as readonly string[]), values.get("start") as string])];
  const depth = values.get("depth") as number;
  const [, starts = 0, kinds = 0] = rows[0] ?? [];
  const shown = rows.reduce((sum, [count]) => sum + Number(count), 0);
  return {
    starts,
    paths: rows.map(([count, , , ...labels]) => {
      const events = labels.filter((label) => label !== null).map((label) => names[Number(label)]!);
      const percent = percentOf(Number(count), Number(starts));
      return { events, ends: events.length < depth, count, percent };
    }),
    other: { paths: Number(kinds) - rows.length, count: Number(starts) - shown },
  };
}
