/** Top: values of a property by what happened with them; all others are one row, so that nothing is lost. */
import { expressionOf, type Measure, measuredBy, measureSql, measures, rowsOfOne } from "./analysed-event.ts";
import {
  type AnalysisContext,
  type AnalysisKind,
  type AnalysisQuery,
  type AskedAnalysis,
  type CellRow,
  eventOf,
  Given,
  rangeIn,
  rangeOf,
  rangeSettings,
} from "./analysis.ts";

export const top: AnalysisKind = {
  name: "top",
  summary: "The values of a property with the most events, actors or value",
  settings: [
    { name: "event", type: "event", fallback: undefined, description: "What is counted." },
    { name: "by", type: "property", fallback: undefined, description: "A property of it, or a column." },
    { name: "measure", type: "word", oneOf: measures, fallback: "count", description: "What is compared." },
    {
      name: "limit",
      type: "whole",
      min: 1,
      max: 1_000,
      fallback: "10",
      description: "Values; the rest is other.",
    },
    ...rangeSettings("30d"),
  ],
  query: topQuery,
  answer: topAnswer,
};

/** Distinct actors of several values are no sum of theirs: the rest is measured anew. */
function topQuery({ values }: AskedAnalysis, context: AnalysisContext): AnalysisQuery {
  const given = new Given();
  const event = eventOf(values, "event", context);
  const measure = values.get("measure") as Measure;
  const by = `CAST(${expressionOf(event, values.get("by") as string, "by")} AS VARCHAR)`;
  const range = rangeIn(given, rangeOf(values, context.nowMs));
  const rows = rowsOfOne(event, range, [{ name: "by_", sql: by }, ...measuredBy(event, measure)]);
  const measured = measureSql[measure];
  const limit = given.whole("limit", values.get("limit") as number);
  const sql = `WITH rows_ AS (${rows}),
    ranks_ AS (SELECT by_, ROW_NUMBER() OVER (ORDER BY ${measured} DESC, by_ NULLS LAST) AS rank_
      FROM rows_ GROUP BY by_ ORDER BY rank_ LIMIT ${limit}),
    ranked_ AS (SELECT rows_.*, rank_ FROM rows_
      LEFT JOIN ranks_ ON rows_.by_ IS NOT DISTINCT FROM ranks_.by_)
    SELECT 0 AS part_, NULL AS rank_, NULL AS value_, ${measured} AS measured_, 0 AS others_ FROM rows_
    UNION ALL SELECT 1, rank_, by_, ${measured}, 0 FROM ranked_ WHERE rank_ IS NOT NULL GROUP BY rank_, by_
    UNION ALL SELECT 2, NULL, NULL, ${measured},
      COUNT(DISTINCT by_) + MAX(CASE WHEN by_ IS NULL THEN 1 ELSE 0 END)
      FROM ranked_ WHERE rank_ IS NULL HAVING COUNT(*) > 0
    ORDER BY part_, rank_`;
  return given.query(sql);
}

function topAnswer(rows: readonly CellRow[]): object {
  const [total] = rows;
  const other = rows.find(([part]) => part === 2);
  return {
    total: total![3],
    rows: rows.filter(([part]) => part === 1).map(([, rank, value, measured]) => ({ rank, value, measured })),
    other: other === undefined ? null : { values: other[4], measured: other[3] },
  };
}
