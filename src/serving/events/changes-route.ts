/** `GET /v1/views/{view}/changes`: a view and its changes as server-sent events. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Feeds } from "../feed/feeds.ts";
import type { LiveClients } from "../feed/live-clients.ts";
import type { LiveSettings } from "../feed/live-settings.ts";
import { deltasPerSecondMax, deltasPerSecondMin } from "../feed/pace.ts";
import { whereLengthMax } from "../feed/shape.ts";
import { GzipEvents, plainEvents, takesGzip } from "./event-bytes.ts";
import { EventStream } from "./event-stream.ts";

const columnsLengthMax = 8_192;
const tokenLengthMax = 200;

const query = Type.Object(
  {
    where: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: whereLengthMax,
        pattern: "\\S",
        description: "SQL, as behind WHERE: over the view's columns, $final and $revision; without a clock.",
      }),
    ),
    columns: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: columnsLengthMax,
        description: "Names with commas between them: only these, in this order.",
      }),
    ),
    emit: Type.Optional(
      Type.Union([Type.Literal("changes"), Type.Literal("final")], {
        description: "`final` leaves open windows out; without it the view's own.",
      }),
    ),
    maxRate: Type.Optional(
      Type.Number({
        minimum: deltasPerSecondMin,
        maximum: deltasPerSecondMax,
        description: "Deltas a second; what changes in between is folded together.",
      }),
    ),
    resume: Type.Optional(
      Type.String({
        maxLength: tokenLengthMax,
        description: "The id of the last event that had one, for who cannot send Last-Event-ID.",
      }),
    ),
  },
  { additionalProperties: false },
);

export function registerChangesRoute(
  app: FastifyInstance,
  feeds: Feeds,
  clients: LiveClients,
  settings: LiveSettings,
): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const schema = { params: Type.Object({ view: Type.String() }), querystring: query };
  const path = "/v1/views/:view/changes";
  typed.get(path, { schema, exposeHeadRoute: false }, async (request, reply) => {
    clients.refuseTooMany();
    const { headers, params, query: asked } = request;
    const columns = asked.columns?.split(",").map((name) => name.trim());
    // A browser that comes back has the address of before, and says in the header where it stands now.
    const resume = [headers["last-event-id"]].flat()[0] ?? asked.resume;
    const gzip = takesGzip(headers["accept-encoding"]);
    const encoder = gzip ? new GzipEvents(settings.packedBytesMin) : plainEvents;
    const stream = new EventStream(reply.raw, encoder, settings);
    const wanted = { ...asked, columns, resume, view: params.view };
    const subscription = feeds.subscribe(wanted, (told) => stream.news(told));
    clients.add(stream);
    reply.raw.on("close", () => clients.remove(stream));
    try {
      // What is wrong with a condition may show only in the rows: that too is a problem document.
      await subscription.feed.ready();
    } catch (error) {
      subscription.end();
      throw error;
    }
    reply.hijack();
    stream.begin(subscription);
  });
}
