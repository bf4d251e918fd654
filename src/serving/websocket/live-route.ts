/** `WS /v1/live`: many subscriptions of a client on one socket. */
import websocket from "@fastify/websocket";
import type { FastifyInstance } from "fastify";
import type { Feeds } from "../feed/feeds.ts";
import type { LiveClients } from "../feed/live-clients.ts";
import type { LiveSettings } from "../feed/live-settings.ts";
import { LiveSocket } from "./live-socket.ts";

/**
 * A socket packs for itself, in memory that it keeps until it is closed: deltas packed for a thousand clients
 * would take a processor, and seconds. So only what is large and rare is packed, with little memory.
 */
const packing = { level: 1, memLevel: 4, windowBits: 12 };
const packingAtOnce = 4;

export async function registerLiveRoute(
  app: FastifyInstance,
  feeds: Feeds,
  clients: LiveClients,
  incarnation: string,
  settings: LiveSettings,
): Promise<void> {
  // The types of `ws` do not know `closeTimeout` yet; a variable may hold more than its type names.
  const options = {
    maxPayload: settings.messageBytesMax,
    closeTimeout: settings.closeMsMax,
    perMessageDeflate: {
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      serverMaxWindowBits: packing.windowBits,
      zlibDeflateOptions: { level: packing.level, memLevel: packing.memLevel },
      threshold: settings.socketPackedBytesMin,
      concurrencyLimit: packingAtOnce,
    },
  };
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
  const preValidation = async () => clients.refuseTooMany();
  app.get("/v1/live", { websocket: true, preValidation }, (socket) => {
    const live = new LiveSocket(socket, feeds, incarnation, settings);
    clients.add(live);
    socket.on("close", () => clients.remove(live));
  });
}

/** What the other side did: frames that are none, or are too large, or a connection that broke off. */
function isOfClient(error: Error): boolean {
  const { code = "" } = error as NodeJS.ErrnoException;
  return code.startsWith("WS_ERR_") || code === "ECONNRESET" || code === "EPIPE" || code === "ETIMEDOUT";
}
