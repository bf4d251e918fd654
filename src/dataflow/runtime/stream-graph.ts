/**
 * Streams with what reads and what writes them. A step goes to its stream's readers first; then each stream
 * that was written because of it is settled, one after the other so that none is written any more when it is
 * read. Rows of the journal that queries wrote are compared with what they make now, and not taken again.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import type { Step } from "../../log/event-log.ts";
import { answersOf } from "../../sql/plan/first-answers.ts";
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";
import type { Cause } from "../../values/column-batch.ts";
import type { LateRows, Output } from "../operators/operator.ts";
import { buildPipeline, type Pipeline, type PipelineOptions } from "../physical/build-pipeline.ts";
import type { DerivedLedger } from "./derived-ledger.ts";
import { type DerivedRows, DerivedStream } from "./derived-stream.ts";
import type { EngineInsert } from "./engine-queries.ts";
import { LateEvents } from "./late-events.ts";
import type { WrittenSchema } from "./schema-version.ts";
import type { StepOrigin } from "./step-origin.ts";
import { type SourceRows, StreamSource, sourceOptions } from "./stream-source.ts";
import { ownTime, type ToldTime, WrittenRows } from "./written-rows.ts";

/** Sources whose rows or time a step changed; "all" where the clock may have changed any. */
export type Touched = ReadonlySet<StreamSource> | "all";

const nothing: Touched = new Set();

export interface GraphOptions {
  readonly pipelines: PipelineOptions;
  /** Shared by graphs that follow each other. */
  readonly origin: StepOrigin;
  readonly write: (rows: DerivedRows) => void;
  readonly onFailure: (failed: Pipeline, error: unknown, inSource: StreamSource | undefined) => void;
}

export class StreamGraph {
  readonly sources = new Map<string, StreamSource>();
  readonly #options: GraphOptions;
  readonly #tables = new Map<string, TableDefinition>();
  readonly #derived = new Map<string, DerivedStream>();
  /** By written stream: what it is made of. */
  readonly #madeOf = new Map<string, Set<string>>();
  /** Behind a stream stand those that are made of it. */
  #order: readonly DerivedStream[] = [];

  constructor(options: GraphOptions) {
    this.#options = options;
  }

  get derived(): readonly DerivedStream[] {
    return this.#order;
  }

  /** Makes the pipeline of a query that reads the streams, and that these feed from now on. */
  addQuery(
    { plan, tables }: { readonly plan: LogicalPlan; readonly tables: readonly TableDefinition[] },
    output: Output,
    options: {
      readonly firstAnswers: PipelineOptions["firstAnswers"];
      readonly lateRows: LateRows | undefined;
    },
  ): Pipeline {
    const pipeline = buildPipeline(plan, output, { ...this.#options.pipelines, ...options });
    for (const table of tables) this.#sourceOf(table).add(pipeline);
    return pipeline;
  }

  addInsert(insert: EngineInsert, ledgerOf: (stream: string) => DerivedLedger | undefined): Pipeline {
    const { target, tables, lateRows } = insert;
    const isFirst = target.options.emit === "first";
    const takes = isFirst && answersOf(insert.plan) === "first" ? "first" : "final";
    const rows = new WrittenRows(target, takes, insert);
    this.#writtenBy(target, tables, ledgerOf).add(rows);
    const late = lateRows && this.addLateRows(lateRows, tables, ledgerOf);
    const firstAnswers = takes === "first" ? "taken" : undefined;
    return this.addQuery(insert, rows, { firstAnswers, lateRows: late });
  }

  /** Where late rows go of a query that reads the tables. */
  addLateRows(
    table: TableDefinition,
    tables: readonly TableDefinition[],
    ledgerOf: (stream: string) => DerivedLedger | undefined,
  ): LateRows {
    const rows = new WrittenRows(table, "final", ownTime);
    this.#writtenBy(table, tables, ledgerOf).add(rows);
    return new LateEvents(table, this.#options.origin, rows);
  }

  remove(pipeline: Pipeline, except: StreamSource | undefined): void {
    for (const source of this.sources.values()) if (source !== except) source.remove(pipeline);
  }

  /** The queries are no more, and nobody makes the streams: what is left of them is of others. */
  end(pipelines: readonly Pipeline[], streams: ReadonlySet<string>): void {
    for (const pipeline of pipelines) this.remove(pipeline, undefined);
    for (const name of streams) {
      this.#derived.delete(name);
      this.#madeOf.delete(name);
    }
    for (const [name, source] of this.sources) {
      if (source.pipelines.length > 0) continue;
      this.sources.delete(name);
      this.#tables.delete(name);
    }
    this.#sort();
  }

  /** The rows of a written stream; undefined where no query of these writes it. */
  rowCountOf(stream: string): number | undefined {
    return this.#derived.get(stream)?.ledger?.rowCount;
  }

  /** Takes over what a graph has that has taken the same steps: this one's sources know its pipelines too. */
  join(other: StreamGraph, pipelines: readonly Pipeline[]): void {
    for (const [name, source] of other.sources) {
      const joining = source.pipelines.filter((pipeline) => pipelines.includes(pipeline));
      if (joining.length === 0) continue;
      const shared = this.sources.get(name);
      if (shared !== undefined) for (const pipeline of joining) shared.add(pipeline);
      else {
        for (const each of source.pipelines) if (!joining.includes(each)) source.remove(each);
        this.sources.set(name, source);
        this.#tables.set(name, other.#tables.get(name)!);
      }
    }
    for (const [name, stream] of other.#derived) {
      if (this.#derived.has(name)) continue;
      this.#derived.set(name, stream);
      this.#madeOf.set(name, other.#madeOf.get(name)!);
    }
    this.#sort();
  }

  /** Rows of a stream; `table` is how they were written. Throws where they are not those that are made. */
  takeRows(step: Step, table: TableDefinition | undefined, cause: Cause): Touched {
    const name = table?.name ?? "";
    const derived = this.#derived.get(name);
    if (derived !== undefined) {
      derived.ledger?.compare(step);
      return nothing;
    }
    const source = this.sources.get(name);
    if (source === undefined) return nothing;
    if (source.watermark.isIdle) this.#wakeBehind(name, cause);
    this.#give(source, step, cause, { version: step.schemaVersion, columns: table!.schema.columns });
    return this.#settle(cause, new Set([source]));
  }

  /**
   * A quiet stream has rows again. Streams that are made of it have theirs only when they are settled: who
   * reads both must not close windows with the rows alone, and find late what is made of them.
   */
  #wakeBehind(name: string, cause: Cause): void {
    const woken = new Set([name]);
    for (const { table, followsTime } of this.#order) {
      const isBehind = this.#madeOf
        .get(table.name)!
        .values()
        .some((of) => woken.has(of));
      if (!isBehind || !followsTime) continue;
      woken.add(table.name);
      this.sources.get(table.name)?.wake(cause);
    }
  }

  tick(cause: Cause): Touched {
    let moved = false;
    const isWritten = (source: StreamSource) => this.#derived.has(source.options.table);
    const sources = [...this.sources.values()];
    for (const source of sources) if (!isWritten(source) && source.tick(cause)) moved = true;
    if (this.#settle(cause, new Set()) !== nothing) moved = true;
    for (const source of sources) if (isWritten(source) && source.tick(cause)) moved = true;
    return moved ? "all" : nothing;
  }

  #settle(cause: Cause, touched: Set<StreamSource>): Touched {
    for (const stream of this.#order) {
      const source = this.sources.get(stream.table.name);
      const reader = {
        take: (rows: SourceRows) => source && this.#give(source, rows, cause, undefined),
        follow: (time: ToldTime, isNeverBehind: boolean) =>
          source?.follow(time, isNeverBehind, cause) ?? false,
      };
      if (stream.settle(cause, reader) && source !== undefined) touched.add(source);
    }
    return touched.size === 0 ? nothing : touched;
  }

  #give(source: StreamSource, rows: SourceRows, cause: Cause, written: WrittenSchema | undefined): void {
    // Nobody can be late where nobody keeps late rows.
    const table = this.#tables.get(source.options.table)!;
    if (this.#order.length > 0) this.#options.origin.begin(table, rows, cause, written);
    source.take(rows, cause, written);
  }

  #sourceOf(table: TableDefinition): StreamSource {
    let source = this.sources.get(table.name);
    if (source !== undefined) return source;
    const follows = this.#derived.get(table.name)?.followsTime ?? false;
    this.#tables.set(table.name, table);
    source = new StreamSource({
      ...sourceOptions(table, this.#options.pipelines, follows),
      onFailure: (failed, error) => this.#options.onFailure(failed, error, source),
    });
    this.sources.set(table.name, source);
    return source;
  }

  #writtenBy(
    table: TableDefinition,
    tables: readonly TableDefinition[],
    ledgerOf: (stream: string) => DerivedLedger | undefined,
  ): DerivedStream {
    let stream = this.#derived.get(table.name);
    if (stream === undefined) {
      stream = new DerivedStream(table, ledgerOf(table.name), this.#options.write);
      this.#derived.set(table.name, stream);
      this.#madeOf.set(table.name, new Set());
    }
    for (const { name } of tables) this.#madeOf.get(table.name)!.add(name);
    this.#sort();
    return stream;
  }

  #sort(): void {
    const depthOf = (name: string): number => {
      const below = [...(this.#madeOf.get(name) ?? [])].map(depthOf);
      return 1 + Math.max(0, ...below);
    };
    const depths = new Map([...this.#derived.keys()].map((name) => [name, depthOf(name)]));
    this.#order = [...this.#derived.values()].sort(
      (one, other) => depths.get(one.table.name)! - depths.get(other.table.name)!,
    );
  }
}
