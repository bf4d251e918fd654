/**
 * Reads a project folder: its settings, its SQL in the order of file names, its simulators, endpoints,
 * analyses and pages. Projects that it includes are part of it: their SQL comes before its own, their
 * simulators run where it has none.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { quickwaterError } from "../errors/quickwater-error.ts";
import type { SimulatorSpec } from "../simulate/simulator-spec.ts";
import { type AnalysisFile, type EventFile, readAnalyses } from "./analysis-file.ts";
import { type EndpointFile, readEndpoints } from "./endpoint-file.ts";
import type { MetricFile } from "./metrics-file.ts";
import { type PageFile, readPageFile } from "./pages/page-file.ts";
import { readSettings, type Settings } from "./settings.ts";
import { readSimulator } from "./simulator-file.ts";

const yaml = [".yaml", ".yml"];

export interface SqlFile {
  readonly path: string;
  readonly text: string;
}

export interface Project {
  readonly folder: string;
  readonly settings: Settings;
  /** Folders of the projects that are part of it. */
  readonly included: readonly string[];
  readonly sql: readonly SqlFile[];
  readonly endpoints: readonly EndpointFile[];
  readonly metrics: readonly MetricFile[];
  readonly events: readonly EventFile[];
  readonly analyses: readonly AnalysisFile[];
  /** Of the dashboard, in the order of the navigation; its own in place of included ones of the same name. */
  readonly pages: readonly PageFile[];
  /** Where SQL, endpoints, analyses and pages of it lie, or would. */
  readonly watchedFolders: readonly string[];
  readonly simulators: readonly SimulatorSpec[];
}

export function readProject(folder: string): Project {
  const project = readParts(resolve(folder), [], folder);
  if (project.sql.length === 0)
    throw quickwaterError("run.no-project", { path: folder, reason: "it has no sql/*.sql" });
  return { ...project, folder };
}

/** `around` are the projects that include it, `path` is how it was named. */
function readParts(folder: string, around: readonly string[], path: string): Project {
  const refuse = (reason: string) => quickwaterError("run.no-project", { path, reason });
  if (!existsSync(folder)) throw refuse("the folder does not exist");
  if (!statSync(folder).isDirectory()) throw refuse("it is a file");
  if (around.includes(folder)) throw refuse("it includes itself");
  const settings = readSettings(folder, basename(folder));
  const included = (settings.include ?? []).map((part) =>
    readParts(resolve(folder, part), [...around, folder], part),
  );
  const [ownSql, ownEndpoints, ownAnalyses, ownPages] = ["sql", "endpoints", "analyses", "dashboards"].map(
    (each) => join(folder, each),
  ) as [string, string, string, string];
  const { endpoints, metrics } = readEndpoints(filesIn(ownEndpoints, yaml));
  const { events, analyses } = readAnalyses(filesIn(ownAnalyses, yaml));
  const own = filesIn(join(folder, "simulators"), yaml).map((file) => readSimulator(file, settings.timeZone));
  const runsIncluded = own.length === 0;
  return {
    folder,
    settings: runsIncluded ? { ...settings, backfill: settings.backfill ?? pastOf(included) } : settings,
    included: included.flatMap((part) => [...part.included, part.folder]),
    sql: [
      ...included.flatMap(({ sql }) => sql),
      ...filesIn(ownSql, [".sql"]).map((path) => ({ path, text: readFileSync(path, "utf8") })),
    ],
    endpoints: [...included.flatMap(({ endpoints }) => endpoints), ...endpoints],
    metrics: [...included.flatMap(({ metrics }) => metrics), ...metrics],
    events: [...included.flatMap(({ events }) => events), ...events],
    analyses: [...included.flatMap(({ analyses }) => analyses), ...analyses],
    pages: inOrder([...included.flatMap(({ pages }) => pages), ...filesIn(ownPages, yaml).map(readPageFile)]),
    watchedFolders: [
      ...included.flatMap(({ watchedFolders }) => watchedFolders),
      ...[ownSql, ownEndpoints, ownAnalyses, ownPages],
    ],
    simulators: runsIncluded ? included.flatMap(runningSimulators) : own,
  };
}

/** Of those that have a name the last is it. */
function inOrder(pages: readonly PageFile[]): readonly PageFile[] {
  const byName = new Map(pages.map((page) => [page.name, page]));
  return [...byName.values()].toSorted((left, right) => left.order - right.order);
}

/** What the first of them that fills any would fill. */
function pastOf(included: readonly Project[]): Settings["backfill"] {
  return included.find(({ settings }) => settings.backfill !== undefined)?.settings.backfill;
}

/** Those that a project runs by itself. */
function runningSimulators({ settings, simulators }: Project): readonly SimulatorSpec[] {
  return simulators.filter(({ name }) => settings.simulators?.includes(name) ?? true);
}

function filesIn(folder: string, endings: readonly string[]): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => endings.some((ending) => name.endsWith(ending)) && !name.startsWith("."))
    .sort()
    .map((name) => join(folder, name));
}
