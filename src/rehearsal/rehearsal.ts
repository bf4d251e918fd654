/**
 * What a project says of itself in `expected/`, run: each scenario and each run of simulators on an engine of
 * its own, by a virtual clock. `--update` is the same run, whose findings are written into the scenarios.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { EngineScript } from "../dataflow/runtime/engine-script.ts";
import { QuickwaterError, quickwaterError } from "../errors/quickwater-error.ts";
import type { LogSettings } from "../log/log-settings.ts";
import { edited } from "../project/yaml-edit.ts";
import { parseYaml, type YamlValue } from "../project/yaml-file.ts";
import type { SimulatorSpec } from "../simulate/simulator-spec.ts";
import { type Difference, runScenario } from "./run-scenario.ts";
import type { Scenario } from "./scenario.ts";
import { readScenario } from "./scenario-file.ts";
import { simulatedEvents } from "./simulated-events.ts";
import { Twins } from "./twin.ts";
import { readTwinRuns, type TwinRun } from "./twin-file.ts";
import { VirtualEngine } from "./virtual-engine.ts";

export interface RehearsedProject {
  readonly folder: string;
  readonly script: EngineScript;
  readonly settings: LogSettings;
  readonly simulators: readonly SimulatorSpec[];
}

export interface Outcome {
  readonly kind: "scenario" | "twin";
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
  /** The scenario, the file or the twin that is run; all without it. */
  readonly only?: string | undefined;
  readonly update?: boolean | undefined;
}

export class Rehearsal {
  readonly #project: RehearsedProject;
  readonly #files: readonly string[];
  readonly #twins: Twins;
  /** Twins that were compared. */
  readonly #compared = new Set<string>();

  constructor(project: RehearsedProject) {
    const { folder, script, settings } = project;
    this.#project = project;
    this.#files = yamlFilesIn(join(folder, "expected"));
    this.#twins = new Twins(join(folder, "expected"), script.catalog, settings.timeZone);
  }

  /** What can be run alone. */
  get names(): readonly string[] {
    return [...this.#files.map(nameOf), ...this.#twins.names];
  }

  /** Views that nothing else computes. */
  get withoutTwin(): readonly string[] {
    const views = this.#project.script.catalog.views().map(({ name }) => name);
    return views.filter((name) => !this.#twins.names.includes(name));
  }

  async *run(options: RehearsalOptions): AsyncGenerator<Outcome> {
    const { only } = options;
    for (const path of this.#files) {
      const isAlone = only === nameOf(path);
      const isTwin = only !== undefined && this.#twins.names.includes(only);
      if (only === undefined || isAlone || isTwin) yield* this.#runFile(path, options, isTwin);
    }
    if (only !== undefined && !this.#twins.names.includes(only)) return;
    for (const name of this.#twins.names) {
      if (this.#compared.has(name) || (only !== undefined && only !== name)) continue;
      const file = this.#twins.fileOf(name);
      const problem = "no `twins` of a file and no step of a scenario names it";
      const error = quickwaterError("run.bad-twin", { file, problem });
      yield { ...nothingYet, kind: "twin", name, file, mistake: told(error) };
    }
  }

  async *#runFile(path: string, options: RehearsalOptions, isTwin: boolean): AsyncGenerator<Outcome> {
    const { now } = options;
    const file = relative(process.cwd(), path);
    const startedMs = now();
    let outcome: Outcome = { ...nothingYet, kind: "scenario", name: nameOf(path), file };
    try {
      const root = parseYaml(file, readFileSync(path, "utf8"));
      if (root.members().has("twins")) {
        yield* this.#runTwins(root, options);
        return;
      }
      const scenario = readScenario(root, this.#project.script.catalog, this.#twins.names);
      if (isTwin && !twinsOf(scenario).includes(options.only!)) return;
      outcome = { ...outcome, ...(await this.#runScenario(scenario, path, options)) };
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      outcome = { ...outcome, mistake: told(error) };
    }
    yield { ...outcome, tookMs: now() - startedMs };
  }

  async #runScenario(scenario: Scenario, path: string, { update = false }: RehearsalOptions) {
    const { script, settings } = this.#project;
    for (const name of twinsOf(scenario)) this.#compared.add(name);
    const engine = new VirtualEngine(script, settings, scenario.startMs);
    const { differences, edits } = await runScenario(scenario, engine, this.#twins);
    const isUpdated = update && edits.length > 0;
    if (isUpdated) writeFileSync(path, edited(scenario.source.text, edits));
    return { features: scenario.features, differences, isUpdated };
  }

  async *#runTwins(root: YamlValue, options: RehearsalOptions): AsyncGenerator<Outcome> {
    const simulators = this.#project.simulators.map(({ name }) => name);
    for (const run of readTwinRuns(root, { simulators, twins: this.#twins.names })) {
      const isAsked = (name: string) => [undefined, name, nameOf(root.source.file)].includes(options.only);
      const names = run.names.filter(isAsked);
      if (names.length > 0) yield* this.#runTwin(run, names, options.now);
    }
  }

  async *#runTwin(run: TwinRun, names: readonly string[], now: () => number): AsyncGenerator<Outcome> {
    let startedMs = now();
    const engine = this.#simulated(run);
    const database = await this.#twins.open(engine);
    try {
      for (const name of names) {
        this.#compared.add(name);
        const file = this.#twins.fileOf(name);
        const outcome = {
          ...nothingYet,
          kind: "twin" as const,
          name,
          file,
          features: this.#twins.featuresOf(name),
          ...(await this.#compare(name, { engine, database, run })),
        };
        yield { ...outcome, tookMs: now() - startedMs };
        startedMs = now();
      }
    } finally {
      database.close();
    }
  }

  async #compare(
    name: string,
    {
      engine,
      database,
      run,
    }: { engine: VirtualEngine; database: Awaited<ReturnType<Twins["open"]>>; run: TwinRun },
  ): Promise<Partial<Outcome>> {
    try {
      const lines = await this.#twins.compare(name, engine, database);
      const failure = engine.failures.get(name);
      const all = failure === undefined ? lines : [`it was stopped: ${failure}`, ...lines];
      const { simulators, seed, count, value } = run;
      const place = `${value.place}: ${simulators.join(", ")}, seed ${seed}, ${count} events: ${name}`;
      return { differences: all.length === 0 ? [] : [{ place, lines: all, isMendable: false }] };
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      return { mistake: told(error) };
    }
  }

  #simulated(run: TwinRun): VirtualEngine {
    const { script, settings, simulators } = this.#project;
    const engine = new VirtualEngine(script, settings, run.startMs);
    const running = run.simulators.map((name) => simulators.find((each) => each.name === name)!);
    for (const { stream, line, timeMs } of simulatedEvents({ ...run, simulators: running })) {
      engine.moveTo(Math.max(timeMs, engine.nowMs));
      engine.send(stream, line);
    }
    engine.moveTo(engine.nowMs + run.runsOnMs);
    return engine;
  }
}

function twinsOf({ steps }: Scenario): readonly string[] {
  return steps.flatMap(({ twins }) => twins);
}

const nothingYet = { features: [], differences: [], tookMs: 0, isUpdated: false };

function told({ message, advice }: QuickwaterError): string {
  return `${message}\n${advice}`;
}

function yamlFilesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name) && !name.startsWith("."));
  return names.sort().map((name) => join(folder, name));
}

function nameOf(path: string): string {
  return path.replace(/^.*[/\\]/, "").replace(/\.ya?ml$/, "");
}
