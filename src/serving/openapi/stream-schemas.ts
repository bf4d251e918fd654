/** What the routes of streams answer. */
import { Type } from "typebox";
import { count, exactly, instant, list, orNull, ref, text, yes } from "./schema-words.ts";

export const rejectedRow = exactly(
  {
    index: count("Its place in the request, from 0."),
    code: text("Of the catalogue."),
    message: text("What is wrong, in a sentence."),
  },
  "A row that was not taken.",
);

export const ingest = exactly(
  {
    accepted: count("Rows that are on disk now."),
    duplicates: count("Rows that came before, by 'dedup-key' or Idempotency-Key."),
    rejected: list(ref("RejectedRow"), "The first 1,000 at most."),
    rejectedCount: Type.Optional(count("How many there are, where `rejected` does not name them all.")),
    wait: Type.Optional(ref("Wait")),
  },
  "What became of the rows of a request.",
);

export const wait = exactly(
  {
    view: text("The view that was waited for."),
    taken: yes("Whether it has taken the events; they are on disk in any case."),
    why: orNull(text("Why it has not.")),
    fromStep: count("Rows are told that changed behind this step."),
    step: count("Up to this one."),
    rowCount: count("How many changed."),
    rows: list(ref("Row"), "As they are now, the first 1,000."),
    removedCount: count("How many left the view."),
    removed: list(text("A key."), "Of those that left the view, the first 1,000."),
  },
  "What a view says of events that were sent.",
);

export const backfill = exactly(
  { id: text("What closes it."), since: instant("When it was opened.") },
  "A bracket around events of the past that is open.",
);

export const openedBackfill = exactly({ stream: text("The stream."), ...backfill.properties }, "It is open.");

export const endedBackfill = exactly(
  { stream: text("The stream."), id: text("Of the bracket.") },
  "It is closed.",
);

export const stream = exactly(
  {
    name: text("The stream."),
    takesEvents: yes("Whether events are sent to it; others are written by queries."),
    backfill: orNull(ref("Backfill")),
    columns: list(
      exactly({ name: text("As SQL calls it."), sqlType: text("The type as SQL writes it.") }, "A column."),
      "In their order.",
    ),
  },
  "A stream.",
);

export const deadLetters = exactly(
  {
    stream: text("The stream."),
    open: count("Letters that were not replayed since."),
    replayed: count("Letters that were."),
    reasons: list(
      exactly(
        {
          code: text("Of the catalogue."),
          field: orNull(text("The field that was wrong.")),
          count: count("How many there are."),
          firstAt: instant("When the first came."),
          lastAt: instant("When the last came."),
          example: text("What was said of the last one."),
        },
        "A reason.",
      ),
      "Of the open ones that were asked for, the most frequent first.",
    ),
    letters: list(
      exactly(
        {
          number: count("Never changes."),
          id: text("Its place as an event of `<stream>$dead`."),
          receivedAt: instant("When it came."),
          code: text("Of the catalogue."),
          field: orNull(text("The field that was wrong.")),
          reason: text("What was wrong, in a sentence."),
          origin: text("Where it came from."),
          position: count("Its place in its request."),
          text: orNull(text("What was received; null where it is no UTF-8.")),
          base64: text("What was received."),
        },
        "A row that could not be taken.",
      ),
      "The newest, the newest first.",
    ),
  },
  "Rows of a stream that could not be taken.",
);

export const replay = exactly(
  {
    stream: text("The stream."),
    taken: count("Rows that are in the stream now, or would be."),
    duplicates: count("Rows that were there before."),
    stillDead: count("Rows that stay dead."),
    reasons: list(
      exactly(
        {
          number: count("Of the letter."),
          code: text("Of the catalogue."),
          field: orNull(text("The field that is wrong.")),
          message: text("What is wrong today, in a sentence."),
        },
        "Why a row stays dead.",
      ),
      "The first 1,000 of them.",
    ),
    dryRun: yes("Whether nothing was written."),
  },
  "What became of dead letters that were read again.",
);
