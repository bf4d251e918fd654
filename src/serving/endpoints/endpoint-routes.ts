/**
 * The project's own addresses. They are looked for before each request and are no routes of the framework,
 * because a project that is saved while the server runs may bring others.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { mediaTypes } from "../answer-format.ts";
import { readAsked } from "./asked-endpoint.ts";
import { type AnswerFormat, type Endpoint, ownParameters } from "./endpoint.ts";
import { EndpointAnswers, type EndpointEngine, type EndpointText } from "./endpoint-answers.ts";
import type { Endpoints } from "./endpoints.ts";
import type { TurnSettings } from "./query-turns.ts";

const allowed = "GET, HEAD";

/** Behind whoever says who may ask. */
export function registerEndpoints(
  app: FastifyInstance,
  engine: EndpointEngine,
  endpoints: Endpoints,
  turns: TurnSettings,
): void {
  const answers = new EndpointAnswers(engine, turns);
  app.addHook("onRequest", async (request, reply) => {
    const path = request.url.split("?", 1)[0]!;
    const found = endpoints.find(path);
    if (found === undefined) return undefined;
    const { method } = request;
    if (method !== "GET" && method !== "HEAD") {
      reply.header("allow", allowed);
      throw quickwaterError("request.method-not-allowed", { path, method, allowed });
    }
    const query = request.query as Readonly<Record<string, unknown>>;
    const asked = readAsked(found, query, request.headers.accept ?? "");
    const answer = await answers.answer(found.endpoint, asked);
    if (answer.hasMore && asked.page !== undefined)
      reply.header("link", nextLink(request.url, asked.page.to));
    return send(request, reply, found.endpoint, answer, asked.format);
  });
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { cacheSeconds, answer }: Endpoint,
  { text, etag }: EndpointText,
  format: AnswerFormat,
): FastifyReply {
  reply.header("etag", etag);
  reply.header("cache-control", cacheSeconds === undefined ? "no-cache" : `max-age=${cacheSeconds}`);
  if (answer.kind === "list") reply.header("vary", "accept");
  if (request.headers["if-none-match"] === etag) return reply.status(304).send();
  return reply.type(mediaTypes[format]).send(text);
}

/** The same address, further on. */
function nextLink(url: string, offset: number): string {
  const [path, query = ""] = url.split("?", 2);
  const parameters = new URLSearchParams(query);
  parameters.set(ownParameters.offset, String(offset));
  return `<${path}?${parameters}>; rel="next"`;
}
