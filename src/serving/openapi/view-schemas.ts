/** What the routes of views answer. */
import { type TSchema, Type } from "typebox";
import { count, exactly, instant, list, milliseconds, orNull, ref, text, yes } from "./schema-words.ts";

export const freshness = exactly(
  {
    lastRowAt: orNull(instant("When the last row that the view took was written to the log.")),
    watermark: orNull(instant("No row older than this will change the view, except by a correction.")),
  },
  "How fresh a view is; null until its first row.",
);

export const column = exactly(
  {
    name: text("As SQL calls it."),
    type: Type.Enum(
      [
        "boolean",
        "integer",
        "float",
        "decimal",
        "string",
        "bytes",
        "date",
        "time",
        "timestamp",
        "row",
        "array",
        "map",
      ],
      { description: "How its values look in JSON; decimal is a string of its exact digits." },
    ),
    nullable: yes("Whether a value may be null."),
    sqlType: text("The type as SQL writes it."),
  },
  "A column.",
);

export const value: TSchema = Type.Unsafe({
  description: "A value as its column's type says.",
  anyOf: [
    { type: ["boolean", "number", "string", "null"] },
    { type: "array", items: { $ref: "#/components/schemas/Value" } },
    { type: "object", additionalProperties: { $ref: "#/components/schemas/Value" } },
  ],
});

/** Of a row that a view shows, beside its columns. */
export const rowMarks = {
  $final: yes("Whether only a correction can still change the row."),
  $revision: count("0, and one more for each correction."),
};

export const row = Type.Object(rowMarks, {
  additionalProperties: Type.Unsafe({ $ref: "#/components/schemas/Value" }),
  description: "A row by its columns' names, and what is known of it.",
});

export const making = exactly(
  {
    done: Type.Number({ minimum: 0, maximum: 1, description: "How far that is." }),
    remainingMs: orNull(milliseconds("Null where it cannot be told yet.")),
  },
  "How far rows are made of the journal, those shown being earlier ones.",
);

const failure = orNull(text("Why the view was stopped, its rows being those of then; null while it runs."));

const keyColumns = list(count("A column's place."), "Places of the columns that make a row's key.");

const counters = exactly(
  {
    rowsTaken: count("Rows that it took."),
    rowsFiltered: count("Rows that it did not want."),
    rowsLate: count("Rows that came behind its watermark."),
  },
  "The books: rows logged = taken + filtered + late + in flight.",
);

export const view = exactly(
  {
    name: text("The view."),
    columns: list(ref("Column"), "In their order."),
    keyColumns,
    rowCount: count("How many rows it has."),
    step: count("As of which step of the log it is."),
    freshness: ref("Freshness"),
    counters,
    failure,
    making: orNull(ref("Making")),
  },
  "A view, without its rows.",
);

export const viewAnswerOf = (rowSchema: TSchema) =>
  exactly(
    {
      view: text("The view."),
      step: count("As of which step of the log all of the answer is."),
      freshness: ref("Freshness"),
      counters,
      columns: list(ref("Column"), "In their order."),
      keyColumns,
      rowCount: count("How many rows match, on all pages."),
      failure,
      making: orNull(ref("Making")),
      next: orNull(text("`after` of the next page; null where there is none.")),
      rows: list(rowSchema, "In the order that was asked for."),
    },
    "Rows of a view.",
  );

export const lateRows = exactly(
  {
    view: text("The view."),
    rows: count("All late rows, those that a correction took too."),
    open: count("Those behind the last correction."),
    correctedAt: orNull(instant("When that was; null where there was none.")),
    windows: list(
      exactly(
        {
          start: orNull(instant("Of the last window that they belong to.")),
          end: orNull(instant("Its end.")),
          count: count("How many rows."),
          lastAt: instant("When the last one came."),
          longestMs: count("How late one was."),
        },
        "A window.",
      ),
      "Of the open ones, the newest first.",
    ),
  },
  "Rows that came behind a view's watermark.",
);

export const correction = exactly(
  {
    view: text("The view."),
    lateRows: count("Rows that were taken into their windows."),
    changed: count("Rows of the view that differ by them."),
    tooOld: list(
      exactly({ start: instant("From."), end: instant("To.") }, "A window."),
      "Windows of which retention may have taken rows: they stay as they are.",
    ),
    dryRun: yes("Whether nothing was published."),
    rows: list(
      exactly({ before: orNull(ref("Row")), after: orNull(ref("Row")) }, "A row that changed."),
      "The first 1,000.",
    ),
  },
  "What late rows changed.",
);
