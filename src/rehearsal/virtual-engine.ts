/**
 * Log, engine and views on one thread by a virtual clock: the path of a real server, without its waiting.
 * When a call returns, all that it causes has happened, so the same calls give the same rows every time.
 */
import type { TableDefinition } from "../catalog/catalog.ts";
import { defaultPipelineOptions } from "../dataflow/physical/build-pipeline.ts";
import { removalRequest } from "../dataflow/runtime/engine-options.ts";
import type { EngineScript } from "../dataflow/runtime/engine-script.ts";
import { EngineService } from "../dataflow/runtime/engine-service.ts";
import { startEngine } from "../dataflow/runtime/start-engine.ts";
import { assert } from "../errors/quickwater-error.ts";
import { type AppendAnswer, type AppendRequest, stepKind } from "../log/event-log.ts";
import { JournalReader } from "../log/journal/journal-reader.ts";
import type { LogSettings } from "../log/log-settings.ts";
import type { RowKey } from "../log/removal.ts";
import { rowKind } from "../values/column-batch.ts";
import type { LiveView } from "../views/live-view.ts";
import { LiveViews } from "../views/live-views.ts";
import { MemoryFiles } from "./memory-files.ts";
import { type StreamRows, streamRows } from "./stream-rows.ts";
import { VirtualLog } from "./virtual-log.ts";

const folder = "/journal";
const origin = "rehearsal";

export interface Arrival {
  readonly order: number;
  readonly atMs: number;
  /** It takes the row of its key away. */
  readonly isRemoval: boolean;
}

export class VirtualEngine {
  readonly #script: EngineScript;
  readonly #settings: LogSettings;
  readonly #files = new MemoryFiles();
  readonly #log: VirtualLog;
  readonly #engine: EngineService;
  readonly #views: LiveViews;
  /** By the name of a view or a stream that queries write: why it was stopped. */
  readonly failures = new Map<string, string>();
  #nextTickMs: number;

  constructor(script: EngineScript, settings: LogSettings, startMs: number) {
    this.#script = script;
    this.#settings = settings;
    this.#nextTickMs = startMs + settings.tickMs;
    this.#views = new LiveViews(script.queries.views.map(({ view }) => view));
    const { streams: tables, queries } = script;
    this.#log = new VirtualLog({ files: this.#files, folder, tables, settings, nowMs: startMs });
    const events = {
      onFailure: (name: string, error: unknown) => this.#fail(name, error),
      onRows: (rows: Parameters<VirtualLog["write"]>[0]) => this.#log.write(rows),
      onNotice: () => {},
    };
    const openReader = () => this.#openReader();
    const makeEngine = () => new EngineService(openReader, defaultPipelineOptions, events, this.#log.written);
    const started = startEngine({ queries, makeEngine, events, openReader, checkpoints: undefined });
    this.#engine = started.engine;
    this.#log.tell(started.beginnings);
    this.#takeSteps();
  }

  get nowMs(): number {
    return this.#log.nowMs;
  }

  /** The clock runs on, and ticks as the log's does. */
  moveTo(timeMs: number): void {
    assert(timeMs >= this.nowMs, "a virtual clock was set back");
    while (this.#nextTickMs <= timeMs) {
      this.#log.tick(this.#nextTickMs);
      this.#nextTickMs += this.#settings.tickMs;
      this.#takeSteps();
    }
    this.#log.nowMs = timeMs;
  }

  /** One request, its body as lines of JSON. Throws why it is refused as a whole. */
  send(stream: string, lines: string): AppendAnswer {
    const chunks = [new TextEncoder().encode(lines)];
    return this.#append({ stream, format: "ndjson", chunks, origin });
  }

  /** One request that takes away the rows of these keys, as of now. */
  remove(stream: string, keys: readonly RowKey[]): AppendAnswer {
    const table = this.#script.catalog.table(stream);
    assert(table !== undefined, "rows are removed from a stream that there is");
    const now = { atMs: this.nowMs, timeZone: this.#settings.timeZone };
    return this.#append(removalRequest(table, keys, now, origin));
  }

  #append(request: AppendRequest): AppendAnswer {
    const answer = this.#log.append(request);
    this.#takeSteps();
    return answer;
  }

  /** The view as subscribers see it now. */
  view(name: string): LiveView | undefined {
    for (const changed of this.#engine.changedViews()) {
      const batch = this.#engine.takeChanges(changed);
      if (batch !== undefined) this.#views.apply(batch);
    }
    return this.#views.get(name);
  }

  /** By stream that events come to, of each row: when it came, and its place among those of all of them. */
  arrivals(): ReadonlyMap<string, readonly Arrival[]> {
    const writers = this.#script.catalog.writers();
    const isFed = ({ name, origin }: TableDefinition) =>
      origin.kind === "dead" || (origin.kind === "stream" && !writers.has(name));
    const fed = this.#log.declared.filter(({ table }) => isFed(table));
    const names = new Map(fed.map(({ table, streamId }) => [streamId, table.name]));
    const arrivals = new Map<string, Arrival[]>(fed.map(({ table }) => [table.name, []]));
    const reader = this.#openReader();
    let order = 0;
    for (let step = reader.next(); step !== undefined; step = reader.next()) {
      const name = names.get(step.streamId);
      if (step.kind !== stepKind.rows || name === undefined) continue;
      const rows = arrivals.get(name)!;
      for (let row = 0; row < step.rowCount; row++) {
        const isRemoval = step.rowKinds?.[row] === rowKind.delete;
        rows.push({ order: order++, atMs: step.appendTimeMs, isRemoval });
      }
    }
    reader.close();
    return arrivals;
  }

  /** What a query over the stream reads now: of a table with a key the latest row of each, or all. */
  stream(name: string, which: "latest" | "all" = "latest"): Promise<StreamRows> {
    const streamIds = new Map(this.#log.declared.map(({ table, streamId }) => [table.name, streamId]));
    const { catalog } = this.#script;
    const { timeZone } = this.#settings;
    const openReader = () => this.#openReader();
    return streamRows({ name, which, catalog, streamIds, openReader, nowMs: this.nowMs, timeZone });
  }

  #openReader(): JournalReader {
    return new JournalReader(this.#files, folder, () => this.#log.service.lastStep);
  }

  #takeSteps(): void {
    while (this.#engine.work(Number.POSITIVE_INFINITY, () => 0));
  }

  #fail(name: string, error: unknown): void {
    this.failures.set(name, error instanceof Error ? error.message : String(error));
  }
}
