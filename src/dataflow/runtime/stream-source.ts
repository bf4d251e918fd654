/**
 * One stream inside the engine: its rows are decoded once for all views on it, with the union of the fields
 * that they touch; its watermark is judged once. Each pipeline sees the batch through the columns of its
 * own scan.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { durationMs } from "../../catalog/duration.ts";
import { timeStyleOf } from "../../catalog/json-style.ts";
import type { ScanColumn } from "../../sql/plan/logical-plan.ts";
import { allocateBatch } from "../../values/column-access.ts";
import { type Cause, type ColumnBatch, noCause } from "../../values/column-batch.ts";
import type { TimeStyle } from "../../values/json/time-text.ts";
import { type DecodeKernel, makeDecoder, type RowBytes } from "../codegen/decoder.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import type { Pipeline, PipelineOptions, ScanInput } from "../physical/build-pipeline.ts";
import { idleTimeoutMsDefault, type SourceTime, SourceWatermark } from "../time/source-watermark.ts";
import { batchRowsMax } from "./batches.ts";
import {
  fillMetadata,
  isField,
  type LoggedAt,
  type MetadataColumn,
  metadataColumnsOf,
} from "./row-metadata.ts";
import { decoderOfVersion, type WrittenSchema } from "./schema-version.ts";
import type { ToldTime } from "./written-rows.ts";

export interface StreamSourceOptions {
  readonly table: string;
  readonly timeStyle: TimeStyle;
  /** Undefined for a table without event time: its pipelines get no watermark until the end. */
  readonly watermark: (SourceTime & { readonly path: string }) | undefined;
  readonly mode: KernelMode;
  /** A pipeline that failed is taken out; the others go on. */
  readonly onFailure: (pipeline: Pipeline, error: unknown) => void;
}

/** Rows of one step, or of one chunk of a source outside. */
export interface SourceRows extends RowBytes, LoggedAt {
  readonly rowCount: number;
  /** Null or missing where every row is an insert. */
  readonly rowKinds?: Uint8Array | null | undefined;
}

interface Consumer extends ScanInput {
  readonly pipeline: Pipeline;
  /** The batch as the pipeline's scan has it: the same columns in its own order. */
  batch: ColumnBatch;
  failed: boolean;
}

export class StreamSource {
  readonly options: StreamSourceOptions;
  readonly watermark: SourceWatermark;
  /** Rows that came since it is here. */
  rowsGiven = 0;
  #consumers: Consumer[] = [];
  #columns: ScanColumn[] = [];
  #batch: ColumnBatch;
  /** Of the batch what is decoded. */
  #fields: ColumnBatch;
  /** For rows of the table as it is. */
  #decode: DecodeKernel;
  /** Columns of it that are no fields of the rows. */
  #metadata: readonly MetadataColumn[] = [];
  /** By version of the schema that rows were checked by. */
  readonly #decoders = new Map<number, DecodeKernel>();
  readonly #watermarksMs = new Float64Array(batchRowsMax);
  readonly #rowIndexes = new Int32Array(batchRowsMax);
  readonly #kinds = new Uint8Array(batchRowsMax);
  #cause: Cause = noCause;
  /** Whether every pipeline has been told that the stream is idle: one may be so from its beginning. */
  #toldIdle = false;

  constructor(options: StreamSourceOptions) {
    this.options = options;
    this.watermark = new SourceWatermark(
      options.watermark ?? { delayMs: 0, idleMs: idleTimeoutMsDefault, partitionCount: 1 },
    );
    this.#batch = allocateBatch({ columns: [] }, batchRowsMax);
    this.#fields = this.#batch;
    this.#decode = makeDecoder([], options.timeStyle, options.mode);
  }

  get pipelines(): readonly Pipeline[] {
    return [...new Set(this.#consumers.map((consumer) => consumer.pipeline))];
  }

  /** The pipeline sees the stream from now on, wherever it reads it. */
  add(pipeline: Pipeline): void {
    for (const { scan, input } of pipeline.scans) {
      if (scan.table !== this.options.table) continue;
      this.#consumers.push({ pipeline, scan, input, batch: this.#batch, failed: false });
    }
    this.#toldIdle = false;
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
  take(rows: SourceRows, cause: Cause, written?: WrittenSchema): void {
    const decode = written === undefined ? this.#decode : this.#decoderOf(written);
    this.#cause = cause;
    this.rowsGiven += rows.rowCount;
    for (let from = 0; from < rows.rowCount; from += batchRowsMax) {
      const to = Math.min(rows.rowCount, from + batchRowsMax);
      decode(rows, from, to, this.#fields);
      this.#batch.arena = this.#fields.arena;
      for (const column of this.#metadata) fillMetadata(column, rows, cause, from, to);
      for (let row = from; row < to; row++) this.#rowIndexes[row - from] = row;
      if (rows.rowKinds !== undefined && rows.rowKinds !== null) {
        this.#kinds.set(rows.rowKinds.subarray(from, to));
        this.#push(to - from, this.#kinds);
      } else this.#push(to - from, null);
    }
  }

  /**
   * A tick of the logged clock: pipelines are told where it moves the watermark or makes the stream idle,
   * those that hear all ticks always. Answers whether rows may have come of it.
   */
  tick(cause: Cause): boolean {
    const { ms } = this.watermark;
    this.#cause = cause;
    this.watermark.tick(cause.appendTimeMs);
    const moved = this.watermark.ms !== ms;
    if (moved || this.watermark.isIdle !== this.#toldIdle) this.#tellAll();
    else this.#advance(this.watermark.ms, ({ pipeline }) => pipeline.hearsTicks);
    return moved || this.#consumers.some(({ pipeline }) => pipeline.hearsTicks);
  }

  /** A backfill begins or ends: pipelines are told where it makes the stream hold others back. */
  backfill(begins: boolean, cause: Cause): void {
    const { isIdle } = this.watermark;
    this.#cause = cause;
    this.watermark.backfill(begins);
    if (this.watermark.isIdle !== isIdle) this.#tellAll();
  }

  /** Before rows are given on that the queries which write the stream read: those go on that may be too. */
  wake(cause: Cause): void {
    if (!this.watermark.isIdle) return;
    this.#cause = cause;
    this.watermark.wake();
    this.#tellAll();
  }

  /** What the queries that write the stream have advanced to; answers whether that moved it. */
  follow({ watermarkMs, isIdle: idle }: ToldTime, isNeverBehind: boolean, cause: Cause): boolean {
    const { ms, isIdle } = this.watermark;
    this.#cause = cause;
    this.watermark.follow(watermarkMs, idle, isNeverBehind);
    const moved = this.watermark.ms !== ms;
    if (moved || this.watermark.isIdle !== isIdle) this.#tellAll();
    return moved;
  }

  /** The input has ended: every window closes. */
  end(cause: Cause = this.#cause): void {
    this.#cause = cause;
    this.#advance(Number.POSITIVE_INFINITY);
  }

  #push(rowCount: number, kinds: Uint8Array | null): void {
    const times = this.#eventTimes();
    const { partition, appendTimeMs } = this.#cause;
    if (times === undefined) this.watermark.seeRows(partition, appendTimeMs);
    else this.watermark.take(partition, times, rowCount, this.#watermarksMs, appendTimeMs);
    for (const consumer of this.#consumers) {
      const { input, batch } = consumer;
      batch.rowCount = rowCount;
      batch.cause = this.#cause;
      batch.arena = this.#batch.arena;
      batch.kinds = kinds;
      batch.rowIndexes = this.#rowIndexes;
      batch.eventTimesMs = times ?? null;
      batch.watermarksMs = times === undefined ? null : this.#watermarksMs;
      this.#guard(consumer, () => input.accept(batch));
    }
    this.#leaveOutFailed();
    this.#tellAll();
  }

  #tellAll(): void {
    this.#toldIdle = this.watermark.isIdle;
    this.#advance(this.watermark.ms);
  }

  #advance(watermarkMs: number, hears: (consumer: Consumer) => boolean = () => true): void {
    for (const consumer of this.#consumers) {
      if (!hears(consumer)) continue;
      this.#guard(consumer, () => consumer.input.advance(watermarkMs, this.watermark.isIdle, this.#cause));
    }
    this.#leaveOutFailed();
  }

  /** One view's failure must not stop the others on its stream. */
  #guard(consumer: Consumer, work: () => void): void {
    if (consumer.failed) return;
    try {
      work();
    } catch (error) {
      for (const each of this.#consumers) each.failed ||= each.pipeline === consumer.pipeline;
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
      const fields = this.#columns.filter(isField);
      decode = decoderOfVersion(fields, written.columns, this.#decode, timeStyle, mode);
      this.#decoders.set(written.version, decode);
    }
    return decode;
  }

  #rebuild(): void {
    const all = this.#consumers.flatMap((consumer) => consumer.scan.columns);
    this.#columns = [...new Map(all.map((column) => [pathText(column), column])).values()];
    const schema = {
      columns: this.#columns.map((column) => ({ name: pathText(column), type: column.type })),
    };
    this.#batch = allocateBatch(schema, batchRowsMax);
    const fields = this.#columns
      .map((column, index) => ({ column, index }))
      .filter((each) => isField(each.column));
    this.#fields = { ...this.#batch, columns: fields.map(({ index }) => this.#batch.columns[index]!) };
    this.#metadata = metadataColumnsOf(this.#columns, this.#batch);
    const { timeStyle, mode } = this.options;
    this.#decode = makeDecoder(this.#columns.filter(isField), timeStyle, mode);
    this.#decoders.clear();
    for (const consumer of this.#consumers) consumer.batch = this.#viewFor(consumer);
  }

  #viewFor({ scan }: ScanInput): ColumnBatch {
    const columns = scan.columns.map((column) => {
      const wanted = pathText(column);
      return this.#batch.columns[this.#columns.findIndex((candidate) => pathText(candidate) === wanted)]!;
    });
    return { ...allocateBatch({ columns: [] }, 0), schema: scan.schema, columns };
  }
}

/** What tells the columns apart. */
function pathText({ path, metadata }: ScanColumn): string {
  return metadata ?? JSON.stringify(path);
}

/** How the rows of a table become a stream inside the engine; `follows` where queries write it. */
export function sourceOptions(
  table: TableDefinition,
  { mode }: Pick<PipelineOptions, "mode">,
  follows = false,
): Omit<StreamSourceOptions, "onFailure"> {
  const { name, schema, watermark, options } = table;
  return {
    table: name,
    timeStyle: timeStyleOf(table),
    watermark: watermark && {
      path: schema.columns[watermark.column]!.name,
      delayMs: watermark.delayMs,
      idleMs: durationMs(options["idle-timeout"] ?? "") ?? idleTimeoutMsDefault,
      partitionCount: 1,
      follows,
    },
    mode,
  };
}
