/** Heat map: what happens at which hour of which weekday, by the clocks of the project's time zone. */
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
  rangeIn,
  rangeOf,
  rangeSettings,
} from "./analysis.ts";

export const heatMap: AnalysisKind = {
  name: "heat-map",
  summary: "What happens at which hour of which weekday",
  settings: [
    { name: "event", type: "event", fallback: undefined, description: "What is counted." },
    { name: "measure", type: "word", oneOf: measures, fallback: "count", description: "What a cell has." },
    ...rangeSettings("28d"),
  ],
  query: heatMapQuery,
  answer: (rows) => ({ cells: rows.map(cellOf) }),
};

/** Weekdays as SQL counts them: 1 is Sunday. Hours without an event are there. */
function heatMapQuery({ values }: AskedAnalysis, context: AnalysisContext): AnalysisQuery {
  const given = new Given();
  const event = eventOf(values, "event", context);
  const measure = values.get("measure") as Measure;
  const range = rangeIn(given, rangeOf(values, context.nowMs));
  const local = `at_ AT TIME ZONE ${literal(context.timeZone)}`;
  const sql = `WITH measured_ AS (
      SELECT dayofweek(${local}) + 1 AS weekday_, hour(${local}) AS hour_, ${measureSql[measure]} AS value_
      FROM (${rowsOfOne(event, range, measuredBy(event, measure))}) GROUP BY weekday_, hour_)
    SELECT w.range AS weekday, h.range AS hour, COALESCE(value_, 0) AS value
    FROM range(1, 8) w CROSS JOIN range(24) h
    LEFT JOIN measured_ ON weekday_ = w.range AND hour_ = h.range ORDER BY weekday, hour`;
  return given.query(sql);
}

const cellOf = ([weekday, hour, measured]: CellRow) => ({ weekday, hour, measured });
