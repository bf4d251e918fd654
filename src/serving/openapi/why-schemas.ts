/** What `GET /v1/why/{view}` answers. */
import { Type } from "typebox";
import { count, exactly, instant, list, milliseconds, orNull, ref, text, yes } from "./schema-words.ts";

const oneOf = (values: readonly [string, ...string[]], description: string) =>
  Type.Enum([...values], { description });

const partition = exactly(
  {
    partition: count("From 0."),
    watermark: orNull(instant("Null until its first row.")),
    lastRowAt: orNull(instant("When its last row was written to the log.")),
    isIdle: yes("Whether it has been quiet for so long that it holds nobody back."),
    quietForMs: orNull(milliseconds("By the logged clock; null where queries say who is idle.")),
    holdsBack: yes("Whether it is behind all others that are not idle: what waits, waits for it."),
  },
  "A partition of a stream.",
);

const letter = exactly(
  {
    at: instant("When it came."),
    code: text("Of the catalogue."),
    field: orNull(text("The field that was wrong.")),
    reason: text("What was wrong, in a sentence."),
  },
  "A row that could not be taken.",
);

const lastEvent = exactly(
  {
    id: text("Its place in the log."),
    status: oneOf(["taken", "filtered", "late", "waiting", "unknown"], "What became of it here."),
    why: orNull(text("In a sentence.")),
    predicate: orNull(text("Of the condition that left it out, what it did not fulfil.")),
  },
  "The newest event, and what became of it.",
);

const input = exactly(
  {
    stream: text("The stream."),
    from: oneOf(["events", "queries", "beside"], "What fills it."),
    rowsLogged: count("Rows that it was ever given."),
    rowsInFlight: orNull(count("Rows that are logged and not taken yet.")),
    lastRowAt: orNull(instant("When its last row was written to the log.")),
    lastEventTime: orNull(instant("The greatest of its rows.")),
    watermark: orNull(instant("Rows before it are late.")),
    delayMs: orNull(milliseconds("How far the watermark stays behind; null without event time.")),
    idleTimeoutMs: orNull(milliseconds("How long it may be quiet before it holds nobody back.")),
    inBackfill: yes("Whether a bracket of history is open."),
    followsQueries: yes("Whether its time is that of the queries that write it."),
    partitions: list(partition, "By number."),
    dead: orNull(
      exactly(
        {
          rows: count("Rows that could not be taken, those that were replayed among them."),
          last: orNull(letter),
        },
        "Its dead letters.",
      ),
    ),
    duplicates: orNull(count("Rows that had come before, since the server was started.")),
    lastEvent: orNull(lastEvent),
  },
  "A stream that the query reads.",
);

const keys = (side: string) => list(text("A key, as SQL writes it."), `Some that only the ${side} has now.`);

const stage = exactly(
  {
    number: count("From 1: a stage stands behind those that it reads."),
    inputs: list(count("A stage's number."), "The stages that it reads."),
    stage: text("The SQL word, as in EXPLAIN."),
    does: text("What it does, as in EXPLAIN."),
    stream: orNull(text("Of FROM.")),
    rowsIn: orNull(count("Rows that it was given; null where that is not counted.")),
    rowsOut: orNull(count("Rows that it gave on and that stand.")),
    lastRowAt: orNull(instant("When it gave a row on last.")),
    watermark: orNull(instant("Behind it.")),
    held: orNull(
      exactly(
        {
          rows: count("Of an aggregation the groups of open windows."),
          until: orNull(instant("The watermark that lets the next of them go.")),
          why: orNull(text("In a sentence; null where nothing waits.")),
        },
        "What waits for the watermark; null where nothing ever does.",
      ),
    ),
    filtered: orNull(
      exactly(
        { rows: count("Rows."), predicate: orNull(text("The condition, as SQL.")) },
        "What a condition left out; null where there is none.",
      ),
    ),
    late: orNull(
      exactly(
        { rows: count("Rows."), lastAt: orNull(instant("When the last one came.")) },
        "Rows behind the watermark; null where none can be.",
      ),
    ),
    unmatched: orNull(
      exactly(
        {
          left: orNull(count("Rows of the left that met nobody; null where that is not counted.")),
          right: orNull(count("Rows of the right.")),
          leftKeys: keys("left"),
          rightKeys: keys("right"),
        },
        "Of a join.",
      ),
    ),
  },
  "A stage of the query.",
);

const shown = exactly(
  {
    rows: count("Rows that it shows."),
    finalRows: count("Those that only a correction can still change."),
    openRows: count("Those of open windows, and first answers."),
    lastChangeAt: orNull(instant("When the step that changed it last was written to the log.")),
    emit: oneOf(["changes", "final"], "Whether open windows are shown."),
    corrected: orNull(
      exactly(
        {
          at: instant("When."),
          rows: count("Late rows that it took into their windows."),
          open: count("Those that came behind it."),
        },
        "The last correction; null where none was made.",
      ),
    ),
    failure: orNull(text("Why it was stopped.")),
    making: orNull(ref("Making")),
  },
  "What the view shows.",
);

export const why = exactly(
  {
    view: text("The view, or the stream that queries write."),
    kind: oneOf(["view", "stream"], "Which of them it is."),
    sql: text("The statement that makes the view, or those that write the stream, as they were written."),
    step: count("As of which step of the log its stages are."),
    now: instant("When this was answered."),
    cause: oneOf(
      [
        "well",
        "no-events",
        "dead",
        "not-read",
        "filtered",
        "held-back",
        "version-behind",
        "waiting",
        "not-final",
        "no-match",
        "late",
        "stopped",
        "making",
        "empty",
      ],
      "The most likely cause.",
    ),
    summary: text("The cause and what to do next, in a sentence or two."),
    inputs: list(input, "The streams that it reads."),
    stages: list(stage, "From the streams to the result; none where the query does not run."),
    shows: orNull(shown),
  },
  "Why a view shows what it shows.",
);
