/**
 * JSON of the routes, shared with the browser: types only. `/openapi.json` tells each of them as a schema
 * (`openapi/components.ts`).
 */
import type { WireColumn, WireFreshness, WireValue } from "./protocol.ts";

// GET /v1/views and GET /v1/views/{view}

export interface ViewSummary {
  readonly name: string;
  readonly columns: readonly WireColumn[];
  readonly keyColumns: readonly number[];
  readonly rowCount: number;
  readonly step: number;
  readonly freshness: WireFreshness;
  readonly counters: ViewCounters;
  /** Why the view was stopped; null while it runs. */
  readonly failure: string | null;
  /** How far its rows are made of the journal, those shown being earlier ones; null where they are not. */
  readonly making: WireMaking | null;
}

/** The books: rows logged = taken + filtered + late + in flight. */
export interface ViewCounters {
  readonly rowsTaken: number;
  readonly rowsFiltered: number;
  readonly rowsLate: number;
}

export interface WireMaking {
  /** From 0 to 1. */
  readonly done: number;
  /** Null where it cannot be told yet. */
  readonly remainingMs: number | null;
}

export interface ViewList {
  readonly views: readonly ViewSummary[];
}

/** Rows as objects by column name, with `$final` and `$revision` beside the columns. */
export interface ViewAnswer<Row = Readonly<Record<string, WireValue>>> {
  readonly view: string;
  readonly step: number;
  readonly freshness: WireFreshness;
  readonly counters: ViewCounters;
  readonly columns: readonly WireColumn[];
  /** Positions of the columns that make a row's key. */
  readonly keyColumns: readonly number[];
  readonly rows: readonly Row[];
  /** Why the view was stopped, its rows being those of then; null while it runs. */
  readonly failure: string | null;
  readonly making: WireMaking | null;
  /** How many rows match, on all pages; `rows` holds at most `limit` of them. */
  readonly rowCount: number;
  /** `after` of the next page; null where there is none. */
  readonly next: string | null;
}

// GET /health

export interface ServerHealth {
  readonly status: HealthStatus;
  readonly version: string;
  /** When its process began. */
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  /** By name: the engine, the views. */
  readonly parts: Readonly<Record<string, HealthPart>>;
  readonly checkpoint: CheckpointHealth;
  /** Views and written streams that are made of the journal beside what is shown; null where none is. */
  readonly making: (WireMaking & { readonly names: readonly string[] }) | null;
}

/** What a restart would begin with. */
export interface CheckpointHealth {
  /** The step of the one that this process began with; null where it read the whole journal. */
  readonly restoredStep: number | null;
  /** The last that this process wrote; null until there is one. */
  readonly last: {
    readonly step: number;
    readonly ageMs: number;
    /** From the freeze until it could be taken; of this the flow stood still for `stoppedMs`. */
    readonly durationMs: number;
    readonly stoppedMs: number;
    /** Of the whole state, and of what had changed in it. */
    readonly stateBytes: number;
    readonly writtenBytes: number;
  } | null;
}

/** `degraded`: a part of it stopped, the rest goes on. `failed`: it can take no event any more. */
export type HealthStatus = "ok" | "degraded" | "failed";

export interface HealthPart {
  readonly status: HealthStatus;
  readonly reason?: string | undefined;
}

// POST /v1/streams/{stream}/events

export interface IngestAnswer<Row = Readonly<Record<string, WireValue>>> {
  readonly accepted: number;
  readonly duplicates: number;
  /** The first 1,000 at most. */
  readonly rejected: readonly RejectedRow[];
  /** How many there are, where `rejected` does not name them all. */
  readonly rejectedCount?: number | undefined;
  /** Where a view was waited for. */
  readonly wait?: WaitAnswer<Row> | undefined;
}

/** What a view says of events that were sent: its rows that changed behind `fromStep`, up to `step`. */
export interface WaitAnswer<Row = Readonly<Record<string, WireValue>>> {
  readonly view: string;
  /** Whether the view has taken the events; they are on disk in any case. */
  readonly taken: boolean;
  /** Why it has not. */
  readonly why: string | null;
  readonly fromStep: number;
  readonly step: number;
  /** How many changed; `rows` has the first 1,000. */
  readonly rowCount: number;
  readonly rows: readonly Row[];
  /** How many left the view; `removed` has the keys of the first 1,000. */
  readonly removedCount: number;
  readonly removed: readonly string[];
}

export interface RejectedRow {
  /** Position in the request, from 0. */
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

// GET /v1/streams/{stream}/events and …/events/{id}

/** An event as the log holds it. */
export interface WireEvent<Event = Readonly<Record<string, WireValue>>> {
  /** Its place: step and row within it. It never changes, and is `after` of the events behind it. */
  readonly id: string;
  readonly step: number;
  readonly row: number;
  /** When it was written to the log. */
  readonly appendedAt: string;
  /** Null where it has none. */
  readonly eventTime: string | null;
  readonly kind: "insert" | "delete";
  /** What was received. */
  readonly event: Event;
}

export interface EventsAnswer<Event = Readonly<Record<string, WireValue>>> {
  readonly stream: string;
  readonly order: "newest" | "oldest";
  readonly events: readonly WireEvent<Event>[];
  readonly rowsLookedAt: number;
  /** Why it ended before the stream did; null where all was looked at. */
  readonly stopped: "limit" | "time" | "rows" | "bytes" | null;
  /** `after` of the next page, which may be empty; null where all was looked at. */
  readonly next: string | null;
}

export interface EventJourneyAnswer<Event = Readonly<Record<string, WireValue>>> extends WireEvent<Event> {
  readonly stream: string;
  /** Within its stream, from 0. */
  readonly number: number;
  /** Of a stream that queries write: the step that made them write it. */
  readonly causedBy: number | null;
  readonly dedup: {
    /** None where the table names no `'dedup-key'`. */
    readonly columns: readonly string[];
    readonly laterDuplicates: "none" | "unknown";
    readonly why: string;
  };
  readonly readers: readonly EventReaderAnswer[];
  /** Of a dead letter. */
  readonly letter: {
    readonly code: string;
    readonly field: string | null;
    readonly reason: string;
    readonly replayed: "yes" | "no" | "unknown";
    readonly replayedAt: string | null;
  } | null;
}

/** What became of an event in a query that reads its stream. */
export interface EventReaderAnswer {
  readonly name: string;
  readonly kind: "view" | "stream";
  readonly status: "taken" | "filtered" | "late" | "waiting" | "unknown";
  readonly why: string | null;
  /** Of the condition that left it out, what it did not fulfil. */
  readonly predicate: string | null;
  /** The first of them; `windowCount` is how many there are. */
  readonly windows: readonly {
    readonly start: string;
    readonly end: string;
    readonly isOpen: boolean | null;
  }[];
  readonly windowCount: number;
}

// GET /v1/why/{view}

/** Why a view shows what it shows, or a written stream has the rows that it has. */
export interface WhyAnswer {
  readonly view: string;
  readonly kind: "view" | "stream";
  /** The statement that makes the view, or those that write the stream, as they were written. */
  readonly sql: string;
  /** Of the log: what is told of the stages is as of it. */
  readonly step: number;
  readonly now: string;
  readonly cause: WhyCause;
  /** The most likely cause and what to do next, in a sentence or two. */
  readonly summary: string;
  /** The streams that it reads. */
  readonly inputs: readonly WhyInput[];
  /** From the streams to the result; none of a query that does not run. */
  readonly stages: readonly WhyStage[];
  /** Null of a stream. */
  readonly shows: WhyShown | null;
}

/**
 *   well            it has rows
 *   no-events       nothing was sent to what it reads
 *   dead            what was sent could not be taken
 *   not-read        rows are logged that it has not taken yet
 *   filtered        a condition leaves all rows out
 *   held-back       a stream that is behind the others keeps the watermark where it is
 *   version-behind  so does the table of a temporal join
 *   waiting         the watermark has not passed what would be given next
 *   not-final       so it is, and 'emit' = 'final' shows no open window
 *   no-match        a join has found nobody
 *   late            all rows came behind the watermark
 *   stopped         it was stopped by a row
 *   making          it is made of the journal
 *   empty           what it had is gone again, or a stage gives nothing of what it gets
 */
export type WhyCause =
  | "well"
  | "no-events"
  | "dead"
  | "not-read"
  | "filtered"
  | "held-back"
  | "version-behind"
  | "waiting"
  | "not-final"
  | "no-match"
  | "late"
  | "stopped"
  | "making"
  | "empty";

export interface WhyInput {
  readonly stream: string;
  /** Events are sent to it, queries write it, or it is kept beside another. */
  readonly from: "events" | "queries" | "beside";
  readonly rowsLogged: number;
  /** Rows that are logged and not taken yet. */
  readonly rowsInFlight: number | null;
  /** When its last row was written to the log. */
  readonly lastRowAt: string | null;
  /** The greatest of its rows. */
  readonly lastEventTime: string | null;
  readonly watermark: string | null;
  /** How far the watermark stays behind the events; null of a stream without event time. */
  readonly delayMs: number | null;
  /** How long it may be quiet before it holds nobody back; null of a stream without event time. */
  readonly idleTimeoutMs: number | null;
  /** Whether a bracket of history is open: no clock counts then. */
  readonly inBackfill: boolean;
  /** Whether its time is that of the queries that write it. */
  readonly followsQueries: boolean;
  readonly partitions: readonly WhyPartition[];
  /** Rows that could not be taken, those that were replayed among them; null where none can be. */
  readonly dead: { readonly rows: number; readonly last: WhyLetter | null } | null;
  /** Rows that had come before, since the server was started; null where no events are sent. */
  readonly duplicates: number | null;
  /** Null where there is none, or where it cannot be told. */
  readonly lastEvent: WhyLastEvent | null;
}

export interface WhyPartition {
  readonly partition: number;
  readonly watermark: string | null;
  readonly lastRowAt: string | null;
  readonly isIdle: boolean;
  /** How long it has been quiet, by the logged clock; null where queries say who is idle. */
  readonly quietForMs: number | null;
  /** Of those that are not idle it is behind all others: what waits, waits for it. */
  readonly holdsBack: boolean;
}

export interface WhyLetter {
  readonly at: string;
  readonly code: string;
  readonly field: string | null;
  readonly reason: string;
}

/** What became of the newest event. */
export interface WhyLastEvent {
  readonly id: string;
  readonly status: EventReaderAnswer["status"];
  readonly why: string | null;
  readonly predicate: string | null;
}

/** Null is what is not counted, or does not come in such a stage. */
export interface WhyStage {
  /** From 1: a stage stands behind those that it reads. */
  readonly number: number;
  readonly inputs: readonly number[];
  /** The SQL word, and what it does: as EXPLAIN has it. */
  readonly stage: string;
  readonly does: string;
  /** Of FROM. */
  readonly stream: string | null;
  readonly rowsIn: number | null;
  readonly rowsOut: number | null;
  /** When it gave a row on last. */
  readonly lastRowAt: string | null;
  readonly watermark: string | null;
  readonly held: WhyHeld | null;
  readonly filtered: { readonly rows: number; readonly predicate: string | null } | null;
  readonly late: { readonly rows: number; readonly lastAt: string | null } | null;
  readonly unmatched: WhyUnmatched | null;
}

/** What waits for the watermark: of an aggregation the groups of open windows. */
export interface WhyHeld {
  readonly rows: number;
  /** The watermark that lets the next of them go; null where nothing waits. */
  readonly until: string | null;
  /** In a sentence; null where nothing waits. */
  readonly why: string | null;
}

/** Rows of a join that met nobody, by side; and some keys that only one side has now. */
export interface WhyUnmatched {
  readonly left: number | null;
  readonly right: number | null;
  readonly leftKeys: readonly string[];
  readonly rightKeys: readonly string[];
}

export interface WhyShown {
  readonly rows: number;
  readonly finalRows: number;
  readonly openRows: number;
  readonly lastChangeAt: string | null;
  readonly emit: "changes" | "final";
  /** Late rows that the last correction took, and those that came behind it; null where none was made. */
  readonly corrected: { readonly at: string; readonly rows: number; readonly open: number } | null;
  readonly failure: string | null;
  readonly making: WireMaking | null;
}
