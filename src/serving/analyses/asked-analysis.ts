/** What a request asks of an analysis: the settings of a saved one, and those that it gives itself. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type {
  AnalysisKind,
  AskedAnalysis,
  ProjectAnalyses,
  SavedAnalysis,
} from "../../history/analyses/analysis.ts";
import { readSetting, SettingRefusal, withFallbacks } from "../../history/analyses/setting.ts";
import { passedInstantOf } from "../http/instant.ts";

const savedName = "name";
const momentName = "at";

export interface ReadAnalysis extends AskedAnalysis {
  /** The saved one, where one was named. */
  readonly name: string | undefined;
  /** The moment that it is asked as of; undefined: now. */
  readonly atMs: number | undefined;
}

/**
 * Whatever a request may hold, it is read or refused here.
 *
 * @throws QuickwaterError
 */
export function readAnalysis(
  kind: AnalysisKind,
  query: Readonly<Record<string, unknown>>,
  project: ProjectAnalyses,
): ReadAnalysis {
  const known = [savedName, momentName, ...kind.settings.map(({ name }) => name)];
  const given = new Map<string, string>();
  for (const [name, text] of Object.entries(query)) {
    if (!known.includes(name)) throw unknownParameter(kind, name, known);
    if (typeof text !== "string")
      throw quickwaterError("request.bad-parameter", { name, expected: "be given once" });
    given.set(name, text);
  }
  const named = given.get(savedName);
  const at = given.get(momentName);
  const atMs = at === undefined ? undefined : passedInstantOf(momentName, at);
  const saved = named === undefined ? undefined : savedOf(kind, named, project);
  return refusing(() => {
    const values = new Map(saved?.settings);
    for (const { name, unless } of kind.settings) {
      // Of two that say the same the one of the request is meant.
      if (unless !== undefined && given.has(name)) values.delete(unless);
      if (unless !== undefined && given.has(unless)) values.delete(name);
    }
    for (const setting of kind.settings) {
      const text = given.get(setting.name);
      if (text !== undefined)
        values.set(setting.name, readSetting(setting, text, [...project.events.keys()]));
    }
    return { name: named, atMs, values: withFallbacks(kind.settings, values), rules: saved?.rules };
  });
}

/** What may not be as it is becomes an error of the request. */
export function refusing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SettingRefusal)) throw error;
    const { setting: name, expected, suggestion } = error;
    throw quickwaterError("request.bad-parameter", { name, expected: `be ${expected}` }, { suggestion });
  }
}

function savedOf({ name: kind }: AnalysisKind, asked: string, { saved }: ProjectAnalyses): SavedAnalysis {
  const ofKind = saved.filter((each) => each.kind === kind);
  const found = ofKind.find(({ name }) => name === asked);
  if (found !== undefined) return found;
  const name = asked.slice(0, 100);
  const suggestion = closestName(
    name,
    ofKind.map((each) => each.name),
  );
  throw quickwaterError("request.unknown-analysis", { kind, name }, { suggestion });
}

function unknownParameter(kind: AnalysisKind, name: string, known: readonly string[]) {
  const shown = name.slice(0, 100);
  const details = { suggestion: closestName(shown, known) };
  return quickwaterError("request.unknown-parameter", { name: shown, path: pathOf(kind) }, details);
}

export const analysesPath = "/v1/analyses";
export const pathOf = ({ name }: Pick<AnalysisKind, "name">) => `${analysesPath}/${name}`;
