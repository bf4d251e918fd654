/**
 * Who may ask. Until there are keys the server answers this machine only, and also not every page that a
 * browser on this machine has open: a foreign page must not read or write through its visitor's browser.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { quickwaterError } from "../errors/quickwater-error.ts";
import {
  allowedHeaders,
  type CorsSettings,
  exposedHeaders,
  isOpenToOthers,
  methodsFor,
  preflightSeconds,
} from "./cors.ts";

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

export function registerAccess(app: FastifyInstance, cors: CorsSettings): void {
  app.addHook("onRequest", async (request, reply) => {
    const host = request.headers.host ?? "";
    // A name that merely points to this machine is how a foreign page gets past the browser's own rule.
    if (!isLoopback(hostnameOf(`http://${host}`))) throw quickwaterError("request.foreign-host", { host });
    const { origin } = request.headers;
    if (origin !== undefined && !isSameOrigin(origin, host)) return answerOther(cors, origin, request, reply);
  });
  if (!isOpenToOthers(cors)) return;
  // What is kept of an answer for one page is no answer for another.
  app.addHook("onSend", async (_request, reply) => {
    const others = reply.getHeader("vary");
    reply.header("vary", others === undefined ? "Origin" : `${others}, Origin`);
  });
}

/** A page of another origin: let on where it is named, and its preflight answered. */
function answerOther(
  cors: CorsSettings,
  origin: string,
  { method, url, headers }: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | undefined {
  const methods = methodsFor(cors, origin, url);
  const asked = headers["access-control-request-method"];
  const isPreflight = method === "OPTIONS" && asked !== undefined;
  if (!methods.includes(isPreflight ? asked : method))
    throw quickwaterError("request.foreign-origin", { origin });
  reply.header("access-control-allow-origin", origin);
  if (!isPreflight) {
    reply.header("access-control-expose-headers", exposedHeaders);
    return undefined;
  }
  reply.header("access-control-allow-methods", methods.join(", "));
  reply.header("access-control-allow-headers", allowedHeaders);
  reply.header("access-control-max-age", preflightSeconds);
  return reply.status(204).send();
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}

function isSameOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === new URL(`http://${host}`).host;
}
