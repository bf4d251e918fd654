/**
 * What a project says of itself in `expected/`, run: each scenario on an engine of its own, by a virtual
 * clock. `--update` is the same run, whose findings are written into the files.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Catalog } from "../catalog/catalog.ts";
import type { EngineScript } from "../dataflow/runtime/engine-script.ts";
import { QuickwaterError } from "../errors/quickwater-error.ts";
import type { LogSettings } from "../log/log-settings.ts";
import { edited } from "../project/yaml-edit.ts";
import { parseYaml } from "../project/yaml-file.ts";
import { type Difference, runScenario } from "./run-scenario.ts";
import { readScenario } from "./scenario-file.ts";
import { VirtualEngine } from "./virtual-engine.ts";

export interface RehearsedProject {
  readonly folder: string;
  readonly script: EngineScript;
  readonly settings: LogSettings;
}

export interface Outcome {
  readonly name: string;
  readonly file: string;
  readonly features: readonly string[];
  readonly tookMs: number;
  readonly differences: readonly Difference[];
  /** What kept it from being run, as a person reads it. */
  readonly mistake?: string | undefined;
  /** Its file was written anew. */
  readonly isUpdated: boolean;
}

export interface RehearsalOptions {
  readonly now: () => number;
  /** The one that is run; all without it. */
  readonly only?: string | undefined;
  readonly update?: boolean | undefined;
}

export class Rehearsal {
  readonly #project: RehearsedProject;
  readonly #files: readonly string[];

  constructor(project: RehearsedProject) {
    this.#project = project;
    this.#files = filesIn(join(project.folder, "expected"));
  }

  get names(): readonly string[] {
    return this.#files.map(nameOf);
  }

  async *run(options: RehearsalOptions): AsyncGenerator<Outcome> {
    for (const path of this.#files) {
      if (options.only === undefined || options.only === nameOf(path))
        yield await this.#runScenario(path, options);
    }
  }

  async #runScenario(path: string, { now, update = false }: RehearsalOptions): Promise<Outcome> {
    const file = relative(process.cwd(), path);
    const startedMs = now();
    const told = (outcome: Partial<Outcome>): Outcome => {
      const tookMs = now() - startedMs;
      return {
        name: nameOf(path),
        file,
        features: [],
        differences: [],
        isUpdated: false,
        tookMs,
        ...outcome,
      };
    };
    try {
      const text = readFileSync(path, "utf8");
      const scenario = readScenario(parseYaml(file, text), this.#catalog);
      const { features } = scenario;
      const { script, settings } = this.#project;
      const engine = new VirtualEngine(script, settings, scenario.startMs);
      const { differences, edits } = await runScenario(scenario, engine);
      const isUpdated = update && edits.length > 0;
      if (isUpdated) writeFileSync(path, edited(text, edits));
      return told({ features, differences, isUpdated });
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      return told({ mistake: `${error.message}\n${error.advice}` });
    }
  }

  get #catalog(): Catalog {
    return this.#project.script.catalog;
  }
}

function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name) && !name.startsWith("."));
  return names.sort().map((name) => join(folder, name));
}

function nameOf(path: string): string {
  return path.replace(/^.*[/\\]/, "").replace(/\.ya?ml$/, "");
}
