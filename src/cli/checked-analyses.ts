/** Looks the events of a project up in its streams, and makes each analysis once as a request would. */
import type { Catalog, TableDefinition } from "../catalog/catalog.ts";
import { QuickwaterError } from "../errors/quickwater-error.ts";
import { formatError } from "../errors/source-text.ts";
import { closestName } from "../errors/suggest.ts";
import type { AnalysedEvent } from "../history/analyses/analysed-event.ts";
import {
  type AnalysisKindName,
  analysisKinds,
  noAnalyses,
  type ProjectAnalyses,
  type SavedAnalysis,
} from "../history/analyses/analysis.ts";
import { kinds } from "../history/analyses/kinds.ts";
import {
  readSetting,
  SettingRefusal,
  type SettingValue,
  withFallbacks,
} from "../history/analyses/setting.ts";
import { StreamColumns } from "../history/stream-columns.ts";
import type { AnalysisFile, EventFile } from "../project/analysis-file.ts";
import type { YamlValue } from "../project/yaml-file.ts";
import { isNested, isNumeric, isTimestamp, type SqlType } from "../values/sql-type.ts";

export interface CheckedAnalyses {
  readonly analyses: ProjectAnalyses;
  readonly mistakes: readonly string[];
}

interface AnalysisFiles {
  readonly events: readonly EventFile[];
  readonly analyses: readonly AnalysisFile[];
}

/** Of a row without event time: when it was taken. */
const takenAt = "_at";
const actorTypes: readonly SqlType["kind"][] = ["CHAR", "VARCHAR", "TINYINT", "SMALLINT", "INT", "BIGINT"];

export function checkAnalyses(files: AnalysisFiles, catalog: Catalog, timeZone: string): CheckedAnalyses {
  if (files.events.length === 0 && files.analyses.length === 0) return { analyses: noAnalyses, mistakes: [] };
  const mistakes: string[] = [];
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      mistakes.push(formatError(error, ""));
    }
  };
  const events = new Map<string, AnalysedEvent>();
  const known = new Map<string, StreamColumns>();
  for (const file of files.events)
    attempt(() => {
      if (events.has(file.name)) throw file.written.refuseName("a name that no other event has");
      const streams = file.streams.map((stream) => {
        const columns = known.get(stream) ?? new StreamColumns(streamOf(file, stream, catalog), timeZone);
        known.set(stream, columns);
        return columns;
      });
      events.set(file.name, checkedEvent(file, streams));
    });
  const saved: SavedAnalysis[] = [];
  // Where an event has a mistake, an analysis of it would have another one that says nothing new.
  if (mistakes.length === 0)
    for (const file of files.analyses)
      attempt(() => {
        if (saved.some(({ name }) => name === file.name))
          throw file.written.refuseName("a name that no other analysis has");
        saved.push(checkedAnalysis(file, events, timeZone));
      });
  return { analyses: { events, saved }, mistakes };
}

function streamOf({ written }: EventFile, stream: string, catalog: Catalog): TableDefinition {
  const streams = catalog.tables().filter(({ origin }) => origin.kind === "stream");
  const found = streams.find(({ name }) => name === stream);
  const at = written.member("stream");
  const names = streams.map(({ name }) => name);
  if (found === undefined) throw at.refuse("a stream", closestName(stream, names));
  if (found.options.history !== "none") return found;
  throw at.refuse(`a stream that history keeps: ${stream} has 'history' = 'none'`);
}

function timeOf({ schema, timeColumn }: StreamColumns): string {
  return timeColumn === undefined ? takenAt : schema.columns[timeColumn]!.name;
}

/** What it names is in each of its streams. */
function checkedEvent(file: EventFile, streams: readonly StreamColumns[]): AnalysedEvent {
  const { written, ...event } = file;
  const [{ schema }, ...others] = streams as [StreamColumns, ...StreamColumns[]];
  const shared = schema.columns.filter(({ name }) =>
    others.every((other) => other.schema.columns.some((column) => column.name === name)),
  );
  const column = (setting: string, expected: string, fits: (type: SqlType) => boolean) => {
    const names = shared.filter(({ type }) => fits(type)).map(({ name }) => name);
    const at = written.member(setting);
    if (names.includes(at.text())) return;
    const where = file.streams.join(", ");
    throw at.refuse(`a column of ${where} that is ${expected}`, closestName(at.text(), names));
  };
  column("actor", "a text or a whole number", ({ kind }) => actorTypes.includes(kind));
  if (file.at !== undefined) column("at", "a time", isTimestamp);
  if (file.value !== undefined && !file.properties.has(file.value)) column("value", "a number", isNumeric);
  const time = timeOf(streams[0]!);
  const isEverywhere = others.every((other) => timeOf(other) === time);
  if (file.at === undefined && !isEverywhere)
    throw written.member("at").refuse("a time: these streams have event times of different names");
  const columns = shared.filter(({ type }) => !isNested(type)).map(({ name }) => name);
  return { ...event, at: file.at ?? time, columns };
}

function checkedAnalysis(
  { name, kind: named, summary, settings, rules, written }: AnalysisFile,
  events: ReadonlyMap<string, AnalysedEvent>,
  timeZone: string,
): SavedAnalysis {
  const isKind = (text: string): text is AnalysisKindName => analysisKinds.some((each) => each === text);
  if (!isKind(named))
    throw written
      .member("kind")
      .refuse(`one of ${analysisKinds.join(", ")}`, closestName(named, analysisKinds));
  const kind = kinds[named];
  written.members([
    "kind",
    "summary",
    ...kind.settings.map((each) => each.name),
    ...(kind.hasRules ? ["segments", "else"] : []),
  ]);
  if (kind.hasRules && rules === undefined) throw written.member("segments").refuse("a list of segments");
  try {
    const values = new Map<string, SettingValue>();
    for (const setting of kind.settings) {
      const value = settings.get(setting.name);
      if (value !== undefined)
        values.set(setting.name, readSetting(setting, textOf(value), [...events.keys()]));
    }
    kind.query(
      { values: withFallbacks(kind.settings, values), rules },
      { events, nowMs: Date.now(), timeZone },
    );
    return { name, kind: named, summary, settings: values, rules };
  } catch (error) {
    if (!(error instanceof SettingRefusal)) throw error;
    throw written.member(error.setting).refuse(error.expected, error.suggestion);
  }
}

/** As it stands in a request. */
function textOf(written: YamlValue): string {
  const { value } = written;
  if (Array.isArray(value))
    return written
      .list()
      .map((each) => each.text())
      .join(",");
  return typeof value === "number" ? String(value) : written.text();
}
