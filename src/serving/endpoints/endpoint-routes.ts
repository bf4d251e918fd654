/**
 * The project's own addresses. They are looked for before each request and are no routes of the framework,
 * because a project that is saved while the server runs may bring others.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { mediaTypes, type RowFormat } from "../answer-format.ts";
import type { Exporting } from "../export/exporting.ts";
import type { AskedHistory } from "../history-asking.ts";
import { readAsked } from "./asked-endpoint.ts";
import { type Endpoint, ownParameters, segmentsOf } from "./endpoint.ts";
import { EndpointAnswers, type EndpointEngine, type EndpointText } from "./endpoint-answers.ts";
import type { Endpoints } from "./endpoints.ts";
import type { TurnSettings } from "./query-turns.ts";

/** Behind whoever says who may ask. */
export function registerEndpoints(
  app: FastifyInstance,
  engine: EndpointEngine,
  endpoints: Endpoints,
  turns: TurnSettings,
  { history, exporting }: { readonly history: AskedHistory; readonly exporting: Exporting },
): void {
  const answers = new EndpointAnswers(engine, turns, history);
  app.addHook("onRequest", async (request, reply) => {
    const path = request.url.split("?", 1)[0]!;
    const found = endpoints.find(path);
    if (found === undefined) return undefined;
    const { method } = request;
    const { endpoint } = found;
    const isExport = endpoint.answer.kind === "export";
    const allowed = isExport ? "GET" : "GET, HEAD";
    if (method !== "GET" && (method !== "HEAD" || isExport)) {
      reply.header("allow", allowed);
      throw quickwaterError("request.method-not-allowed", { path, method, allowed });
    }
    const query = request.query as Readonly<Record<string, unknown>>;
    const asked = readAsked(found, query, request.headers.accept ?? "");
    if (isExport) {
      const { given, format } = asked;
      const name = segmentsOf(path).join("-");
      const source = { kind: "query", sql: endpoint.sql, given } as const;
      reply.header("vary", "accept");
      return exporting.send(request, reply, { name, format }, () =>
        exporting.ofHistory(reply, source, format),
      );
    }
    const answer = await answers.answer(endpoint, asked);
    if (answer.hasMore && asked.page !== undefined)
      reply.header("link", nextLink(request.url, asked.page.to));
    return send(request, reply, endpoint, answer, asked.format);
  });
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { cacheSeconds, answer }: Endpoint,
  { text, etag }: EndpointText,
  format: RowFormat,
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
