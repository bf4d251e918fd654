/** `GET /v1/analyses`: what there is; `GET /v1/analyses/<kind>`: one of it, over history as it is. */
import type { FastifyInstance } from "fastify";
import { takenUntil } from "../../history/analyses/analysed-event.ts";
import { type AnalysisKind, cellRows, rangeOf } from "../../history/analyses/analysis.ts";
import { kinds } from "../../history/analyses/kinds.ts";
import {
  type Setting,
  type SettingValue,
  type SettingValues,
  spanText,
} from "../../history/analyses/setting.ts";
import { formatInstantMs } from "../../values/timestamp.ts";
import { QueryTurns } from "../endpoints/query-turns.ts";
import { type AskedHistory, askHistory } from "../history-asking.ts";
import { settingParameters } from "../openapi/analysis-schemas.ts";
import type { Analyses } from "./analyses.ts";
import { analysesPath, pathOf, readAnalysis, refusing } from "./asked-analysis.ts";

/** Every text is read by the analysis itself, which knows the events that there are. */
const readByKind = () => () => true;

export function registerAnalysisRoutes(
  app: FastifyInstance,
  analyses: Analyses,
  history: AskedHistory,
  timeZone: string,
): void {
  const turns = new QueryTurns(history.limits);
  app.get(analysesPath, async () => listed(analyses));
  for (const kind of Object.values(kinds)) {
    const options = { schema: { querystring: settingParameters(kind) }, validatorCompiler: readByKind };
    app.get(pathOf(kind), options, async (request) => {
      const asked = readAnalysis(kind, request.query as Record<string, unknown>, analyses.project);
      const nowMs = asked.atMs ?? Date.now();
      const all = analyses.project.events;
      const events = asked.atMs === undefined ? all : takenUntil(all, asked.atMs);
      const query = refusing(() => kind.query(asked, { events, nowMs, timeZone }));
      const { rows, reads } = await turns.run(() => askHistory(history, query));
      const head = {
        kind: kind.name,
        name: asked.name ?? null,
        ...rangeTold(kind, asked.values, nowMs),
        timeZone,
        step: Math.max(0, ...reads.map(({ step }) => step)),
        settings: settingsTold(kind.settings, asked.values),
      };
      return { ...head, ...kind.answer(cellRows(rows), asked) };
    });
  }
}

function listed({ project: { events, saved } }: Analyses): object {
  return {
    events: [...events.values()].map(({ columns: _, properties, ...event }) => ({
      ...event,
      value: event.value ?? null,
      where: event.where ?? null,
      properties: [...properties.keys()],
    })),
    analyses: saved.map(({ name, kind, summary, settings, rules }) => ({
      name,
      kind,
      summary,
      settings: settingsTold(kinds[kind].settings, settings),
      segments: rules === undefined ? null : [...rules.segments.map((each) => each.name), rules.otherwise],
    })),
  };
}

/** Of a kind that tells its periods itself: nothing. */
function rangeTold({ settings }: AnalysisKind, values: SettingValues, nowMs: number): object {
  if (!settings.some(({ name }) => name === "from")) return {};
  const { fromMs, toMs } = rangeOf(values, nowMs);
  return { from: formatInstantMs(fromMs), to: formatInstantMs(toMs) };
}

/** As they may be given again. */
function settingsTold(settings: readonly Setting[], values: SettingValues): object {
  const told = settings.flatMap((setting) => {
    const value = values.get(setting.name);
    return value === undefined ? [] : [[setting.name, toldOf(setting, value)]];
  });
  return Object.fromEntries(told) as object;
}

function toldOf({ type }: Setting, value: SettingValue): SettingValue {
  if (typeof value !== "number") return value;
  return type === "span" ? spanText(value) : type === "instant" ? formatInstantMs(value) : value;
}
