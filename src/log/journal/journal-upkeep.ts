/**
 * Has the keeper look after the sealed segments, now and then, in one thread that stays. A pass that fails is
 * tried again: the log goes on without it.
 */
import { Worker } from "node:worker_threads";
import type { TableDefinition } from "../../catalog/catalog.ts";
import { dedupSpanMs } from "../../catalog/dedup-span.ts";
import { durationMs } from "../../catalog/duration.ts";
import { letsReplacedRowsGo } from "../../catalog/replaced-rows.ts";
import { sizeBytes } from "../../catalog/size.ts";
import { type QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { workerUrl } from "../../values/worker-url.ts";
import type { StreamId } from "../event-log.ts";
import type { LogSettings } from "../log-settings.ts";
import type { StreamDeclaration } from "../step-payload.ts";
import { workerExit } from "../worker-exit.ts";
import { nodeFileLayer } from "./file-layer.ts";
import type { FromKeeper, KeeperThreadData, ToKeeper } from "./log-messages.ts";
import { fromPosted } from "./posted-error.ts";
import type { KeyedRetention, StreamRetention } from "./retention.ts";
import { listSegments } from "./segments.ts";

/** Who reads the journal from where it has been. */
export type JournalUser = "checkpoint" | "history";

export class JournalUpkeep {
  readonly #folder: string;
  readonly #settings: LogSettings;
  #timer: NodeJS.Timeout | undefined;
  /** Ends the pass that runs. */
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #retentions = new Map<number, StreamRetention>();
  readonly #keyed = new Map<number, KeyedRetention>();
  #keeper: Worker | undefined;
  #passing: PromiseWithResolvers<void> | undefined;
  /** Nothing goes before there is a checkpoint: a restart would read it. */
  readonly #needs = new Map<JournalUser, number>();
  #holders = 0;
  #problem: QuickwaterError | undefined;

  constructor(folder: string, settings: LogSettings) {
    this.#folder = folder;
    this.#settings = settings;
  }

  start(): void {
    this.#timer = setInterval(() => this.#pass(), this.#settings.upkeepMs);
    this.#timer.unref();
  }

  /** Why the last pass could not be done; undefined where it could. */
  get problem(): QuickwaterError | undefined {
    return this.#problem;
  }

  /** What the streams let go; dead letters stay as long as the rows of their stream. */
  declared(streams: readonly StreamDeclaration[]): void {
    const options = new Map(streams.map(({ table }) => [table.name, table.options]));
    for (const { streamId, table, madeBy } of streams) {
      const { origin } = table;
      if (letsReplacedRowsGo(table)) {
        // What a query wrote is compared with what it makes again, row by row.
        if (madeBy === undefined) this.#keyed.set(streamId, keyedRetention(streamId, table));
        else this.#keyed.delete(streamId);
        continue;
      }
      const own = (origin.kind === "dead" ? options.get(origin.of) : undefined) ?? table.options;
      const retention = retentionOf(streamId, own);
      if (retention === undefined) this.#retentions.delete(streamId);
      else this.#retentions.set(streamId, retention);
    }
  }

  /** As far as the user is concerned rows before this step may go. */
  needFrom(user: JournalUser, step: number): void {
    this.#needs.set(user, step);
  }

  get #floor(): number | undefined {
    return this.#needs.has("checkpoint") ? Math.min(...this.#needs.values()) : undefined;
  }

  /** Nothing goes while the work reads the journal from wherever it likes. */
  async holding<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#holders++;
    try {
      Atomics.store(this.#stop, 0, 1);
      await this.#passing?.promise;
      return await work();
    } finally {
      this.#holders--;
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    Atomics.store(this.#stop, 0, 1);
    if (this.#keeper === undefined) return;
    this.#tell(this.#keeper, { type: "close" });
    await workerExit(this.#keeper);
  }

  #pass(): void {
    if (this.#passing !== undefined || listSegments(nodeFileLayer, this.#folder).length < 2) return;
    this.#keeper ??= this.#started();
    Atomics.store(this.#stop, 0, 0);
    this.#passing = Promise.withResolvers();
    this.#tell(this.#keeper, {
      type: "pass",
      nowMs: Date.now(),
      packAfterMs: this.#settings.packAfterMs,
      retentions: [...this.#retentions.values()],
      keyed: [...this.#keyed.values()],
      floor: this.#holders === 0 ? this.#floor : undefined,
    });
  }

  #tell(keeper: Worker, message: ToKeeper): void {
    keeper.postMessage(message);
  }

  #started(): Worker {
    const keeper = new Worker(workerUrl(import.meta.url, "./keeper-thread"), {
      workerData: { folder: this.#folder, stop: this.#stop.buffer } satisfies KeeperThreadData,
      name: "keeper",
    });
    keeper.on("message", (told: FromKeeper) => {
      this.#passed();
      this.#problem = "problem" in told ? fromPosted(told.problem) : undefined;
      if ("problem" in told) return;
      for (const [streamId, doneStep] of told.compacted) {
        const keyed = this.#keyed.get(streamId);
        if (keyed !== undefined) this.#keyed.set(streamId, { ...keyed, doneStep });
      }
    });
    keeper.on("error", (error) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.#problem = quickwaterError("run.thread-died", { thread: "keeper", reason }, { cause: error });
    });
    keeper.on("exit", () => {
      this.#keeper = undefined;
      this.#passed();
    });
    keeper.unref();
    return keeper;
  }

  #passed(): void {
    this.#passing?.resolve();
    this.#passing = undefined;
  }
}

function keyedRetention(streamId: StreamId, table: TableDefinition): KeyedRetention {
  const { options } = table;
  const ms = Math.max(durationMs(options.retention!)!, dedupSpanMs(options) ?? 0);
  return { streamId, table, ms, doneStep: 0 };
}

function retentionOf(
  streamId: StreamId,
  options: StreamDeclaration["table"]["options"],
): StreamRetention | undefined {
  const ms = durationMs(options.retention ?? "");
  const bytes = sizeBytes(options["retention-size"] ?? "");
  if (ms === undefined && bytes === undefined) return undefined;
  return { streamId, ms, bytes, comparedMs: dedupSpanMs(options) };
}
