/**
 * One query over one table with a watermark, fed in batches as a stream source does it: each batch is a
 * round, judged row by row, then the watermark. The operators may be frozen and put elsewhere meanwhile.
 */
import { Catalog } from "../../src/catalog/catalog.ts";
import type { KernelMode } from "../../src/dataflow/codegen/kernels.ts";
import { buildPipeline, type Pipeline } from "../../src/dataflow/physical/build-pipeline.ts";
import { SourceWatermark } from "../../src/dataflow/time/source-watermark.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";
import type { LogicalPlan } from "../../src/sql/plan/logical-plan.ts";
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
}

export class PlanRun {
  readonly finals: ToldRow[] = [];
  readonly firsts: ToldRow[] = [];
  readonly opens: ToldRow[] = [];
  readonly #plan: LogicalPlan;
  readonly #options: PlanRunOptions;
  readonly #watermark: SourceWatermark;
  #pipeline: Pipeline;

  constructor(plan: LogicalPlan, options: PlanRunOptions) {
    this.#plan = plan;
    this.#options = options;
    const { delayMs } = options;
    this.#watermark = new SourceWatermark({ delayMs, idleMs: 1_000_000, partitionCount: 1 });
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

  feed(rows: readonly InputRow[], batchRows: number): void {
    for (let from = 0; from < rows.length; from += batchRows) this.#round(rows.slice(from, from + batchRows));
  }

  end(): void {
    this.#pipeline.scans[0]!.input.advance(Number.POSITIVE_INFINITY, false, noCause);
  }

  deliverOpen(): void {
    for (const operator of this.#pipeline.openers) operator.deliverOpen(false);
  }

  /** Freezes all operators, lets these ones go on with other rows, and goes on with new ones. */
  moveElsewhere(lostRows: readonly InputRow[]): void {
    const images = this.#pipeline.operators.map((operator) => operator.freeze());
    const kept = [this.finals, this.firsts, this.opens].map((rows) => rows.length);
    const batch = this.#batchOf(lostRows);
    batch.watermarksMs!.fill(Number.NEGATIVE_INFINITY);
    this.#pipeline.scans[0]!.input.accept(batch);
    for (const [index, rows] of [this.finals, this.firsts, this.opens].entries()) rows.length = kept[index]!;
    this.#pipeline = this.#open();
    for (const [index, operator] of this.#pipeline.operators.entries()) operator.restore(images[index]!);
  }

  #round(rows: readonly InputRow[]): void {
    const batch = this.#batchOf(rows);
    this.#watermark.take(0, batch.eventTimesMs!, rows.length, batch.watermarksMs!, 0);
    const { input } = this.#pipeline.scans[0]!;
    input.accept(batch);
    input.advance(this.#watermark.ms, false, noCause);
  }

  #batchOf(rows: readonly InputRow[]): ColumnBatch {
    const { schema } = this.#pipeline.scans[0]!.scan;
    const values = rows.map((row) => schema.columns.map(({ name }) => row[name] ?? null));
    const batch = batchOfRows(schema, values);
    batch.eventTimesMs = Float64Array.from(rows, (row) => row[this.#options.timeColumn] as number);
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
    const options = { mode: this.#options.mode, stateBytesMax: 2 ** 26, firstAnswers: true };
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
