/** `WS /v1/metrics`, and the same at `/` of a port of its own: all sockets, and one beat for them. */
import websocket from "@fastify/websocket";
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { registerAccess } from "../access.ts";
import type { CorsSettings } from "../cors.ts";
import { beatMsOf, type LiveSettings } from "../feed/live-settings.ts";
import { registerProblems } from "../http/problem.ts";
import type { MetricFeeds } from "./metric-feeds.ts";
import { MetricSocket } from "./metric-socket.ts";

/**
 * Called before `app` is told of sockets, whose own hook closes them without saying why. Answers what makes
 * the route, to be called behind that.
 */
export function prepareMetricSockets(
  app: FastifyInstance,
  feeds: MetricFeeds,
  settings: LiveSettings,
): (path: string) => void {
  const sockets = new Set<MetricSocket>();
  const beat = setInterval(() => {
    const nowMs = performance.now();
    for (const socket of sockets) socket.beat(nowMs);
  }, beatMsOf(settings));
  app.addHook("preClose", async () => {
    clearInterval(beat);
    for (const socket of sockets) socket.close();
  });
  return (path) => {
    app.get(path, { websocket: true }, (socket) => {
      const client = new MetricSocket(socket, feeds, settings);
      sockets.add(client);
      socket.on("close", () => sockets.delete(client));
    });
  };
}

/** A server that has nothing else, for clients that know a port and no path. It does not listen yet. */
export async function metricServer(
  feeds: MetricFeeds,
  { settings, cors }: { readonly settings: LiveSettings; readonly cors: CorsSettings },
  loggerInstance: FastifyBaseLogger,
): Promise<FastifyInstance> {
  const logController = new LogController({ disableRequestLogging: true });
  const app: FastifyInstance = fastify({ loggerInstance, logController, forceCloseConnections: true });
  registerProblems(app);
  registerAccess(app, cors);
  const addRoute = prepareMetricSockets(app, feeds, settings);
  const { messageBytesMax: maxPayload, closeMsMax: closeTimeout } = settings;
  const options = { maxPayload, closeTimeout };
  await app.register(websocket, {
    options,
    // Of what is wrong with a frame `ws` itself tells the client.
    errorHandler(error, _, request) {
      request.log.info({ reason: error.message }, "a metrics client was closed");
    },
  });
  addRoute("/");
  return app;
}
