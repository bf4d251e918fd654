/** `WS /v1/live`: the sockets of all clients, one heartbeat for all of them. */
import websocket from "@fastify/websocket";
import type { FastifyInstance } from "fastify";
import { heartbeatMs } from "../protocol.ts";
import type { ViewDirectory } from "../view-directory.ts";
import { type LiveSettings, LiveSocket } from "./live-socket.ts";

export async function registerLiveRoute(
  app: FastifyInstance,
  views: ViewDirectory,
  incarnation: string,
  settings: LiveSettings,
): Promise<void> {
  const sockets = new Set<LiveSocket>();
  const beat = setInterval(() => {
    const now = Date.now();
    for (const socket of sockets) socket.heartbeat(now);
  }, heartbeatMs);
  // Before the plugin's own hook, which closes sockets without telling why.
  app.addHook("preClose", async () => {
    clearInterval(beat);
    for (const socket of sockets) socket.close();
  });
  await app.register(websocket, { options: { maxPayload: settings.messageBytesMax } });
  app.get("/v1/live", { websocket: true }, (socket) => {
    const live = new LiveSocket(socket, views, incarnation, settings);
    sockets.add(live);
    socket.on("close", () => sockets.delete(live));
  });
}
