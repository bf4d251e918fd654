/** The server: an engine with its HTTP and WebSocket sides, in one process on one port. */
import { randomUUID } from "node:crypto";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import fastify, { type ConnectionError, type FastifyInstance, LogController } from "fastify";
import { type Logger, pino } from "pino";
import type { EngineOptions } from "./dataflow/runtime/engine-options.ts";
import { querySettings } from "./dataflow/runtime/query-messages.ts";
import { type Engine, openEngine } from "./engine.ts";
import { type QuickwaterError, quickwaterError } from "./errors/quickwater-error.ts";
import { noAnalyses, type ProjectAnalyses } from "./history/analyses/analysis.ts";
import type { HistoryClient } from "./history/history-client.ts";
import type { GivenHistorySettings } from "./history/history-settings.ts";
import { startHistory } from "./history/start-history.ts";
import { Arrivals } from "./ingest/arrival.ts";
import { registerBackfillRoutes } from "./ingest/backfill-routes.ts";
import { registerDeadRoutes } from "./ingest/dead-routes.ts";
import { registerEventRoutes } from "./ingest/event-routes.ts";
import { type IngestOptions, ingestSettings } from "./ingest/ingest-settings.ts";
import { partLimits } from "./ingest/line-parts.ts";
import { registerRemovalRoute } from "./ingest/removal-route.ts";
import { Chronicle, chronicleFile } from "./monitor/chronicle.ts";
import { registerHealthRoutes } from "./monitor/health-routes.ts";
import { registerMetricsRoute } from "./monitor/metrics-route.ts";
import { whyOf } from "./monitor/why/why-answer.ts";
import { isLoopback, registerAccess } from "./serving/access.ts";
import { Analyses } from "./serving/analyses/analyses.ts";
import { registerAnalysisRoutes } from "./serving/analyses/analysis-routes.ts";
import { type CorsSettings, noCors } from "./serving/cors.ts";
import { registerPageRoutes } from "./serving/dashboard/page-routes.ts";
import { Pages, pageWorld } from "./serving/dashboard/pages.ts";
import type { WrittenPage } from "./serving/dashboard/written-page.ts";
import type { Endpoint } from "./serving/endpoints/endpoint.ts";
import { registerEndpoints } from "./serving/endpoints/endpoint-routes.ts";
import { Endpoints } from "./serving/endpoints/endpoints.ts";
import { registerExportRoute } from "./serving/export/export-route.ts";
import { exportSettings, type GivenExportSettings } from "./serving/export/export-settings.ts";
import { Exporting } from "./serving/export/exporting.ts";
import { defaultLiveSettings, type LiveSettings } from "./serving/feed/live-settings.ts";
import { registerChronicleRoute } from "./serving/http/chronicle.ts";
import { registerDashboard } from "./serving/http/dashboard.ts";
import { registerEventReading } from "./serving/http/events.ts";
import { registerExplainRoute } from "./serving/http/explain.ts";
import { registerLateRoutes } from "./serving/http/late.ts";
import { registerMethods } from "./serving/http/methods.ts";
import {
  answerBrokenConnection,
  answerFrameworkError,
  answerLateRequest,
  registerProblems,
} from "./serving/http/problem.ts";
import { registerQueryRoute } from "./serving/http/query.ts";
import { registerViewRoutes } from "./serving/http/views.ts";
import { registerWhyRoute } from "./serving/http/why.ts";
import { registerLive } from "./serving/live.ts";
import type { MetricSpec } from "./serving/metrics/metric.ts";
import { MetricFeeds } from "./serving/metrics/metric-feeds.ts";
import { metricServer, prepareMetricSockets } from "./serving/metrics/metrics-socket-route.ts";
import { type DocumentedProject, registerOpenApi } from "./serving/openapi/open-api.ts";

const headersMsMax = 20_000;
/** Longer than the minute that proxies keep a connection, so that none sends on one that is just closed. */
const idleMsMax = 72_000;

export interface ServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly data: string;
  readonly project?: EngineOptions["project"];
  /** The project's tables and views, as one script. */
  readonly sql: NonNullable<EngineOptions["sql"]>;
  /** The project's own addresses. */
  readonly endpoints?: readonly Endpoint[] | undefined;
  readonly metrics?: readonly MetricSpec[] | undefined;
  readonly analyses?: ProjectAnalyses | undefined;
  /** Of the dashboard. */
  readonly pages?: readonly WrittenPage[] | undefined;
  /** Where the metrics socket listens too; 0 takes a free one, undefined none. */
  readonly metricsPort?: number | undefined;
  /** The built dashboard; where it is missing, the API runs alone. */
  readonly dashboard: string;
  readonly version: string;
  readonly ingest?: IngestOptions | undefined;
  readonly timeZone?: string | undefined;
  readonly query?: EngineOptions["query"];
  readonly log?: EngineOptions["log"];
  readonly checkpointMs?: EngineOptions["checkpointMs"];
  /** Undefined: none is kept. */
  readonly history?: GivenHistorySettings | undefined;
  readonly export?: GivenExportSettings | undefined;
  readonly live?: Partial<LiveSettings> | undefined;
  /** Pages of other origins that are let in; none where nothing is said. */
  readonly cors?: CorsSettings | undefined;
  /** Where the log goes, as JSON lines; default: standard error, at the level of LOG_LEVEL. */
  readonly logTo?: { readonly level: string; readonly write: (line: string) => void } | undefined;
  readonly onFailure: (error: QuickwaterError) => void;
}

export interface Server {
  readonly engine: Engine;
  readonly history: HistoryClient | undefined;
  /** Others may take their place at any moment. */
  readonly endpoints: Endpoints;
  readonly metrics: MetricFeeds;
  readonly analyses: Analyses;
  readonly pages: Pages;
  /** Of the metrics socket's own port, where it has one. */
  readonly metricsUrl: string | undefined;
  readonly url: string;
  readonly hasDashboard: boolean;
  close(): Promise<void>;
}

export async function startServer(options: ServerOptions): Promise<Server> {
  refuseOpenAddress(options.host);
  const { data, project, sql, log, onFailure } = options;
  const logger = makeLogger(options.logTo);
  const onViewFailure = (view: string, reason: string) =>
    logger.error({ view, reason }, "a view was stopped");
  const onNotice = (notice: string) => logger.warn(notice);
  const { timeZone, query, checkpointMs } = options;
  const events = { onFailure, onViewFailure, onNotice };
  const engine = await openEngine({ data, project, sql, timeZone, query, log, checkpointMs, ...events });
  const history =
    options.history &&
    startHistory(engine, options.history, (problem) => logger.error({ problem }, "history does not go on"));
  const ingest = ingestSettings(options.ingest);
  const app = makeApp(logger, ingest.requestMsMax);
  const { requestMsMax } = ingest;
  const arrivals = new Arrivals(app.server, requestMsMax, ({ socket }) =>
    answerLateRequest(socket, requestMsMax),
  );
  let ofMetrics: { readonly url: string; close(): Promise<void> } | undefined;
  const chronicle = chronicleOf(engine, onNotice);
  const close = async () => {
    chronicle.close();
    await ofMetrics?.close();
    await app.close();
    await Promise.all([history?.close(), engine.close()]);
  };
  const cors = options.cors ?? noCors;
  try {
    registerProblems(app);
    registerAccess(app, cors);
    const endpoints = new Endpoints(options.endpoints ?? []);
    const limits = querySettings(query);
    const exporting = new Exporting(exportSettings(options.export), history);
    const askedHistory = { client: history, limits };
    registerEndpoints(app, engine, endpoints, limits, { history: askedHistory, exporting });
    const refuseOtherMethods = registerMethods(app);
    await registerOpenApi(app, documentedProject(engine, endpoints, options.version));
    const incarnation = randomUUID();
    const settings = { ...defaultLiveSettings, ...options.live };
    const metrics = new MetricFeeds(engine, options.metrics ?? []);
    const addMetricSocket = prepareMetricSockets(app, metrics, settings);
    const live = await registerLive(app, engine, { incarnation, ready: engine.ready, settings });
    addMetricSocket("/v1/metrics");
    registerEventRoutes(app, engine, { settings: ingest, parts: partLimits(log), arrivals });
    registerJournalRoutes(app, engine, chronicle);
    registerViewRoutes(app, engine, { incarnation, queryMsMax: limits.runMsMax });
    registerQueryRoute(app, engine, askedHistory);
    registerExportRoute(app, engine, exporting);
    const analyses = new Analyses(options.analyses ?? noAnalyses);
    registerAnalysisRoutes(app, analyses, askedHistory, engine.timeZone);
    const pages = servePages(app, options.pages, engine, { endpoints, analyses });
    registerHealthRoutes(app, engine, history, options.version);
    registerMetricsRoute(app, engine, options.version, live, history);
    const hasDashboard = registerDashboard(app, options.dashboard);
    refuseOtherMethods();
    const url = await listen(app, options.host, options.port);
    ofMetrics = await listenForMetrics(options, metrics, { settings, cors }, logger);
    const metricsUrl = ofMetrics?.url;
    return { engine, history, endpoints, metrics, analyses, pages, metricsUrl, url, hasDashboard, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function chronicleOf(engine: Engine, onProblem: (problem: string) => void): Chronicle {
  return new Chronicle({
    path: join(engine.journalFiles.data.path, chronicleFile),
    statements: () => new Map(engine.catalog.views().map(({ name, statement }) => [name, statement])),
    onProblem,
  });
}

/** What there was, and why views show what they show. */
function registerJournalRoutes(app: FastifyInstance, engine: Engine, chronicle: Chronicle): void {
  registerEventReading(app, engine);
  registerDeadRoutes(app, engine);
  registerBackfillRoutes(app, engine);
  registerRemovalRoute(app, engine);
  registerExplainRoute(app, engine);
  registerLateRoutes(app, engine);
  registerWhyRoute(app, (view) => whyOf(engine, view));
  registerChronicleRoute(app, chronicle);
}

function servePages(
  app: FastifyInstance,
  written: readonly WrittenPage[] = [],
  engine: Engine,
  of: { readonly endpoints: Endpoints; readonly analyses: Analyses },
): Pages {
  const pages = new Pages(written, () => {
    const views = engine.views().map(({ schema }) => schema);
    const streams = engine.catalog.keptStreams();
    return pageWorld({
      views,
      streams,
      endpoints: of.endpoints.all,
      analyses: of.analyses.project,
    });
  });
  registerPageRoutes(app, pages);
  return pages;
}

function makeLogger(to: ServerOptions["logTo"]): Logger {
  const level = to?.level ?? process.env.LOG_LEVEL ?? "warn";
  return pino({ level }, to === undefined ? pino.destination(2) : { write: to.write });
}

/** At the port of its own, where it has one. */
async function listenForMetrics(
  { host, metricsPort }: ServerOptions,
  metrics: MetricFeeds,
  bounds: { readonly settings: LiveSettings; readonly cors: CorsSettings },
  logger: Logger,
): Promise<{ readonly url: string; close(): Promise<void> } | undefined> {
  if (metricsPort === undefined) return undefined;
  const app = await metricServer(metrics, bounds, logger);
  try {
    const url = await listen(app, host, metricsPort);
    return { url: url.replace("http", "ws"), close: () => app.close() };
  } catch (error) {
    await app.close();
    throw error;
  }
}

function makeApp(loggerInstance: Logger, requestMsMax: number): FastifyInstance {
  return fastify({
    ...connectionBounds(requestMsMax),
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    // A parameter with a slip in its name is refused: left out, it would mean something else.
    ajv: { customOptions: { removeAdditional: false } },
    routerOptions: { maxParamLength: 500 },
    frameworkErrors: answerFrameworkError,
  }) as unknown as FastifyInstance;
}

function documentedProject(engine: Engine, endpoints: Endpoints, version: string): DocumentedProject {
  return {
    version,
    streams: () => engine.catalog.fedStreams(),
    views: () => engine.views().map(({ schema }) => schema),
    endpoints: () => endpoints.all,
  };
}

/** How long a connection may take for what it sends, and how long it may stay without sending. */
function connectionBounds(requestMsMax: number) {
  return {
    keepAliveTimeout: idleMsMax,
    http: {
      headersTimeout: Math.min(headersMsMax, requestMsMax),
      // Of its body: see `registerArrival`.
      requestTimeout: 0,
      // How exactly it is kept.
      connectionsCheckingInterval: Math.min(5_000, Math.ceil(requestMsMax / 4)),
    },
    clientErrorHandler: (error: ConnectionError, socket: Socket) =>
      answerBrokenConnection(error, socket, requestMsMax),
  };
}

/** Until there are keys, whoever reaches the port may read and write: so nobody else may reach it. */
function refuseOpenAddress(host: string): void {
  if (!isLoopback(host)) throw quickwaterError("run.not-loopback", { host });
}

/** Answers where it is to be found. */
async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port });
    const shown = host.includes(":") ? `[${host}]` : host;
    return `http://${shown}:${(app.server.address() as AddressInfo).port}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") throw quickwaterError("run.port-in-use", { port, host }, { cause: error });
    const reason = code === "EACCES" ? "this user may not use that port" : (code ?? String(error));
    throw quickwaterError("run.address-unavailable", { host, port, reason }, { cause: error });
  }
}
