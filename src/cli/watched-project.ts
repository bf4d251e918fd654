/**
 * Has a server take the SQL, endpoints, analyses and pages of its project when they are saved; a mistake
 * changes nothing, but for pages, which show what is wrong with them.
 */
import { engineScriptOf } from "../dataflow/runtime/engine-script.ts";
import { QuickwaterError } from "../errors/quickwater-error.ts";
import { readingText } from "../monitor/reading-text.ts";
import type { Server } from "../server.ts";
import { structureKey } from "../sql/plan/expressions.ts";
import { checkWholeProject } from "./checked-history.ts";
import { mistakesOfPages } from "./checked-pages.ts";
import type { CheckedProject } from "./checked-project.ts";
import type { KnownProject } from "./known-project.ts";
import type { ProgressLine } from "./script/progress-line.ts";
import { watchFolders } from "./watched-folders.ts";

/** An editor saves in several steps. */
const settleMs = 30;
const progressMs = 250;

export interface WatchedProject {
  readonly folder: string;
  readonly watchedFolders: readonly string[];
  /** As it runs. */
  readonly running: RunningProject;
  readonly server: Server;
  readonly print: (text: string) => void;
  readonly progress: ProgressLine;
}

export type RunningProject = Pick<
  CheckedProject,
  "sql" | "bound" | "known" | "catalog" | "endpoints" | "metrics" | "analyses" | "project"
>;

/** Answers what ends it. */
export function watchProject(project: WatchedProject): () => void {
  const { folder, watchedFolders, server, print, progress } = project;
  let { running } = project;
  let runningKey = keyOf(running);
  let timer: NodeJS.Timeout | undefined;
  let last = Promise.resolve();
  const take = async (): Promise<void> => {
    const wanted = await readChecked(folder, running.known, print);
    if (wanted === undefined) return;
    const wantedKey = keyOf(wanted);
    if (wantedKey === runningKey) return;
    const startedMs = performance.now();
    const telling = setInterval(() => progress.show(readingText(server.engine.progress)), progressMs);
    try {
      if (wanted.sql !== running.sql) {
        await server.engine.replace(engineScriptOf(wanted.bound, wanted.catalog));
      }
      server.endpoints.replace(wanted.endpoints);
      server.metrics.replace(wanted.metrics);
      server.analyses.replace(wanted.analyses);
      server.pages.replace(wanted.project.pages);
      [running, runningKey] = [wanted, wantedKey];
      progress.clear();
      print(`The project runs as it is saved now (after ${Math.ceil(performance.now() - startedMs)} ms).`);
    } catch (error) {
      progress.clear();
      print(`${sentenceOf(error)}\nThe project runs on as it was.`);
    } finally {
      clearInterval(telling);
    }
  };
  const saved = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      last = last.then(take);
    }, settleMs);
  };
  const end = watchFolders(watchedFolders, {
    onSaved: saved,
    onFailure: (folder, error) => print(`${folder} is not watched any more: ${error.message}`),
  });
  return () => {
    clearTimeout(timer);
    end();
  };
}

/** Undefined where it has mistakes, which are printed. */
async function readChecked(
  folder: string,
  known: KnownProject,
  print: (text: string) => void,
): Promise<RunningProject | undefined> {
  try {
    const checked = await checkWholeProject(folder, known);
    if (checked.mistakes.length === 0) {
      const ofPages = mistakesOfPages(checked);
      if (ofPages.length > 0) print(ofPages.join("\n\n"));
      return checked;
    }
    print([...checked.mistakes, "The project runs on as it was."].join("\n\n"));
  } catch (error) {
    print(`${sentenceOf(error)}\nThe project runs on as it was.`);
  }
  return undefined;
}

function sentenceOf(error: unknown): string {
  if (error instanceof QuickwaterError) return `${error.message}\n${error.hint}`;
  throw error;
}

/** The same for what is written alike. */
function keyOf({ sql, endpoints, metrics, analyses, project }: RunningProject): string {
  return structureKey([
    sql,
    endpoints,
    metrics.map((metric) => ({ ...metric, constants: [...metric.constants] })),
    [...analyses.events.values()].map((event) => ({ ...event, properties: [...event.properties] })),
    analyses.saved.map((saved) => ({ ...saved, settings: [...saved.settings] })),
    project.pages.map(({ file, text }) => [file, text]),
  ]);
}
