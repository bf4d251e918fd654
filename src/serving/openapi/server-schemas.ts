/** What the server says of itself, of a query and of what it refuses. */
import { Type } from "typebox";
import { count, exactly, instant, list, milliseconds, orNull, ref, text, yes } from "./schema-words.ts";
import { ingest } from "./stream-schemas.ts";
import { making } from "./view-schemas.ts";

export const problem = Type.Object(
  {
    type: text("urn:quickwater:error: and the code."),
    title: text("What is wrong."),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: text("What to do."),
    code: text("Of the catalogue."),
    position: Type.Optional(
      exactly(
        {
          line: Type.Integer({ minimum: 1 }),
          column: Type.Integer({ minimum: 1 }),
          offset: count("In UTF-16 units."),
          length: count("In UTF-16 units."),
        },
        "Where in the SQL of the request.",
      ),
    ),
    // Of events that were taken before the request broke off.
    ...Type.Partial(ingest).properties,
  },
  { additionalProperties: false, description: "RFC 9457, with the code of the catalogue." },
);

export const queryAnswer = exactly(
  {
    columns: list(ref("Column"), "In their order; names may be there twice."),
    rowCount: count("How many rows."),
    step: count("The last of those that the views are as of."),
    views: list(
      exactly({ name: text("The view."), step: count("As of which it was read.") }, "A view."),
      "Views that were read.",
    ),
    now: instant("What clocks in the query said."),
    timeZone: text("In which it was computed."),
    rows: list(list(ref("Value"), "Values in the order of the columns."), "The rows."),
  },
  "The rows of a query.",
);

const healthStatus = Type.Enum(["ok", "degraded", "failed"], {
  description: "degraded: a part of it stopped, the rest goes on. failed: it can take no event any more.",
});

export const health = exactly(
  {
    status: healthStatus,
    version: text("Of Quickwater."),
    startedAt: instant("When the process began."),
    uptimeSeconds: count("Since the process began."),
    parts: Type.Object(
      {},
      {
        additionalProperties: exactly(
          { status: healthStatus, reason: Type.Optional(text("Why it is not ok.")) },
          "A part.",
        ),
        description: "By name: engine, views, journal.",
      },
    ),
    checkpoint: exactly(
      {
        restoredStep: orNull(count("The step of the one that this process began with.")),
        last: orNull(
          exactly(
            {
              step: count("As of which it is."),
              ageMs: milliseconds("Since it was written."),
              durationMs: milliseconds("Until it could be taken."),
              stoppedMs: milliseconds("Of these no event was taken."),
              stateBytes: count("Of the whole state."),
              writtenBytes: count("Of what had changed in it."),
            },
            "The last that this process wrote.",
          ),
        ),
      },
      "What a restart would begin with.",
    ),
    making: orNull(
      exactly(
        { ...making.properties, names: list(text("A view or a stream."), "What is made.") },
        "Views and written streams that are made beside what is shown.",
      ),
    ),
  },
  "Whether the process lives, and what of it does not work.",
);

export const ready = exactly(
  { ready: yes("Whether answers are as of the present."), reason: Type.Optional(text("Why not yet.")) },
  "Whether its answers are as of the present.",
);

const away = exactly(
  { kind: Type.Literal("away"), from: instant("When it was there last."), to: instant("When it was back.") },
  "The server was not there.",
);

const changed = exactly(
  {
    kind: Type.Literal("changed"),
    at: instant("When they took their places."),
    views: list(text("A view."), "Their rows were made anew."),
  },
  "Queries of views became others.",
);

export const chronicle = exactly(
  { entries: list(Type.Union([away, changed]), "The oldest first.") },
  "What happened to the server itself.",
);

export const openApi = Type.Object(
  { openapi: Type.Literal("3.1.0"), paths: Type.Object({}, { additionalProperties: true }) },
  { additionalProperties: true, description: "See spec.openapis.org." },
);
