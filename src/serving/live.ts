/** What is served live: the feeds of views, told over sockets and over streams of server-sent events. */
import type { FastifyInstance } from "fastify";
import { registerChangesRoute } from "./events/changes-route.ts";
import { type FeedSurroundings, Feeds } from "./feed/feeds.ts";
import { LiveClients, type LiveFigures } from "./feed/live-clients.ts";
import type { ViewDirectory } from "./view-directory.ts";
import { registerLiveRoute } from "./websocket/live-route.ts";

export async function registerLive(
  app: FastifyInstance,
  views: ViewDirectory,
  of: FeedSurroundings,
): Promise<LiveFigures> {
  const feeds = new Feeds(views, of);
  const clients = new LiveClients(app, feeds, of.settings);
  await registerLiveRoute(app, feeds, clients, of.incarnation, of.settings);
  registerChangesRoute(app, feeds, clients, of.settings);
  return clients;
}
