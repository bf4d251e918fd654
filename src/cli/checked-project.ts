/**
 * Reads a project, binds its SQL, endpoints and analyses; prints all mistakes at once, with file, line and
 * caret.
 */
import { relative } from "node:path";
import { Catalog } from "../catalog/catalog.ts";
import { formatError } from "../errors/source-text.ts";
import { closestName } from "../errors/suggest.ts";
import { differencesOf } from "../flink/differences.ts";
import type { ProjectAnalyses } from "../history/analyses/analysis.ts";
import type { EndpointFile } from "../project/endpoint-file.ts";
import { type Project, readProject } from "../project/read-project.ts";
import type { Endpoint } from "../serving/endpoints/endpoint.ts";
import type { MetricSpec } from "../serving/metrics/metric.ts";
import type { SimulatorSpec } from "../simulate/simulator-spec.ts";
import { analyzeFiles, type BoundStatement, needsRun } from "../sql/analyze.ts";
import { utc } from "../sql/bind/local-time.ts";
import { checkAnalyses } from "./checked-analyses.ts";
import { checkEndpoints } from "./checked-endpoints.ts";
import { checkMetrics } from "./checked-metrics.ts";
import { KnownProject } from "./known-project.ts";

export interface CheckedProject {
  readonly project: Project;
  readonly catalog: Catalog;
  readonly endpoints: readonly Endpoint[];
  /** Bound by `checkWholeProject`. */
  readonly overHistory: readonly EndpointFile[];
  readonly metrics: readonly MetricSpec[];
  readonly analyses: ProjectAnalyses;
  /** All of it as one script, each statement behind those that it needs. */
  readonly sql: string;
  /** Its statements in that order. */
  readonly bound: readonly BoundStatement[];
  /** For when it is checked again. */
  readonly known: KnownProject;
  /** Each mistake as a person reads it. */
  readonly mistakes: readonly string[];
  /** What Flink cannot run, and what is otherwise there, each with its place. */
  readonly differences: { readonly mistakes: readonly string[]; readonly differences: readonly string[] };
}

/** `known`: of the same project, checked before. */
export function checkProject(folder: string, known = new KnownProject()): CheckedProject {
  const project = readProject(folder);
  const catalog = new Catalog();
  const names = project.sql.map(({ path }) => relative(process.cwd(), path));
  const texts = project.sql.map(({ text }) => text);
  const analyzed = analyzeFiles(texts, catalog, { timeZone: project.settings.timeZone }, known.statements);
  const mistakes = analyzed.errors.flatMap((errors, file) =>
    errors.map((error) => formatError(error, texts[file]!, names[file])),
  );
  const differences = { mistakes: [] as string[], differences: [] as string[] };
  for (const { statement, file } of analyzed.bound) {
    for (const { kind, sentence, position } of differencesOf(statement)) {
      const place = `${names[file]}:${position.line}:${position.column}`;
      differences[kind === "mistake" ? "mistakes" : "differences"].push(`${place}: ${sentence}.`);
    }
  }
  for (const { statement, file } of analyzed.bound)
    if (isDoneOnce(statement))
      mistakes.push(formatError(needsRun(statement.written), texts[file]!, names[file]));
  mistakes.push(...mistakesOfSimulators(project, catalog));
  const { timeZone } = project.settings;
  const ofEndpoints = checkEndpoints(project.endpoints, catalog, timeZone);
  const { endpoints, overHistory } = ofEndpoints;
  const { metrics, mistakes: ofMetrics } = checkMetrics(project.metrics, catalog);
  const ofAnalyses = checkAnalyses(project, catalog, timeZone ?? utc);
  const { analyses } = ofAnalyses;
  mistakes.push(...ofEndpoints.mistakes, ...ofMetrics, ...ofAnalyses.mistakes);
  const { script: sql } = analyzed;
  const bound = analyzed.bound.map(({ statement }) => statement);
  return {
    project,
    catalog,
    endpoints,
    overHistory,
    metrics,
    analyses,
    sql,
    bound,
    known,
    mistakes,
    differences,
  };
}

/** Each stream that a simulator feeds is there, and those that `start` is to run are too. */
function mistakesOfSimulators({ simulators, settings }: Project, catalog: Catalog): string[] {
  const streams = catalog.tables().filter(({ origin }) => origin.kind === "stream");
  const known = streams.map(({ name }) => name);
  const unknown = simulators.flatMap((simulator) =>
    streamsOf(simulator)
      .filter((stream) => !known.includes(stream))
      .map(
        (stream) =>
          `simulators/${simulator.name}.yaml: there is no stream ${stream}${meantBy(stream, known)}`,
      ),
  );
  const names = simulators.map(({ name }) => name);
  const missing = (settings.simulators ?? [])
    .filter((name) => !names.includes(name))
    .map((name) => `quickwater.yaml: simulators: there is no simulator ${name}${meantBy(name, names)}`);
  return [...unknown, ...missing];
}

function streamsOf(simulator: SimulatorSpec): readonly string[] {
  return simulator.kind === "world" ? simulator.streams : [simulator.stream];
}

function meantBy(name: string, known: readonly string[]): string {
  const meant = closestName(name, known);
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

/** What is done once has no place in what runs on. */
function isDoneOnce(statement: BoundStatement): boolean {
  switch (statement.kind) {
    case "Select":
    case "Result":
      return true;
    case "InsertInto":
      return statement.target.origin.kind !== "stream";
    case "StatementSet":
      return statement.inserts.some(isDoneOnce);
    default:
      return false;
  }
}
