/** `WS /v1/live`: the sockets of all clients, one beat for all of them. */
import websocket from "@fastify/websocket";
import type { FastifyInstance } from "fastify";
import type { ViewDirectory } from "../view-directory.ts";
import { beatMsOf, type LiveSettings } from "./live-settings.ts";
import { LiveSocket } from "./live-socket.ts";

/** How many are connected, and what they see. */
export interface LiveFigures {
  readonly sockets: number;
  readonly subscriptions: number;
}

export async function registerLiveRoute(
  app: FastifyInstance,
  views: ViewDirectory,
  incarnation: string,
  settings: LiveSettings,
): Promise<LiveFigures> {
  const sockets = new Set<LiveSocket>();
  const beat = setInterval(() => {
    const nowMs = performance.now();
    for (const socket of sockets) socket.beat(nowMs);
  }, beatMsOf(settings));
  // Before the plugin's own hook, which closes sockets without telling why.
  app.addHook("preClose", async () => {
    clearInterval(beat);
    for (const socket of sockets) socket.close();
  });
  // The types of `ws` do not know `closeTimeout` yet; a variable may hold more than its type names.
  const options = { maxPayload: settings.messageBytesMax, closeTimeout: settings.closeMsMax };
  await app.register(websocket, {
    options,
    errorHandler(error, socket, request) {
      if (!isOfClient(error)) {
        request.log.error(error);
        socket.terminate();
        return;
      }
      // `ws` itself closes it, with the code that the mistake has: 1009 for a frame that is too large.
      request.log.info({ reason: error.message }, "a live client was closed for what it sent");
    },
  });
  app.get("/v1/live", { websocket: true }, (socket) => {
    const live = new LiveSocket(socket, views, incarnation, settings);
    sockets.add(live);
    socket.on("close", () => sockets.delete(live));
  });
  return {
    get sockets() {
      return sockets.size;
    },
    get subscriptions() {
      return [...sockets].reduce((sum, socket) => sum + socket.subscriptionCount, 0);
    },
  };
}

/** What the other side did: frames that are none, or are too large, or a connection that broke off. */
function isOfClient(error: Error): boolean {
  const { code = "" } = error as NodeJS.ErrnoException;
  return code.startsWith("WS_ERR_") || code === "ECONNRESET" || code === "EPIPE" || code === "ETIMEDOUT";
}
