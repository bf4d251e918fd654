/**
 * `POST /v1/streams/{stream}/events`: takes a body, hands it to the log, answers when it is on disk. The
 * body is never parsed here: it goes over to the log thread in pieces, by transfer. Lines go part by part, an
 * object or an array whole.
 */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Engine } from "../engine.ts";
import { QuickwaterError, quickwaterError } from "../errors/quickwater-error.ts";
import type { AppendRequest, BodyFormat } from "../log/event-log.ts";
import { formatType, type SqlType } from "../values/sql-type.ts";
import type { Arrivals } from "./arrival.ts";
import { answerTaken, type WaitParameters, waitParameters } from "./awaited-view.ts";
import { wireBackfill } from "./backfill-routes.ts";
import { type IncomingBody, receiveBody, throwAway } from "./body-receiver.ts";
import { BodyRoom } from "./body-room.ts";
import type { IngestSettings } from "./ingest-settings.ts";
import { LineBody } from "./line-body.ts";
import type { PartLimits } from "./line-parts.ts";
import { TakenRows } from "./taken-rows.ts";
import { WholeBody } from "./whole-body.ts";

interface EventsRoute {
  Params: { stream: string };
  Querystring: WaitParameters;
}

export interface WayIn {
  readonly settings: IngestSettings;
  readonly parts: PartLimits;
  readonly arrivals: Arrivals;
}

/** What all requests share. */
interface Shared extends WayIn {
  readonly engine: Engine;
  readonly room: BodyRoom;
}

export function registerEventRoutes(app: FastifyInstance, engine: Engine, way: WayIn): void {
  app.get("/v1/streams", async () => ({ streams: listStreams(engine) }));
  const shared = { ...way, engine, room: new BodyRoom(way.settings.bodyBytesInFlightMax) };
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Read by the handler: an error of the parser ends the connection, and a sender that still sends would
    // not see the answer.
    scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    const schema = { querystring: waitParameters };
    // A wrong parameter is answered by the handler: it knows what to do with the body.
    const options = { schema, attachValidation: true };
    scope.post<EventsRoute>("/v1/streams/:stream/events", options, (request, reply) =>
      takeEvents(shared, request, reply),
    );
  });
}

async function takeEvents(way: Shared, request: FastifyRequest<EventsRoute>, reply: FastifyReply) {
  const raw = request.body as IncomingMessage | null | undefined;
  if (raw === null || raw === undefined) {
    headOf(way.engine, request);
    throw quickwaterError("request.empty-body", {});
  }
  const body = { raw, isPacked: encodingOf(request) === "gzip", arrival: way.arrivals.of(raw) };
  const { head, wait } = refusing(body, () => {
    const { stream, ...head } = headOf(way.engine, request);
    const { wait: view } = request.query;
    const wait = view === undefined ? undefined : way.engine.waits.begin(stream, view);
    return { head: { stream, ...head }, wait };
  });
  try {
    const taken = await takeBody(way, head, body, Number(request.headers["content-length"]));
    return await answerTaken(reply, taken, wait, request.query.waitMs);
  } catch (error) {
    endLate(reply, error);
    throw error;
  } finally {
    wait?.end();
  }
}

async function takeBody(
  { engine, settings, parts, room }: Shared,
  head: Pick<AppendRequest, "stream" | "format" | "requestKey">,
  body: IncomingBody,
  length: number,
): Promise<TakenRows> {
  const append = (part: Pick<AppendRequest, "chunks" | "part">) =>
    engine.append({ ...head, ...part, origin: "http" });
  const expectedBytes = body.isPacked ? Number.NaN : length;
  if (head.format === "ndjson") {
    const lines = new LineBody({ append, arrival: body.arrival }, settings, parts, room, expectedBytes);
    return takeLines(lines, body);
  }
  const whole = new WholeBody(settings, room, expectedBytes);
  await receiveBody(body, whole);
  const taken = new TakenRows();
  taken.add(await append({ chunks: whole.chunks() }));
  return taken;
}

async function takeLines(lines: LineBody, body: IncomingBody): Promise<TakenRows> {
  try {
    await receiveBody(body, lines);
    return await lines.end();
  } catch (error) {
    if (!(error instanceof QuickwaterError) || lines.taken.count === 0) throw error;
    lines.taken.breakOff(error);
    return lines.taken;
  }
}

/** What is wrong before the body is answered before it. */
function refusing<Result>(body: IncomingBody, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throwAway({ ...body, isPacked: false });
    throw error;
  }
}

/** Nobody waits any longer for the rest of a request that is late. */
function endLate(reply: FastifyReply, error: unknown): void {
  const isLate = error instanceof QuickwaterError && error.code === "request.too-slow";
  if (isLate) reply.header("connection", "close");
}

/** What the request says before its body. */
function headOf(engine: Engine, request: FastifyRequest<EventsRoute>) {
  const { stream } = request.params;
  if (request.validationError !== undefined) throw request.validationError;
  engine.stream(stream);
  const format = formatOf(request.headers["content-type"]);
  const encoding = encodingOf(request);
  if (encoding !== "identity" && encoding !== "gzip")
    throw quickwaterError("request.unsupported-media-type", { type: encoding });
  return { stream, format, requestKey: requestKeyOf(request) };
}

export function requestKeyOf({ headers }: FastifyRequest): string | undefined {
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
  return engine.catalog.keptStreams().map(({ name, schema, takesEvents }) => ({
    name,
    takesEvents,
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
