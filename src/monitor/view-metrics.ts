/** Metrics of views: their books, how fresh they are, and what they keep. */
import type { Books } from "../dataflow/runtime/books.ts";
import type { Engine } from "../engine.ts";
import { toldWatermarkMs } from "../views/told-rows.ts";
import type { MetricFamily } from "./exposition.ts";
import { families } from "./families.ts";

export function viewMetrics(engine: Engine, books: Books): readonly MetricFamily[] {
  return [...bookMetrics(books), ...liveMetrics(engine)];
}

function bookMetrics({ views }: Books): readonly MetricFamily[] {
  const sources = views.flatMap(({ view, sources }) => sources.map((source) => ({ view, ...source })));
  const ofSource = families(sources, ({ view, stream }) => ({ view, stream }));
  const ofView = families(views, ({ view }) => ({ view }));
  return [
    ofSource.counter(
      "quickwater_view_rows_logged_total",
      "Rows of the stream in the journal that are for the view: taken, filtered, late and in flight.",
      ({ logged }) => logged,
    ),
    ofSource.gauge(
      "quickwater_view_rows_in_flight",
      "Rows of the stream that are on disk and that the view was not given yet.",
      ({ inFlight }) => inFlight,
    ),
    ofView.counter(
      "quickwater_view_rows_taken_total",
      "Rows that the view is made of.",
      ({ rowsTaken }) => rowsTaken,
    ),
    ofView.counter(
      "quickwater_view_rows_filtered_total",
      "Rows that its query leaves out, by WHERE or ON.",
      ({ rowsFiltered }) => rowsFiltered,
    ),
    ofView.counter(
      "quickwater_view_rows_late_total",
      "Rows that came behind the watermark: they are in <view>$late.",
      ({ rowsLate }) => rowsLate,
    ),
  ];
}

function liveMetrics(engine: Engine): readonly MetricFamily[] {
  const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);
  const { gauge } = families(engine.views(), ({ schema }) => ({ view: schema.name }));
  return [
    gauge(
      "quickwater_view_up",
      "1 while the view is kept up to date, 0 when it was stopped.",
      ({ failure }) => (failure === undefined ? 1 : 0),
    ),
    gauge("quickwater_view_rows", "Rows that the view shows.", ({ rowCount }) => rowCount),
    gauge("quickwater_view_step", "The step that the view is as of.", ({ stepNumber }) => stepNumber),
    gauge(
      "quickwater_view_watermark_seconds",
      "What time it is in the view, since 1970: earlier events are late.",
      ({ freshness, schema }) => seconds(toldWatermarkMs(freshness, schema)),
    ),
    gauge(
      "quickwater_view_last_row_seconds",
      "When the last row that the view was given was logged, since 1970.",
      ({ freshness }) => seconds(freshness.lastRowAtMs),
    ),
    gauge(
      "quickwater_view_state_bytes",
      "Memory that the view keeps, its rows among it, as of the last checkpoint.",
      ({ schema }) => engine.checkpoint?.viewBytes.get(schema.name),
    ),
  ];
}
