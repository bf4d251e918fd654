/** `quickwater start`: runs a project until it is stopped. */
import { resolve } from "node:path";
import { engineScriptOf } from "../../dataflow/runtime/engine-script.ts";
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { readingText } from "../../monitor/reading-text.ts";
import { backfillEventsMax, backfillSpanOf, backfillSpans } from "../../project/backfill-span.ts";
import { type Server, startServer } from "../../server.ts";
import type { SimulatorSpec } from "../../simulate/simulator-spec.ts";
import { numberOption, readArguments, wholeOption } from "../arguments.ts";
import { checkWholeProject } from "../checked-history.ts";
import { mistakesOfPages } from "../checked-pages.ts";
import type { CheckedProject } from "../checked-project.ts";
import { onShutdown } from "../lifeline.ts";
import { builtDashboard, demoProject, packageVersion } from "../package-root.ts";
import { ProgressLine } from "../script/progress-line.ts";
import { startSimulation, type WantedBackfill } from "../simulation/live-simulation.ts";
import { simulatorsToRun } from "../simulation/named-simulators.ts";
import { watchProject } from "../watched-project.ts";

export const help = `Usage: quickwater start [PROJECT] [options]

Runs a project: takes events, keeps its views up to date, serves the dashboard and the API. Without PROJECT
it runs the demo, whose simulators send events by themselves.

  --port NUMBER      where to listen (8080; 0 takes a free port)
  --host ADDRESS     on which address (127.0.0.1); others than this machine's own are refused without keys
  --data FOLDER      where events are kept (.quickwater)
  --watch            takes SQL, endpoints, analyses and pages of the project when they are saved; what
                     changes is made beside what runs
  --simulators NAMES which ones send events, parted by commas (those of quickwater.yaml, or all)
  --no-simulators    send no events
  --backfill SPAN    fills the time up to now first, such as 7d or 12h (that of quickwater.yaml, 1d in the
                     demo; none fills nothing): at most 1,000,000 events, in their order, on a data folder
                     that has none of them; the pages are open meanwhile
  --rate NUMBER      events a second of each simulator, of all its streams together, instead of its own rate
  --seed NUMBER      the simulators' seed, for the same events again (drawn anew at each start)

Ctrl-C stops it. Every event that was acknowledged is on disk and is there at the next start.
Exit code: 0 stopped, 1 the project has mistakes, 2 it could not run.`;

/** Something that goes on until the server stops. */
interface Running {
  stop(): Promise<void> | void;
}

const readingNoticeMs = 500;
const progressMs = 250;

const options = {
  port: { type: "string", default: "8080" },
  host: { type: "string", default: "127.0.0.1" },
  data: { type: "string", default: ".quickwater" },
  watch: { type: "boolean", default: false },
  "no-simulators": { type: "boolean", default: false },
  simulators: { type: "string" },
  backfill: { type: "string" },
  rate: { type: "string" },
  seed: { type: "string" },
} as const;

export async function run(args: readonly string[]): Promise<number> {
  const startedMs = performance.now();
  const { values, positionals } = readArguments("start", args, options, 1);
  const port = wholeOption("start", "port", values.port, 0, 65_535);
  const rate = values.rate === undefined ? undefined : numberOption("start", "rate", values.rate, 0.001, 1e6);
  const seed =
    values.seed === undefined ? Date.now() % 1e9 : wholeOption("start", "seed", values.seed, 0, 2 ** 32 - 1);
  const asked = values.backfill === undefined ? undefined : askedBackfill(values.backfill);
  const checked = await checkWholeProject(positionals[0] ?? demoProject);
  const { project, bound, catalog, endpoints, metrics, analyses, mistakes } = checked;
  if (mistakes.length > 0) {
    process.stderr.write(`${mistakes.join("\n\n")}\n`);
    return 1;
  }
  const ofPages = mistakesOfPages(checked);
  if (ofPages.length > 0) process.stderr.write(`${ofPages.join("\n\n")}\n\n`);
  const simulators = values["no-simulators"] ? [] : simulatorsToRun("start", project, values.simulators);
  let fail: (error: QuickwaterError) => void = () => {};
  const failed = new Promise<QuickwaterError>((resolveFailure) => {
    fail = resolveFailure;
  });
  const server = await startServer({
    host: values.host,
    port,
    data: resolve(values.data),
    project: project.settings.name,
    sql: engineScriptOf(bound, catalog),
    endpoints,
    metrics,
    analyses,
    pages: project.pages,
    metricsPort: project.settings.metricsPort,
    dashboard: builtDashboard,
    version: packageVersion(),
    ingest: project.settings.ingest,
    log: project.settings.log,
    checkpointMs: project.settings.engine.checkpointMs,
    query: project.settings.query,
    export: project.settings.export,
    history: project.settings.history,
    cors: project.settings.cors,
    timeZone: project.settings.timeZone,
    onFailure: fail,
  });
  if (!(await caughtUp(server, failed))) return closeFailed(server, await failed);
  const running: Running[] = [];
  if (values.watch) running.push({ stop: watch(server, checked) });
  const stopped = stopOnSignal(server, running);
  announce(server, project.settings.name, simulators, performance.now() - startedMs);
  const { engine } = server;
  const told = { progress: progressLine(), print };
  if (simulators.length > 0) {
    const backfill = asked ?? { past: project.settings.backfill, isAsked: false };
    running.push(startSimulation({ engine, simulators, rate, seed, backfill, ...told }));
  }
  const error = await Promise.race([stopped, failed]);
  if (error === undefined) return 0;
  for (const each of running) void each.stop();
  return closeFailed(server, error);
}

function askedBackfill(text: string): WantedBackfill {
  const spanMs = backfillSpanOf(text);
  if (text === "none") return { past: undefined, isAsked: true };
  if (spanMs !== undefined)
    return { past: { spanMs, eventsMax: backfillEventsMax, recentMs: 0 }, isAsked: true };
  const problem = `--backfill must be ${backfillSpans}, or none, this is ${JSON.stringify(text)}`;
  throw quickwaterError("run.bad-argument", { problem, verb: "start" });
}

async function closeFailed(server: Server, error: QuickwaterError): Promise<number> {
  process.stderr.write(`${error.message}\n${error.hint}\n`);
  await server.close();
  return 2;
}

/** Waits until the views hold what the journal holds, and says how far that is; false if it failed. */
async function caughtUp(server: Server, failed: Promise<QuickwaterError>): Promise<boolean> {
  const line = progressLine();
  const notice = setTimeout(() => process.stdout.write("Reading the journal…\n"), readingNoticeMs);
  const telling = setInterval(() => line.show(readingText(server.engine.progress)), progressMs);
  const reached = await Promise.race([server.engine.ready.then(() => true), failed.then(() => false)]);
  clearTimeout(notice);
  clearInterval(telling);
  line.clear();
  return reached;
}

/** Where there is no terminal nobody sees a line that goes away again. */
function progressLine(): ProgressLine {
  return new ProgressLine(
    (text) => process.stdout.isTTY && process.stdout.write(text),
    () => performance.now(),
  );
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function watch(server: Server, running: CheckedProject): () => void {
  const { folder, watchedFolders } = running.project;
  return watchProject({ folder, watchedFolders, running, server, print, progress: progressLine() });
}

function stopOnSignal(server: Server, running: readonly Running[]): Promise<undefined> {
  return new Promise((resolveStopped) => {
    onShutdown(async () => {
      await Promise.all(running.map((each) => each.stop()));
      await server.close();
      resolveStopped(undefined);
    });
  });
}

function announce(server: Server, name: string, simulators: readonly SimulatorSpec[], readyMs: number): void {
  const seconds = (readyMs / 1000).toFixed(1);
  const lines = [`Quickwater runs ${name}, ready after ${seconds} s.`, ""];
  if (server.hasDashboard) lines.push(`  Open       ${server.url}`);
  else lines.push(`  Dashboard  not built; run npm start in a checkout, or scripts/setup.js`);
  const stream =
    server.engine.catalog.tables().find((table) => table.origin.kind === "stream")?.name ?? "STREAM";
  lines.push(`  Send       ${server.url}/v1/streams/${stream}/events`);
  lines.push(`  Read       ${server.url}/v1/views`);
  if (server.metricsUrl !== undefined) lines.push(`  Metrics    ${server.metricsUrl}`);
  if (simulators.length > 0) lines.push(`  Simulated  ${simulators.map((spec) => spec.name).join(", ")}`);
  lines.push("", "Ctrl-C stops it.");
  process.stdout.write(`${lines.join("\n")}\n`);
}
