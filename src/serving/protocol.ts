/**
 * What goes over the wire: live views (`WS /v1/live`, `GET /v1/views/{view}/changes`), and the words that the
 * answers of routes (`answers.ts`) share with them. Shared with the browser: types and constants only.
 * `docs/reference/live.md` tells it with examples.
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
  /**
   * Identifies the row within its view: the key's values as a JSON array, in text. A wall clock that the
   * view's time zone leaves out stands in it without a `Z`: in `values` it is the instant of another one.
   */
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
