/**
 * What the routes answer, as components of `/openapi.json`. A test holds the server's real answers against
 * them (test/server/openapi.test.ts).
 */

import { analysisAnswer, analysisList } from "./analysis-schemas.ts";
import * as events from "./event-schemas.ts";
import { page, pageList } from "./page-schemas.ts";
import { exactly, list, ref } from "./schema-words.ts";
import * as server from "./server-schemas.ts";
import * as streams from "./stream-schemas.ts";
import * as views from "./view-schemas.ts";
import { why } from "./why-schemas.ts";

export const components = {
  AnalysisList: analysisList,
  Backfill: streams.backfill,
  Chronicle: server.chronicle,
  Cohort: analysisAnswer("cohort"),
  Column: views.column,
  Correction: views.correction,
  DeadLetters: streams.deadLetters,
  EndedBackfill: streams.endedBackfill,
  Event: events.event,
  EventJourney: events.eventJourney,
  Events: events.eventPage,
  Explained: events.explained,
  Freshness: views.freshness,
  Funnel: analysisAnswer("funnel"),
  Growth: analysisAnswer("growth"),
  Health: server.health,
  HeatMap: analysisAnswer("heat-map"),
  Ingest: streams.ingest,
  LateRows: views.lateRows,
  Making: views.making,
  OpenApi: server.openApi,
  OpenedBackfill: streams.openedBackfill,
  Page: page,
  PageList: pageList,
  Paths: analysisAnswer("paths"),
  Problem: server.problem,
  QueryAnswer: server.queryAnswer,
  Ready: server.ready,
  RejectedRow: streams.rejectedRow,
  Replay: streams.replay,
  Row: views.row,
  Segments: analysisAnswer("segments"),
  Stream: streams.stream,
  StreamList: exactly({ streams: list(ref("Stream"), "By name.") }, "The streams."),
  Top: analysisAnswer("top"),
  Value: views.value,
  View: views.view,
  ViewAnswer: views.viewAnswerOf(ref("Row")),
  Wait: streams.wait,
  Why: why,
  ViewList: exactly({ views: list(ref("View"), "In the order of the project.") }, "The views."),
} as const;

export type ComponentName = keyof typeof components;
