/**
 * What goes over the wire: live views (`WS /v1/live`, `GET /v1/views/{view}/changes`) and JSON of the routes.
 * Shared with the browser: types and constants only. `docs/reference/live.md` tells it with examples.
 *
 * Every message is one JSON object with a `type`. Types and members that are not known are to be ignored.
 *
 * What the server guarantees
 *   - The first message is `hello`. After `subscribe` comes one `snapshot` (or one `error`), then
 *     `delta`s. Snapshot and deltas together are the view, or what was asked for of it: applying a delta of
 *     step n gives it as of step n, whole. No delta is left out, none comes twice; deltas of one subscription
 *     come in ascending steps.
 *   - After `subscribe` with `resume` comes one `delta` of what changed since, perhaps an empty one, or a
 *     `snapshot` whose `reset` says why. A stream has one subscription, no `hello`, and no `id` in messages.
 *   - A large snapshot or delta comes in pieces: it has `more`, and so has every `part` after it but the
 *     last. Only with the last one is it whole; until then the client shows what it had.
 *   - A view that the engine stops is told by `stopped`, after the last delta. Its rows stay as they were.
 *   - A row that is `final` changes only by a correction, which raises its `revision`. A row that is not
 *     final shows an open window as far as it has filled.
 *   - A heartbeat comes every `heartbeatMs` at the latest when nothing else does. A client that hears nothing
 *     for twice that long should take the connection for broken.
 *   - `reset` in a snapshot says why earlier rows must be forgotten; it is absent on the first one. Such a
 *     snapshot may come at any time, in the middle of parts too.
 *
 * What it does not guarantee
 *   - A delta for every event: changes of the same row are folded together between two deltas.
 *   - Any pace: a slow reader gets fewer, larger deltas, and is cut off with `error` when it reads
 *     nothing for too long. Messages of different subscriptions come in any order between each other.
 */
export const protocolVersion = 1;
export const heartbeatMs = 2_000;

/** How a column's values look in JSON. */
export type WireType =
  | "boolean"
  /** A JSON number, exact in the text; TINYINT to BIGINT. Beyond 2^53 a reader needs more than a double. */
  | "integer"
  /** A JSON number; FLOAT, DOUBLE. NaN and the infinities are null. */
  | "float"
  /** A string of digits, exact: "12.50". Money never passes through a double. */
  | "decimal"
  | "string"
  /** A string in base64. */
  | "bytes"
  /** "2026-03-01". */
  | "date"
  /** "12:30:00.000". */
  | "time"
  /** A UTC instant: "2026-03-01T12:30:00.000Z". */
  | "timestamp"
  /** An object of the fields; each looks as a column of its type does. */
  | "row"
  | "array"
  /** An object by the keys, as texts. */
  | "map";

export interface WireColumn {
  readonly name: string;
  readonly type: WireType;
  readonly nullable: boolean;
  /** The type as SQL writes it. */
  readonly sqlType: string;
}

export type WireValue =
  | boolean
  | number
  | string
  | null
  | readonly WireValue[]
  | { readonly [name: string]: WireValue };

/** One row of a view: its columns in order, and what is known of it. */
export interface WireRow {
  /** Identifies the row within its view: the key's values as a JSON array, in text. */
  readonly key: string;
  readonly values: readonly WireValue[];
  readonly final: boolean;
  /** 0, and one more for each correction of a final row. */
  readonly revision: number;
}

/** Where a subscriber stands; opaque to clients. It is of one incarnation of a server. */
export type ResumeToken = string;

// From the client

export interface SubscribeMessage {
  readonly type: "subscribe";
  /** Chosen by the client, unique on its socket: names the subscription in every answer. */
  readonly id: string;
  readonly view: string;
  /** `final`: only rows of closed windows. Default: the view's own `emit`. */
  readonly emit?: "changes" | "final" | undefined;
  /** SQL, as behind WHERE: only rows that fit, over the view's columns, `$final` and `$revision`. */
  readonly where?: string | undefined;
  /** Only these, in this order. Rows have their keys all the same. */
  readonly columns?: readonly string[] | undefined;
  /** Deltas a second, from 0.1 to 200; what changes in between is folded together. */
  readonly maxRate?: number | undefined;
  /** Of the last snapshot or delta that came whole, to the same view, emit, where and columns. */
  readonly resume?: ResumeToken | undefined;
}

export interface UnsubscribeMessage {
  readonly type: "unsubscribe";
  readonly id: string;
}

export type ClientMessage = SubscribeMessage | UnsubscribeMessage;

// From the server

export interface HelloMessage {
  readonly type: "hello";
  readonly protocol: typeof protocolVersion;
  /** Changes each time the server starts. */
  readonly incarnation: string;
  readonly heartbeatMs: number;
}

/** Why what a subscriber has is to be forgotten. */
export type ResetReason =
  /** The token is of another start of the server. */
  | "resumed-elsewhere"
  /** What changed since is not known any more, or the token is of another shape. */
  | "too-long-ago"
  /** Another query took the view's place. */
  | "view-changed";

export interface SnapshotMessage {
  readonly type: "snapshot";
  readonly id: string;
  readonly view: string;
  readonly step: number;
  readonly columns: readonly WireColumn[];
  /** Positions of those that make a row's key, as far as they are shown. */
  readonly keyColumns: readonly number[];
  readonly rows: readonly WireRow[];
  /** Further rows come in `part`s. */
  readonly more?: true | undefined;
  readonly freshness: WireFreshness;
  readonly resume: ResumeToken;
  readonly reset?: ResetReason | undefined;
}

export interface DeltaMessage {
  readonly type: "delta";
  readonly id: string;
  readonly step: number;
  /** Rows that are new or changed, whole. */
  readonly rows: readonly WireRow[];
  /** Keys of rows that left the view. */
  readonly removed: readonly string[];
  /** The rest of the changes comes in `part`s. */
  readonly more?: true | undefined;
  readonly freshness: WireFreshness;
  readonly resume: ResumeToken;
}

/** Goes on with the snapshot or delta that was begun last on this subscription. */
export interface PartMessage {
  readonly type: "part";
  readonly id: string;
  readonly rows: readonly WireRow[];
  /** Empty in parts of a snapshot. */
  readonly removed: readonly string[];
  /** Absent in the last part. */
  readonly more?: true | undefined;
}

/** The engine stopped the view: what the subscription has is the last that it gets. */
export interface StoppedMessage {
  readonly type: "stopped";
  readonly id: string;
  /** Why, in a sentence. */
  readonly reason: string;
}

export interface HeartbeatMessage {
  readonly type: "heartbeat";
  /** The server's clock. */
  readonly time: string;
  /** The step as of which all subscriptions of this socket, or the stream, are up to date. */
  readonly step: number;
}

export interface LiveErrorMessage {
  readonly type: "error";
  /** Absent where the error is of the socket itself, which then closes. */
  readonly id?: string | undefined;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Where in `where`, if it is of that. */
  readonly position?: Problem["position"];
}

export interface UnsubscribedMessage {
  readonly type: "unsubscribed";
  readonly id: string;
}

export type ServerMessage =
  | HelloMessage
  | SnapshotMessage
  | DeltaMessage
  | PartMessage
  | StoppedMessage
  | HeartbeatMessage
  | LiveErrorMessage
  | UnsubscribedMessage;

/** How fresh a view is; null until its first row. */
export interface WireFreshness {
  /** When the last row that the view took was written to the log. */
  readonly lastRowAt: string | null;
  /** No row older than this will change the view, except by a correction. */
  readonly watermark: string | null;
}

// GET /v1/views and GET /v1/views/{view}

export interface ViewSummary {
  readonly name: string;
  readonly columns: readonly WireColumn[];
  readonly keyColumns: readonly number[];
  readonly rowCount: number;
  readonly step: number;
  readonly freshness: WireFreshness;
  /** The books: rows logged = taken + filtered + late + in flight. */
  readonly counters: { readonly rowsTaken: number; readonly rowsFiltered: number; readonly rowsLate: number };
  /** Why the view was stopped; null while it runs. */
  readonly failure: string | null;
  /** How far its rows are made of the journal, those shown being earlier ones; null where they are not. */
  readonly making: WireMaking | null;
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
  readonly columns: readonly WireColumn[];
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

export interface IngestAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  /** The first 1,000 at most. */
  readonly rejected: readonly RejectedRow[];
  /** How many there are, where `rejected` does not name them all. */
  readonly rejectedCount?: number | undefined;
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

/** RFC 9457, `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  /** Where in the SQL of the request; lines and columns from 1. */
  readonly position?:
    | { readonly line: number; readonly column: number; readonly offset: number; readonly length: number }
    | undefined;
}
