/**
 * `POST /v1/streams/{stream}/events`: takes a body, hands it to the log, answers when it is on disk. The
 * body is never parsed here: it goes over to the log thread in pieces, by transfer.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Engine } from "../engine.ts";
import { quickwaterError } from "../errors/quickwater-error.ts";
import type { BodyFormat } from "../log/event-log.ts";
import { formatType, type SqlType } from "../values/sql-type.ts";
import { wireBackfill } from "./backfill-routes.ts";
import { type BodyChunks, BodyReceiver } from "./body-receiver.ts";
import type { IngestSettings } from "./ingest-settings.ts";
import { unpackedBody } from "./unpacked-body.ts";

type ReceivedBody = { readonly chunks: BodyChunks } | { readonly refusal: Error };

interface EventsRoute {
  Params: { stream: string };
}

/** An answer names this many rows at most; all of them are dead letters. */
const rejectedShownMax = 1_000;

export function registerEventRoutes(app: FastifyInstance, engine: Engine, settings: IngestSettings): void {
  app.get("/v1/streams", async () => ({ streams: listStreams(engine) }));
  const bodies = new BodyReceiver(settings);
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (request, payload, done) => {
      const isPacked = encodingOf(request) === "gzip";
      const body = isPacked ? unpackedBody(payload) : payload;
      bodies.receive(body, isPacked ? Number.NaN : Number(request.headers["content-length"])).then(
        (chunks) => done(null, { chunks }),
        // Thrown by the handler: an error of the parser ends the connection, and a sender that still sends
        // would not see the answer.
        (refusal: Error) => done(null, { refusal }),
      );
    });
    scope.post<EventsRoute>("/v1/streams/:stream/events", (request, reply) =>
      takeEvents(engine, request, reply),
    );
  });
}

async function takeEvents(engine: Engine, request: FastifyRequest<EventsRoute>, reply: FastifyReply) {
  const body = request.body as ReceivedBody | null | undefined;
  if (body !== null && body !== undefined && "refusal" in body) throw body.refusal;
  const { stream } = request.params;
  engine.stream(stream);
  const format = formatOf(request.headers["content-type"]);
  const encoding = encodingOf(request);
  if (encoding !== "identity" && encoding !== "gzip")
    throw quickwaterError("request.unsupported-media-type", { type: encoding });
  if (body === null || body === undefined) throw quickwaterError("request.empty-body", {});
  const requestKey = requestKeyOf(request);
  const answer = await engine.append({ stream, format, chunks: body.chunks, origin: "http", requestKey });
  const rejected = answer.rejected
    .slice(0, rejectedShownMax)
    .map(({ index, code, message }) => ({ index, code, message }));
  const rejectedCount = answer.rejected.length;
  const cut = rejectedCount > rejectedShownMax ? { rejectedCount } : {};
  const { accepted, duplicates } = answer;
  if (accepted === 0 && duplicates === 0) return refuseAll(reply, rejectedCount, rejected);
  return { accepted, duplicates, rejected, ...cut };
}

function requestKeyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key === "string" && /^[\x21-\x7e ]{1,255}$/.test(key)) return key;
  const problem = "Idempotency-Key is 1 to 255 characters of ASCII";
  throw quickwaterError("request.bad-request", { problem });
}

function encodingOf({ headers }: FastifyRequest): string {
  const encoding = headers["content-encoding"]?.toLowerCase() ?? "identity";
  return encoding === "x-gzip" ? "gzip" : encoding;
}

/** A sender that looks at the status alone must not take a wholly rejected body for a success. */
function refuseAll(reply: FastifyReply, count: number, rejected: readonly { readonly message: string }[]) {
  const error = quickwaterError("request.all-rejected", {
    count,
    first: rejected[0]!.message,
  });
  return reply
    .status(error.status)
    .type("application/problem+json")
    .send({
      type: `urn:quickwater:error:${error.code}`,
      title: error.message,
      status: error.status,
      detail: error.hint,
      code: error.code,
      accepted: 0,
      duplicates: 0,
      rejected,
      ...(count > rejected.length ? { rejectedCount: count } : {}),
    });
}

function formatOf(contentType: string | undefined): BodyFormat {
  const [type = "", ...parameters] = (contentType ?? "application/json").toLowerCase().split(";");
  const charset = parameters.map((parameter) => parameter.trim()).find((part) => part.startsWith("charset="));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  switch (isUtf8 ? type.trim() : "") {
    case "application/x-ndjson":
    case "application/ndjson":
    case "application/jsonl":
    case "application/x-jsonlines":
      return "ndjson";
    case "application/json":
    // An event of CloudEvents is a row: its attributes, and `data`, are columns.
    case "application/cloudevents+json":
    case "application/cloudevents-batch+json":
    // What curl sends for -d when it is not told otherwise.
    case "application/x-www-form-urlencoded":
    case "text/plain":
      return "json";
    default:
      throw quickwaterError("request.unsupported-media-type", { type: contentType ?? "none" });
  }
}

function listStreams(engine: Engine) {
  const writers = engine.catalog.writers();
  return engine.catalog
    .tables()
    .filter((table) => table.origin.kind !== "connector")
    .map(({ name, origin, schema }) => ({
      name,
      takesEvents: origin.kind === "stream" && !writers.has(name),
      backfill: backfillOf(engine, name),
      columns: schema.columns.map(columnOf),
    }));
}

function backfillOf({ backfills }: Engine, stream: string) {
  const open = backfills.of(stream);
  return open === undefined ? null : wireBackfill(open);
}

function columnOf({ name, type }: { readonly name: string; readonly type: SqlType }) {
  return { name, sqlType: formatType(type) };
}
