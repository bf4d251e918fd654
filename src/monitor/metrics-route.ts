/** `GET /metrics`: what Quickwater counts, as Prometheus reads it. */
import type { FastifyInstance } from "fastify";
import type { Engine } from "../engine.ts";
import { expositionText, expositionType, type PlainFamily } from "./exposition.ts";
import { counter, gauge } from "./families.ts";
import type { HistoryFigures } from "./history-figures.ts";
import { logMetrics } from "./log-metrics.ts";
import { ProcessMetrics } from "./process-metrics.ts";
import { viewMetrics } from "./view-metrics.ts";

/** Of what is served live. */
interface LiveFigures {
  readonly sockets: number;
  readonly streams: number;
  readonly subscriptions: number;
  readonly shapes: number;
}

export function registerMetricsRoute(
  app: FastifyInstance,
  engine: Engine,
  version: string,
  live: LiveFigures,
  history: HistoryFigures | undefined,
): void {
  const ofProcess = new ProcessMetrics();
  app.addHook("onClose", async () => ofProcess.close());
  app.get("/metrics", async (_request, reply) => {
    const books = await engine.books();
    const families = [
      {
        ...gauge("quickwater_build_info", "1; the label says which version this is.", undefined),
        samples: [{ labels: { version }, value: 1 }],
      },
      gauge("quickwater_up", "1 while events are taken, 0 when it cannot go on.", engine.failure ? 0 : 1),
      ...(await logMetrics(engine, books)),
      ...viewMetrics(engine, books),
      ...historyMetrics(engine, history),
      gauge("quickwater_queries_running", "Queries of POST /v1/query that run now.", engine.queriesRunning),
      gauge("quickwater_live_sockets", "Clients that are connected to the live socket.", live.sockets),
      gauge("quickwater_live_streams", "Clients that read server-sent events.", live.streams),
      gauge(
        "quickwater_live_subscriptions",
        "Views that sockets and streams see, each client's for itself.",
        live.subscriptions,
      ),
      gauge(
        "quickwater_live_shapes",
        "Different views, conditions and columns among them, and those that may still be resumed.",
        live.shapes,
      ),
      ...ofProcess.collect(),
    ];
    reply.type(expositionType).header("cache-control", "no-store");
    return expositionText(families);
  });
}

function historyMetrics(engine: Engine, history: HistoryFigures | undefined): readonly PlainFamily[] {
  if (history === undefined) return [];
  const { position, seen, rowsAdded, hotBytes, coldBytes, coldFiles, problem } = history.state;
  const behind = Math.max(0, engine.journal.lastStep - seen);
  return [
    gauge("quickwater_history_up", "1 while history goes on, 0 when it does not.", problem ? 0 : 1),
    gauge("quickwater_history_position", "The last step of which rows are in history.", position),
    gauge("quickwater_history_steps_behind", "Steps of the journal that history has not read yet.", behind),
    counter("quickwater_history_rows_total", "Rows that history was given.", rowsAdded),
    gauge("quickwater_history_hot_bytes", "Of the DuckDB file of history.", hotBytes),
    gauge("quickwater_history_cold_bytes", "Of its Parquet files.", coldBytes),
    gauge("quickwater_history_cold_files", "Parquet files that there are.", coldFiles),
  ];
}
