/**
 * One stream inside the engine: its rows are decoded once for all views on it, with the union of the fields
 * that they touch; its watermark is judged once. Each pipeline sees the batch through the columns of its
 * own scan.
 */
import type { ScanColumn } from "../../sql/plan/logical-plan.ts";
import { allocateBatch } from "../../values/column-access.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { TimeStyle } from "../../values/json/time-text.ts";
import { type DecodeKernel, makeDecoder, type RowBytes } from "../codegen/decoder.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import type { Pipeline } from "../physical/build-pipeline.ts";
import { SourceWatermark } from "../time/source-watermark.ts";
import { batchRowsMax } from "./batches.ts";
import { decoderOfVersion, type WrittenSchema } from "./schema-version.ts";

export interface StreamSourceOptions {
  readonly table: string;
  readonly timeStyle: TimeStyle;
  /** Undefined for a table without event time: its pipelines get no watermark until the end. */
  readonly watermark:
    | { readonly path: string; readonly delayMs: number; readonly idleMs: number }
    | undefined;
  readonly mode: KernelMode;
  /** A pipeline that failed is taken out; the others go on. */
  readonly onFailure: (pipeline: Pipeline, error: unknown) => void;
}

interface Consumer {
  readonly pipeline: Pipeline;
  /** The batch as the pipeline's scan has it: the same columns in its own order. */
  batch: ColumnBatch;
  failed: boolean;
}

export class StreamSource {
  readonly options: StreamSourceOptions;
  readonly watermark: SourceWatermark;
  #consumers: Consumer[] = [];
  #columns: ScanColumn[] = [];
  #batch: ColumnBatch;
  /** For rows of the table as it is. */
  #decode: DecodeKernel;
  /** By version of the schema that rows were checked by. */
  readonly #decoders = new Map<number, DecodeKernel>();
  readonly #watermarksMs = new Float64Array(batchRowsMax);

  constructor(options: StreamSourceOptions) {
    this.options = options;
    this.watermark = new SourceWatermark(options.watermark?.delayMs ?? 0, options.watermark?.idleMs ?? 0);
    this.#batch = allocateBatch({ columns: [] }, batchRowsMax);
    this.#decode = makeDecoder([], options.timeStyle, options.mode);
  }

  get pipelines(): readonly Pipeline[] {
    return this.#consumers.map((consumer) => consumer.pipeline);
  }

  add(pipeline: Pipeline): void {
    this.#consumers.push({ pipeline, batch: this.#batch, failed: false });
    this.#rebuild();
  }

  remove(pipeline: Pipeline): void {
    this.#consumers = this.#consumers.filter((consumer) => consumer.pipeline !== pipeline);
    this.#rebuild();
  }

  /**
   * Takes rows of one step; `written` is the schema that they were checked by, where it may be an older
   * one.
   */
  take(
    rows: RowBytes,
    rowCount: number,
    stepNumber: number,
    appendTimeMs: number,
    written?: WrittenSchema,
  ): void {
    const decode = written === undefined ? this.#decode : this.#decoderOf(written);
    for (let from = 0; from < rowCount; from += batchRowsMax) {
      const to = Math.min(rowCount, from + batchRowsMax);
      decode(rows, from, to, this.#batch);
      this.#push(to - from, stepNumber, appendTimeMs);
    }
  }

  /** A tick of the logged clock: where it moves the watermark, pipelines are told. */
  tick(clockMs: number): void {
    const before = this.watermark.ms;
    this.watermark.tick(clockMs);
    if (this.watermark.ms !== before) this.#advance(this.watermark.ms);
  }

  /** The input has ended: every window closes. */
  end(): void {
    this.#advance(Number.POSITIVE_INFINITY);
  }

  #push(rowCount: number, stepNumber: number, appendTimeMs: number): void {
    const times = this.#eventTimes();
    const before = this.watermark.ms;
    if (times !== undefined) this.watermark.take(times, rowCount, this.#watermarksMs, appendTimeMs);
    for (const consumer of this.#consumers) {
      const { pipeline, batch } = consumer;
      batch.rowCount = rowCount;
      batch.stepNumber = stepNumber;
      batch.arena = this.#batch.arena;
      batch.eventTimesMs = times ?? null;
      batch.watermarksMs = times === undefined ? null : this.#watermarksMs;
      this.#guard(consumer, () => pipeline.input.accept(batch));
    }
    this.#leaveOutFailed();
    if (this.watermark.ms !== before) this.#advance(this.watermark.ms);
  }

  #advance(watermarkMs: number): void {
    for (const consumer of this.#consumers) {
      this.#guard(consumer, () => consumer.pipeline.input.advance(watermarkMs));
    }
    this.#leaveOutFailed();
  }

  /** One view's failure must not stop the others on its stream. */
  #guard(consumer: Consumer, work: () => void): void {
    if (consumer.failed) return;
    try {
      work();
    } catch (error) {
      consumer.failed = true;
      this.options.onFailure(consumer.pipeline, error);
    }
  }

  /** Only when all have had the batch: leaving one out makes the columns of the others anew. */
  #leaveOutFailed(): void {
    if (!this.#consumers.some((consumer) => consumer.failed)) return;
    this.#consumers = this.#consumers.filter((consumer) => !consumer.failed);
    this.#rebuild();
  }

  #eventTimes(): Float64Array | undefined {
    const path = this.options.watermark?.path;
    if (path === undefined) return undefined;
    const index = this.#columns.findIndex((column) => column.path.length === 1 && column.path[0] === path);
    const column = this.#batch.columns[index];
    return column?.physical === "f64" ? column.values : undefined;
  }

  #decoderOf(written: WrittenSchema): DecodeKernel {
    let decode = this.#decoders.get(written.version);
    if (decode === undefined) {
      const { timeStyle, mode } = this.options;
      decode = decoderOfVersion(this.#columns, written.columns, this.#decode, timeStyle, mode);
      this.#decoders.set(written.version, decode);
    }
    return decode;
  }

  #rebuild(): void {
    const all = this.#consumers.flatMap((consumer) => consumer.pipeline.scan.columns);
    this.#columns = [...new Map(all.map((column) => [pathText(column), column])).values()];
    const schema = {
      columns: this.#columns.map((column) => ({ name: pathText(column), type: column.type })),
    };
    this.#batch = allocateBatch(schema, batchRowsMax);
    this.#decode = makeDecoder(this.#columns, this.options.timeStyle, this.options.mode);
    this.#decoders.clear();
    for (const consumer of this.#consumers) consumer.batch = this.#viewFor(consumer.pipeline);
  }

  #viewFor(pipeline: Pipeline): ColumnBatch {
    const { scan } = pipeline;
    const columns = scan.columns.map((column) => {
      const wanted = pathText(column);
      return this.#batch.columns[this.#columns.findIndex((candidate) => pathText(candidate) === wanted)]!;
    });
    return { ...allocateBatch({ columns: [] }, 0), schema: scan.schema, columns };
  }
}

function pathText(column: ScanColumn): string {
  return JSON.stringify(column.path);
}
