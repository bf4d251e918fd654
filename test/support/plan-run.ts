/**
 * One query over tables with a watermark, fed in batches as stream sources do it: each batch is a round,
 * judged row by row, then the watermark. The operators may be frozen and put elsewhere meanwhile.
 */
import { Catalog } from "../../src/catalog/catalog.ts";
import type { KernelMode } from "../../src/dataflow/codegen/kernels.ts";
import { buildPipeline, type Pipeline } from "../../src/dataflow/physical/build-pipeline.ts";
import { SourceWatermark } from "../../src/dataflow/time/source-watermark.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";
import type { LogicalPlan, Scan } from "../../src/sql/plan/logical-plan.ts";
import { batchOfRows, readRow } from "../../src/values/column-access.ts";
import { type ColumnBatch, noCause, rowKindSigns } from "../../src/values/column-batch.ts";
import type { SqlValue } from "../../src/values/sql-value.ts";

export interface ToldRow {
  readonly kind: (typeof rowKindSigns)[number];
  readonly values: readonly SqlValue[];
}

export type InputRow = Readonly<Record<string, SqlValue>>;

/** The plan of a script's last statement. */
export function planOf(script: string): LogicalPlan {
  const { bound, errors } = analyzeScript(script, new Catalog(), { inputEnds: true });
  if (errors[0] !== undefined) throw errors[0];
  const last = bound.at(-1);
  if (last === undefined || !("plan" in last)) throw new Error("the script ends with no query");
  return last.plan;
}

export interface PlanRunOptions {
  readonly mode: KernelMode;
  readonly timeColumn: string;
  readonly delayMs: number;
  /** Shown unless said. */
  readonly firstAnswers?: "shown" | "taken";
}

export class PlanRun {
  readonly finals: ToldRow[] = [];
  readonly firsts: ToldRow[] = [];
  readonly opens: ToldRow[] = [];
  readonly #plan: LogicalPlan;
  readonly #options: PlanRunOptions;
  readonly #watermarks = new Map<string, SourceWatermark>();
  #pipeline: Pipeline;

  constructor(plan: LogicalPlan, options: PlanRunOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#pipeline = this.#open();
  }

  get rowsLate(): number {
    return this.#pipeline.operators.reduce((sum, { counters }) => sum + counters.rowsLate, 0);
  }

  /** How many rows the states hold together. */
  get slotCount(): number {
    const images = this.#pipeline.operators.flatMap((operator) => operator.freeze().states);
    return images.reduce((sum, { slotCount }) => sum + slotCount, 0);
  }

  /** Rows of a table; of the only one where none is named. */
  feed(rows: readonly InputRow[], batchRows: number, table = this.#firstTable): void {
    for (let from = 0; from < rows.length; from += batchRows)
      this.#round(rows.slice(from, from + batchRows), table);
  }

  end(): void {
    for (const { input } of this.#pipeline.scans) input.advance(Number.POSITIVE_INFINITY, false, noCause);
  }

  deliverOpen(): void {
    for (const operator of this.#pipeline.openers) operator.deliverOpen(false);
  }

  /** Freezes all operators, lets these ones go on with other rows, and goes on with new ones. */
  moveElsewhere(lostRows: readonly InputRow[]): void {
    const images = this.#pipeline.operators.map((operator) => operator.freeze());
    const kept = [this.finals, this.firsts, this.opens].map((rows) => rows.length);
    const batch = this.#batchOf(lostRows, this.#pipeline.scans[0]!.scan);
    batch.watermarksMs!.fill(Number.NEGATIVE_INFINITY);
    this.#pipeline.scans[0]!.input.accept(batch);
    for (const [index, rows] of [this.finals, this.firsts, this.opens].entries()) rows.length = kept[index]!;
    this.#pipeline = this.#open();
    for (const [index, operator] of this.#pipeline.operators.entries()) operator.restore(images[index]!);
  }

  get #firstTable(): string {
    return this.#pipeline.scans[0]!.scan.table;
  }

  #round(rows: readonly InputRow[], table: string): void {
    const scans = this.#pipeline.scans.filter(({ scan }) => scan.table === table);
    let watermark = this.#watermarks.get(table);
    if (watermark === undefined) {
      const { delayMs } = this.#options;
      watermark = new SourceWatermark({ delayMs, idleMs: 1_000_000, partitionCount: 1 });
      this.#watermarks.set(table, watermark);
    }
    const batches = scans.map(({ scan }) => this.#batchOf(rows, scan));
    const [first] = batches;
    watermark.take(0, first!.eventTimesMs!, rows.length, first!.watermarksMs!, 0);
    for (const [place, { input }] of scans.entries()) {
      const batch = batches[place]!;
      batch.watermarksMs!.set(first!.watermarksMs!);
      input.accept(batch);
    }
    for (const { input } of scans) input.advance(watermark.ms, false, noCause);
  }

  #batchOf(rows: readonly InputRow[], { schema }: Scan): ColumnBatch {
    const values = rows.map((row) => schema.columns.map(({ name }) => row[name] ?? null));
    const batch = batchOfRows(schema, values);
    batch.eventTimesMs = Float64Array.from(rows, (row) => row[this.#options.timeColumn] as number);
    batch.rowIndexes = Int32Array.from(rows, (_, index) => index);
    batch.watermarksMs = new Float64Array(rows.length);
    return batch;
  }

  #open(): Pipeline {
    const accept = (batch: ColumnBatch) => {
      const into = { final: this.finals, first: this.firsts, open: this.opens }[batch.standing];
      for (let row = 0; row < batch.rowCount; row++) {
        into.push({ kind: rowKindSigns[batch.kinds?.[row] ?? 0]!, values: readRow(batch, row) });
      }
    };
    const { mode, firstAnswers = "shown" } = this.#options;
    const options = { mode, stateBytesMax: 2 ** 26, firstAnswers };
    return buildPipeline(this.#plan, { accept, advance: () => {} }, options);
  }
}

/** Rows that are not behind the watermark: those for which the test holds of their time and of it. */
export function rowsInTime(
  rows: readonly InputRow[],
  { timeColumn, delayMs }: PlanRunOptions,
  isInTime: (timeMs: number, watermarkMs: number) => boolean,
): readonly InputRow[] {
  let watermark = Number.NEGATIVE_INFINITY;
  return rows.filter((row) => {
    const time = row[timeColumn] as number;
    const kept = isInTime(time, watermark);
    watermark = Math.max(watermark, time - delayMs);
    return kept;
  });
}
