/** The simulators of `start`: the past first, where it is asked for, then the present of the same world. */
import type { Engine } from "../../engine.ts";
import { QuickwaterError } from "../../errors/quickwater-error.ts";
import type { BackfillSettings } from "../../project/backfill-span.ts";
import type { EventSource } from "../../simulate/event-source.ts";
import { openingCleanSource, withFaults } from "../../simulate/open-source.ts";
import { type PacedRun, startPacedRun } from "../../simulate/paced-run.ts";
import type { SimulatorSpec } from "../../simulate/simulator-spec.ts";
import { inTurns } from "../../simulate/slices.ts";
import type { ProgressLine } from "../script/progress-line.ts";
import { backfill, thinning } from "./backfill.ts";
import { chunksOf } from "./chunks.ts";

export interface WantedBackfill {
  readonly past: BackfillSettings | undefined;
  /** By the command line, which is told when there is nothing to fill any more. */
  readonly isAsked: boolean;
}

export interface LiveSimulationOptions {
  readonly engine: Engine;
  readonly simulators: readonly SimulatorSpec[];
  /** Events a second of each; its own without it. */
  readonly rate: number | undefined;
  /** Of the first; that of each other is one more. */
  readonly seed: number;
  readonly backfill: WantedBackfill;
  readonly progress: ProgressLine;
  readonly print: (line: string) => void;
}

interface Running {
  readonly spec: SimulatorSpec;
  readonly source: EventSource;
  readonly rate: number;
  readonly seed: number;
}

/** Begins at once and answers what ends it. */
export function startSimulation(options: LiveSimulationOptions): { stop(): Promise<void> } {
  const stopper = new AbortController();
  const runs: PacedRun[] = [];
  stopper.signal.addEventListener("abort", () => {
    for (const run of runs) run.stop();
  });
  const begin = async () => {
    const nowMs = Date.now();
    const past = await pastToFill(options);
    const rates = options.simulators.map((spec) => options.rate ?? spec.rate);
    const thin = past === undefined ? { share: 1, recentMs: 0 } : thinning(rates, past);
    const worlds = await openAll(options, nowMs - (past?.spanMs ?? 0), rates, thin.share);
    if (stopper.signal.aborted) return;
    const { recentMs } = thin;
    if (past !== undefined) await fillThePast(options, worlds, { ...past, recentMs }, nowMs, stopper.signal);
    if (stopper.signal.aborted) return;
    const startMs = past === undefined ? nowMs : Date.now();
    for (const world of worlds) runs.push(live(options, world, startMs));
    await Promise.all(runs.map(({ done }) => done));
    for (const { spec, source } of worlds) tellNotStarted(options, spec, source);
  };
  const begun = begin().catch((error: unknown) => complain("The simulators could not begin", error));
  const stop = (): Promise<void> => {
    stopper.abort();
    // What was filled is whole only when its brackets are closed.
    return begun;
  };
  return { stop };
}

/** The past to fill; undefined where none is asked for or these streams have events already. */
async function pastToFill(options: LiveSimulationOptions): Promise<BackfillSettings | undefined> {
  const { engine, simulators, backfill, print } = options;
  const known = simulators.flatMap((spec) => (spec.kind === "world" ? spec.streams : [spec.stream]));
  const unfinished = known.filter((stream) => engine.backfills.of(stream) !== undefined);
  if (backfill.past === undefined) {
    // Somebody else may be at it; who reads these streams waits until it is ended.
    if (unfinished.length > 0)
      print(`The past of ${unfinished.join(", ")} is being filled: others wait for it.`);
    return undefined;
  }
  const { streams } = await engine.books();
  const full = known.find((stream) => (streams.get(stream)?.rows ?? 0) > 0);
  if (full === undefined) return backfill.past;
  if (backfill.isAsked) print(`${full} has events already: the past is not filled again.`);
  if (unfinished.length > 0) await endBrackets(options, unfinished);
  return undefined;
}

/** A process that died while it filled the past left them open. */
async function endBrackets(
  { engine, print }: LiveSimulationOptions,
  streams: readonly string[],
): Promise<void> {
  for (const stream of streams) await engine.backfills.end(stream, engine.backfills.of(stream)!.id);
  print("It was broken off the last time: it ends where that came to. Another --data begins anew.");
}

async function openAll(
  { simulators, seed }: LiveSimulationOptions,
  startMs: number,
  rates: readonly number[],
  share: number,
): Promise<readonly Running[]> {
  const running: Running[] = [];
  for (const [index, spec] of simulators.entries()) {
    const begin = { seed: (seed + index) >>> 0, startMs, rate: rates[index]!, thinning: share };
    // The server answers already.
    const source = await inTurns(openingCleanSource(spec, begin));
    running.push({ spec, source, rate: rates[index]!, seed: begin.seed });
  }
  return running;
}

async function fillThePast(
  options: LiveSimulationOptions,
  worlds: readonly Running[],
  { spanMs, eventsMax, recentMs }: BackfillSettings,
  untilMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { engine, progress, print } = options;
  const begunMs = performance.now();
  const fromMs = untilMs - spanMs;
  const sources = worlds.map(({ spec, source, rate }) => ({ name: spec.name, source, rate }));
  const since = new Date(fromMs).toISOString().slice(0, 16).replace("T", " ");
  print(`Filling the past since ${since} UTC…`);
  const onProgress = (share: number, events: number) =>
    progress.show(`${Math.floor(share * 100)} % filled, ${events.toLocaleString("en")} events`);
  try {
    const span = { fromMs, untilMs, eventsMax, recentMs };
    const { events, refused } = await backfill({ engine, sources, ...span, signal, onProgress });
    progress.clear();
    const seconds = ((performance.now() - begunMs) / 1000).toFixed(1);
    const isWhole = signal.aborted ? "Broken off after" : "Filled with";
    print(`${isWhole} ${events.toLocaleString("en")} events in ${seconds} s.`);
    if (refused > 0)
      print(`${refused.toLocaleString("en")} of them were refused; quickwater dead lists them.`);
  } catch (error) {
    progress.clear();
    complain("The past could not be filled", error);
  }
}

function live(
  options: LiveSimulationOptions,
  { spec, source, rate, seed }: Running,
  startMs: number,
): PacedRun {
  let complained = false;
  source.setRate(rate);
  const origin = `simulator ${spec.name}`;
  return startPacedRun({
    source: withFaults(source, spec, { seed, startMs }),
    startMs,
    count: undefined,
    send: async (stream, lines) => {
      await options.engine.append({ stream, format: "ndjson", chunks: chunksOf(lines), origin });
    },
    onError: (error) => {
      // While the server stops or the disk is full every batch fails the same way: once is enough.
      if (complained) return;
      complained = true;
      complain(`The simulator ${spec.name} could not send`, error);
    },
  });
}

function tellNotStarted(
  { print }: LiveSimulationOptions,
  { name }: SimulatorSpec,
  source: EventSource,
): void {
  if (source.notStarted === 0) return;
  print(
    `${name}: ${source.notStarted.toLocaleString("en")} journeys did not start, too many were under way.`,
  );
}

function complain(what: string, error: unknown): void {
  if (error instanceof QuickwaterError && error.code === "request.stopping") return;
  process.stderr.write(`${what}: ${error instanceof Error ? error.message : String(error)}\n`);
}
