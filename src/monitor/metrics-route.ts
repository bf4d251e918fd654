/** `GET /metrics`: what Quickwater counts, as Prometheus reads it. */
import type { FastifyInstance } from "fastify";
import type { Engine } from "../engine.ts";
import { expositionText, expositionType } from "./exposition.ts";
import { gauge } from "./families.ts";
import { logMetrics } from "./log-metrics.ts";
import { ProcessMetrics } from "./process-metrics.ts";
import { viewMetrics } from "./view-metrics.ts";

/** Of the live socket. */
interface LiveFigures {
  readonly sockets: number;
  readonly subscriptions: number;
}

export function registerMetricsRoute(
  app: FastifyInstance,
  engine: Engine,
  version: string,
  live: LiveFigures,
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
      gauge("quickwater_queries_running", "Queries of POST /v1/query that run now.", engine.queriesRunning),
      gauge("quickwater_live_sockets", "Clients that are connected to the live socket.", live.sockets),
      gauge(
        "quickwater_live_subscriptions",
        "Views that they see, each client's for itself.",
        live.subscriptions,
      ),
      ...ofProcess.collect(),
    ];
    reply.type(expositionType).header("cache-control", "no-store");
    return expositionText(families);
  });
}
