/**
 * `GET /v1/streams/{stream}/events`: what a stream was given, the newest first, by conditions and page by
 * page. `GET /v1/streams/{stream}/events/{id}` is one of them, and what became of it.
 */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
import { formatInstantMs } from "../../values/timestamp.ts";
import type { EventJourneyAnswer, EventReaderAnswer, EventsAnswer } from "../answers.ts";
import { type StoredEvent, shownEvent, withEvent } from "./event-text.ts";
import { instantOf } from "./instant.ts";

/** All that these routes know of the engine. */
export interface EventAnswerer {
  readonly events: {
    page(
      stream: string,
      question: {
        readonly where?: string | undefined;
        readonly text?: string | undefined;
        readonly newestFirst: boolean;
        readonly limit: number;
        readonly after?: string | undefined;
        readonly appendedFromMs?: number | undefined;
        readonly appendedToMs?: number | undefined;
        readonly eventFromMs?: number | undefined;
        readonly eventToMs?: number | undefined;
      },
    ): Promise<{
      readonly events: readonly StoredEvent[];
      readonly rowsLookedAt: number;
      readonly stopped: Exclude<EventsAnswer["stopped"], null> | undefined;
      readonly next: { readonly step: number; readonly row: number } | undefined;
    }>;
    journey(
      stream: string,
      id: string,
    ): Promise<{
      readonly event: StoredEvent & {
        readonly number: number;
        readonly causedBy: number | undefined;
        readonly replayedAtMs: number | "never" | "unknown" | undefined;
      };
      readonly dedupColumns: readonly string[];
      readonly readers: readonly EventReaderAnswer[];
    }>;
  };
}

const eventsMax = 1_000;
const eventsDefault = 100;
const sqlLengthMax = 4_096;
const textLengthMax = 1_000;
const idLengthMax = 40;

const time = (description: string) => Type.Optional(Type.String({ format: "date-time", description }));

const query = Type.Object(
  {
    where: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: sqlLengthMax,
        description: "SQL, as behind WHERE: over the stream's columns, $step, $row and $appended_at.",
      }),
    ),
    q: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: textLengthMax,
        description: "A text that stands in the event as it was received, letter by letter.",
      }),
    ),
    order: Type.Union([Type.Literal("newest"), Type.Literal("oldest")], {
      default: "newest",
      description: "Which come first, by when they were written to the log.",
    }),
    limit: Type.Integer({ minimum: 1, maximum: eventsMax, default: eventsDefault }),
    after: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: idLengthMax,
        description: "`next` of the answer before, or the id of an event: those behind it in the order.",
      }),
    ),
    appendedFrom: time("Written to the log then or later."),
    appendedTo: time("Written to the log before."),
    eventFrom: time("With an event time of then or later."),
    eventTo: time("With an event time before."),
  },
  { additionalProperties: false },
);

const params = Type.Object({ stream: Type.String() });
const paramsOfOne = Type.Object({ stream: Type.String(), id: Type.String() });

export function registerEventReading(app: FastifyInstance, engine: EventAnswerer): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const path = "/v1/streams/:stream/events";
  typed.get(path, { schema: { params, querystring: query } }, async (request, reply) => {
    reply.header("cache-control", "no-cache").type("application/json; charset=utf-8");
    return await pageText(engine, request.params.stream, request.query);
  });
  typed.get(`${path}/:id`, { schema: { params: paramsOfOne } }, async (request, reply) => {
    const { stream, id } = request.params;
    reply.header("cache-control", "no-cache").type("application/json; charset=utf-8");
    return await journeyText(engine, stream, id);
  });
}

async function pageText(
  { events: of }: EventAnswerer,
  stream: string,
  asked: Static<typeof query>,
): Promise<string> {
  const { where, q: text, order, limit, after } = asked;
  const { events, rowsLookedAt, stopped, next } = await of.page(stream, {
    where,
    text,
    newestFirst: order === "newest",
    limit,
    after,
    appendedFromMs: momentOf("appendedFrom", asked.appendedFrom),
    appendedToMs: momentOf("appendedTo", asked.appendedTo),
    eventFromMs: momentOf("eventFrom", asked.eventFrom),
    eventToMs: momentOf("eventTo", asked.eventTo),
  });
  const head: Omit<EventsAnswer, "events"> = {
    stream,
    order,
    rowsLookedAt,
    stopped: stopped ?? null,
    next: next === undefined ? null : `${next.step}-${next.row}`,
  };
  const texts = events.map((event) => withEvent(shownEvent(event), event.text));
  return `${JSON.stringify(head).slice(0, -1)},"events":[${texts.join(",")}]}`;
}

const momentOf = (name: string, text: string | undefined) =>
  text === undefined ? undefined : instantOf(name, text);

async function journeyText({ events }: EventAnswerer, stream: string, id: string): Promise<string> {
  const { event, dedupColumns, readers } = await events.journey(stream, id);
  const told: Omit<EventJourneyAnswer, "event"> = {
    stream,
    ...shownEvent(event),
    number: event.number,
    causedBy: event.causedBy ?? null,
    dedup: dedupOf(dedupColumns),
    readers,
    letter: letterOf(event),
  };
  return withEvent(told, event.text);
}

function dedupOf(columns: readonly string[]): EventJourneyAnswer["dedup"] {
  const isKeyed = columns.length > 0;
  const counted = "Events whose key came before are counted in `duplicates` of their request, and not kept";
  return {
    columns,
    laterDuplicates: isKeyed ? "unknown" : "none",
    why: isKeyed ? `${counted}.` : "The table has no 'dedup-key': each event that came is in the stream.",
  };
}

type Letter = NonNullable<EventJourneyAnswer["letter"]>;

function letterOf({
  text,
  replayedAtMs: at,
}: Pick<StoredEvent, "text"> & { readonly replayedAtMs: number | "never" | "unknown" | undefined }) {
  if (at === undefined) return null;
  const { code, field, reason } = JSON.parse(text) as Pick<Letter, "code" | "field" | "reason">;
  const replayed: Letter["replayed"] = typeof at === "number" ? "yes" : at === "never" ? "no" : "unknown";
  return { code, field, reason, replayed, replayedAt: typeof at === "number" ? formatInstantMs(at) : null };
}
