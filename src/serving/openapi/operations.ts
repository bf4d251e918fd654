/**
 * Every route as `/openapi.json` tells it. What a route takes stands beside its handler, where it is checked;
 * what it answers and how it is called stands here.
 */
import type { AnalysisKind, AnalysisKindName } from "../../history/analyses/analysis.ts";
import { kinds } from "../../history/analyses/kinds.ts";
import type { ComponentName } from "./components.ts";

export interface Operation {
  /** What a generated client calls it. */
  readonly id: string;
  readonly tag: keyof typeof tags;
  readonly summary: string;
  readonly description?: string;
  /** By status; a text is the media type of what is no JSON. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** A body that the handler reads by itself. */
  readonly body?: "events";
  /** It becomes a WebSocket. */
  readonly isSocket?: true;
}

export interface Answer {
  readonly what: string;
  /** As JSON. */
  readonly component?: ComponentName;
  /** Other forms that it may have. */
  readonly mediaTypes?: readonly string[];
}

export const tags = {
  Streams: "What comes in.",
  Views: "What is shown.",
  Query: "One statement over views and streams, or over history.",
  Analyses: "What actors did, over history: docs/reference/analyses.md defines each kind.",
  Endpoints: "The project's own addresses.",
  Dashboard: "Pages made of data.",
  Server: "How the server is.",
} as const;

const general: Readonly<Record<string, Operation>> = {
  "GET /v1/streams": {
    id: "listStreams",
    tag: "Streams",
    summary: "The streams with their columns",
    answers: { 200: { what: "The streams.", component: "StreamList" } },
  },
  "POST /v1/streams/:stream/events": {
    id: "sendEvents",
    tag: "Streams",
    summary: "Takes events; answers when they are on disk",
    description:
      "One object, an array of objects, or one object a line. Rows that fail are named; the others are " +
      "taken. With the header Idempotency-Key a request is taken once within 24 hours. With `wait` it is " +
      "answered when that view has taken the events, with the view's rows that changed.",
    body: "events",
    answers: { 200: { what: "At least one row was taken.", component: "Ingest" } },
  },
  "GET /v1/streams/:stream/events": {
    id: "listEvents",
    tag: "Streams",
    summary: "The events of a stream, the newest first",
    description:
      "By a condition, a text, the times at which they were written or which they tell, page by page. An " +
      "answer that ended early says so in `stopped`, and `next` goes on from there.",
    answers: { 200: { what: "The events.", component: "Events" } },
  },
  "GET /v1/streams/:stream/events/:id": {
    id: "followEvent",
    tag: "Streams",
    summary: "An event and what became of it in each query that reads its stream",
    answers: { 200: { what: "The event.", component: "EventJourney" } },
  },
  "DELETE /v1/streams/:stream/events/:id": {
    id: "removeRow",
    tag: "Streams",
    summary: "Removes the row of a key from a table with a PRIMARY KEY; answers when that is on disk",
    description:
      "A key that has no row is taken too, and changes nothing. With the header Idempotency-Key a request " +
      "is taken once within 24 hours, with `wait` it is answered when that view has taken it.",
    answers: { 200: { what: "It was taken.", component: "Ingest" } },
  },
  "GET /v1/streams/:stream/dead": {
    id: "listDeadLetters",
    tag: "Streams",
    summary: "The rows that could not be taken",
    answers: { 200: { what: "Counts, reasons and the newest letters.", component: "DeadLetters" } },
  },
  "POST /v1/streams/:stream/replay": {
    id: "replayDeadLetters",
    tag: "Streams",
    summary: "Reads dead letters again by the schema of today",
    answers: { 200: { what: "What became of them.", component: "Replay" } },
  },
  "POST /v1/streams/:stream/backfills": {
    id: "openBackfill",
    tag: "Streams",
    summary: "Opens a bracket around events of the past",
    answers: { 201: { what: "It is open.", component: "OpenedBackfill" } },
  },
  "DELETE /v1/streams/:stream/backfills/:id": {
    id: "closeBackfill",
    tag: "Streams",
    summary: "Closes the bracket",
    answers: { 200: { what: "It is closed.", component: "EndedBackfill" } },
  },
  "GET /v1/views": {
    id: "listViews",
    tag: "Views",
    summary: "The views: columns, key, freshness and books",
    answers: { 200: { what: "The views.", component: "ViewList" } },
  },
  "GET /v1/views/:view": {
    id: "readView",
    tag: "Views",
    summary: "The rows of a view, as of one step",
    answers: {
      200: { what: "The rows.", component: "ViewAnswer" },
      304: { what: "Nothing has changed since the answer with the ETag of If-None-Match." },
    },
  },
  "GET /v1/views/:view/changes": {
    id: "watchView",
    tag: "Views",
    summary: "The rows of a view and then their changes, as server-sent events",
    description:
      "A snapshot, then deltas, named as in docs/reference/live.md; with the id of an event in " +
      "Last-Event-ID it goes on behind that.",
    answers: {
      200: { what: "Events, for as long as the client listens.", mediaTypes: ["text/event-stream"] },
    },
  },
  "GET /v1/explain/:view": {
    id: "explainRow",
    tag: "Views",
    summary: "The events behind one row of a view, each with what it made of it",
    description: "Made of the journal again, with the view's query as it is now.",
    answers: { 200: { what: "The row and how it came to be.", component: "Explained" } },
  },
  "GET /v1/views/:view/late": {
    id: "listLateRows",
    tag: "Views",
    summary: "Rows that came behind the watermark, by window",
    answers: { 200: { what: "Counts by window.", component: "LateRows" } },
  },
  "POST /v1/views/:view/replay": {
    id: "replayLateRows",
    tag: "Views",
    summary: "Takes late rows into the windows that were closed without them",
    answers: { 200: { what: "What changed.", component: "Correction" } },
  },
  "GET /v1/why/:view": {
    id: "whyView",
    tag: "Views",
    summary: "Why a view shows what it shows: each stage's rows, watermark and what it waits for",
    description: "Also of a stream that queries write. `summary` says the most likely cause and what to do.",
    answers: { 200: { what: "The cause, and what it was told of.", component: "Why" } },
  },
  "GET /v1/chronicle": {
    id: "readChronicle",
    tag: "Server",
    summary: "When the server was away, and when queries of views became others",
    answers: { 200: { what: "What happened, the oldest first.", component: "Chronicle" } },
  },
  "GET /v1/pages": {
    id: "listPages",
    tag: "Dashboard",
    summary: "The pages of the dashboard",
    answers: { 200: { what: "The pages.", component: "PageList" } },
  },
  "GET /v1/pages/:page": {
    id: "readPage",
    tag: "Dashboard",
    summary: "A page: its filters, rows and panels, and what is wrong with them",
    answers: { 200: { what: "The page.", component: "Page" } },
  },
  "GET /v1/live": {
    id: "live",
    tag: "Views",
    summary: "A WebSocket with many subscriptions: snapshots, then deltas",
    description: "Its messages are in docs/reference/live.md, their types in the package's client.",
    isSocket: true,
    answers: { 101: { what: "The socket is open." } },
  },
  "GET /v1/metrics": {
    id: "metricSocket",
    tag: "Endpoints",
    summary: "A WebSocket with the metrics of the project: their state, changes and history",
    description: "Its messages are in docs/reference/metrics-socket.md.",
    isSocket: true,
    answers: { 101: { what: "The socket is open." } },
  },
  "POST /v1/query": {
    id: "query",
    tag: "Query",
    summary: "One statement that reads, over the views as they are or over history",
    description: "As JSON, CSV or Parquet. Whoever goes away before the answer ends the query.",
    answers: {
      200: {
        what: "The rows.",
        component: "QueryAnswer",
        mediaTypes: ["text/csv", "application/vnd.apache.parquet"],
      },
    },
  },
  "GET /v1/export/:name": {
    id: "exportRows",
    tag: "Query",
    summary: "The rows of a view, or those of a stream from history, as a file",
    description:
      "CSV, JSON, one object a line, or Parquet; streamed. `quickwater-rows` says how many there are, " +
      "where that is known. An answer that breaks off is not whole.",
    answers: {
      200: {
        what: "The rows.",
        mediaTypes: [
          "text/csv",
          "application/json",
          "application/x-ndjson",
          "application/vnd.apache.parquet",
        ],
      },
    },
  },
  "GET /v1/analyses": {
    id: "listAnalyses",
    tag: "Analyses",
    summary: "The events of the project and the analyses that it keeps",
    answers: { 200: { what: "Both.", component: "AnalysisList" } },
  },
  "GET /health": {
    id: "health",
    tag: "Server",
    summary: "Whether the process lives, and what of it does not work",
    answers: {
      200: { what: "It lives.", component: "Health" },
      503: { what: "It can no longer write.", component: "Health" },
    },
  },
  "GET /ready": {
    id: "ready",
    tag: "Server",
    summary: "Whether its answers are as of the present",
    answers: {
      200: { what: "They are.", component: "Ready" },
      503: { what: "Not yet.", component: "Ready" },
    },
  },
  "GET /openapi.json": {
    id: "openapi",
    tag: "Server",
    summary: "This document, as OpenAPI 3.1",
    answers: { 200: { what: "The document.", component: "OpenApi" } },
  },
  "GET /metrics": {
    id: "metrics",
    tag: "Server",
    summary: "What it counts, as Prometheus reads it",
    answers: { 200: { what: "Metrics.", mediaTypes: ["text/plain"] } },
  },
};

const components: Readonly<Record<AnalysisKindName, ComponentName>> = {
  funnel: "Funnel",
  cohort: "Cohort",
  segments: "Segments",
  "heat-map": "HeatMap",
  paths: "Paths",
  growth: "Growth",
  top: "Top",
};

function ofKind({ name, summary }: AnalysisKind): readonly [string, Operation] {
  const component = components[name];
  const answers = { 200: { what: "As of one step of history.", component } };
  return [`GET /v1/analyses/${name}`, { id: `analyse${component}`, tag: "Analyses", summary, answers }];
}

/** By method and path, as the router writes it. */
export const operations: Readonly<Record<string, Operation>> = {
  ...general,
  ...Object.fromEntries(Object.values(kinds).map(ofKind)),
};
