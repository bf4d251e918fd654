/**
 * A path that is there and a method that it does not take: 405, with those that it does take. Called before
 * the routes are made; answers what is to be called behind them.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from "fastify";
import { quickwaterError } from "../../errors/quickwater-error.ts";

/** Takes every path that no other route takes, so that what it does not find is not there at all. */
const anyPath = "/*";

export function registerMethods(app: FastifyInstance): () => void {
  const methods = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const known = methods.get(url) ?? new Set();
    for (const each of [method].flat()) known.add(each);
    // The root of a plugin is there with and without the slash; this is told of one of them.
    for (const each of methods.get(url.replace(/(?<=.)\/$/, "")) ?? []) known.add(each);
    methods.set(url, known);
  });
  return () => {
    // Loaded behind all that was registered before, whose routes are there by then.
    app.register(async (scope) => {
      for (const [url, known] of [...methods]) if (url !== anyPath) refuseOthers(scope, url, [...known]);
    });
  };
}

function refuseOthers(app: FastifyInstance, url: string, known: readonly string[]): void {
  const others = app.supportedMethods.filter((method) => !known.includes(method));
  const allowed = [...known].sort().join(", ");
  const refuse = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header("allow", allowed);
    const path = request.url.split("?")[0] ?? "/";
    throw quickwaterError("request.method-not-allowed", { path, method: request.method, allowed });
  };
  // Before the body: what is in it does not matter.
  app.route({
    url,
    method: others as HTTPMethods[],
    schema: { hide: true } as object,
    onRequest: refuse,
    handler: refuse,
    exposeHeadRoute: false,
  });
}
