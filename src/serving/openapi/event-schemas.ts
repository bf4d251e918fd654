/** What the routes of events answer. */
import { Type } from "typebox";
import { count, exactly, instant, list, milliseconds, orNull, ref, text, yes } from "./schema-words.ts";

const oneOf = (values: readonly [string, ...string[]], description: string) =>
  Type.Enum([...values], { description });

const placed = {
  id: text("Its place in the log; never changes."),
  step: count("The step of the log."),
  row: count("Which row of the step, from 0."),
  appendedAt: instant("When it was written to the log."),
  eventTime: orNull(instant("Its own time; null where it has none.")),
  kind: oneOf(["insert", "delete"], "Whether it takes back the row of its key."),
  event: Type.Object(
    {},
    { additionalProperties: ref("Value"), description: "What was received, with all its fields." },
  ),
};

export const event = exactly(placed, "An event as the log holds it.");

export const eventPage = exactly(
  {
    stream: text("The stream."),
    order: oneOf(["newest", "oldest"], "Which come first."),
    rowsLookedAt: count("Rows that were looked at."),
    stopped: orNull(
      oneOf(["limit", "time", "rows", "bytes"], "Why it ended early; null where all was looked at."),
    ),
    next: orNull(text("`after` of the next page, which may be empty; null where all was looked at.")),
    events: list(ref("Event"), "In the order that was asked for."),
  },
  "Events of a stream.",
);

const reader = exactly(
  {
    name: text("The view, or the stream that the query writes."),
    kind: oneOf(["view", "stream"], "What it is."),
    status: oneOf(["taken", "filtered", "late", "waiting", "unknown"], "What became of the event there."),
    why: orNull(text("In a sentence.")),
    predicate: orNull(text("Of the condition that left it out, what it did not fulfil, as SQL.")),
    windows: list(
      exactly(
        {
          start: instant("Its start."),
          end: instant("Its end."),
          isOpen: orNull(yes("Null where it is not known.")),
        },
        "A window.",
      ),
      "Those that it belongs to, 100 at most.",
    ),
    windowCount: count("How many there are."),
  },
  "A query that reads the stream.",
);

export const eventJourney = exactly(
  {
    stream: text("The stream."),
    ...placed,
    number: count("Within the stream, from 0."),
    causedBy: orNull(count("Of a stream that queries write: the step that made them write it.")),
    dedup: exactly(
      {
        columns: list(text("A column."), "Of 'dedup-key'; none where the table has none."),
        laterDuplicates: oneOf(["none", "unknown"], "Whether it was sent again."),
        why: text("What can be known of it."),
      },
      "Whether the same event came again.",
    ),
    readers: list(reader, "Views first."),
    letter: orNull(
      exactly(
        {
          code: text("Of the catalogue."),
          field: orNull(text("The field that was wrong.")),
          reason: text("What was wrong, in a sentence."),
          replayed: oneOf(["yes", "no", "unknown"], "Whether it was read again and sent since."),
          replayedAt: orNull(instant("When.")),
        },
        "Of a dead letter.",
      ),
    ),
  },
  "An event and what became of it.",
);

const streamEvent = exactly({ stream: text("The stream."), ...placed }, "An event as the log holds it.");

const explainedChange = exactly(
  {
    effect: oneOf(
      ["appeared", "changed", "touched", "closed", "corrected", "left"],
      "What became of the row: touched is an event that makes no difference to its values.",
    ),
    cause: oneOf(["event", "clock", "correction"], "What made the view tell of the row."),
    step: count("The step of the log."),
    at: instant("When it was written to the log."),
    event: orNull(streamEvent),
    late: orNull(
      list(
        exactly({ lateByMs: milliseconds("Behind the watermark."), event: streamEvent }, "A late event."),
        "Of a correction: events that came too late for the row's window since the one before, the first " +
          "first; they may be of other keys. Null where the view reads what queries wrote.",
      ),
    ),
    row: orNull(ref("Row")),
  },
  "A change of the row.",
);

export const explained = exactly(
  {
    view: text("The view."),
    sql: text("Its query."),
    key: text("Of the row: the key's values as a JSON array, in text."),
    step: count("The last step that was looked at."),
    row: orNull(ref("Row")),
    agrees: orNull(
      yes("Whether the view shows just that; null where it went on since, or of another moment."),
    ),
    streamsWithGaps: list(text("A stream."), "Of which the journal has let rows go."),
    changeCount: count("How often the view told of the row."),
    changes: list(explainedChange, "The last 1,000, the first of them first."),
  },
  "A row of a view and how it came to be.",
);
