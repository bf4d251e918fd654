/**
 * What a stage of a plan has given on: it stands between two operators and counts by the batch. Rows that
 * stand are counted, and first answers beside them; an open row comes again and again.
 */
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import type { Output } from "../operators/operator.ts";

const never = Number.NEGATIVE_INFINITY;

export class StageGauge implements Output {
  readonly node: LogicalPlan;
  readonly #output: Output;
  #finals = 0;
  #firsts = 0;
  #lastRowAtMs = never;
  #watermarkMs = never;

  constructor(node: LogicalPlan, output: Output) {
    this.node = node;
    this.#output = output;
  }

  /** Rows that stand, or where only first answers are taken, these. */
  rowsGiven(takesFirst: boolean): number {
    return takesFirst && this.#firsts > 0 ? this.#firsts : this.#finals;
  }

  /** Append time of the step that made it give a row last; undefined before the first. */
  get lastRowAtMs(): number | undefined {
    return this.#lastRowAtMs === never ? undefined : this.#lastRowAtMs;
  }

  /** Undefined while there is none. */
  get watermarkMs(): number | undefined {
    return this.#watermarkMs === never ? undefined : this.#watermarkMs;
  }

  accept(batch: ColumnBatch): void {
    if (batch.standing !== "open") {
      if (batch.standing === "final") this.#finals += batch.rowCount;
      else this.#firsts += batch.rowCount;
      this.#lastRowAtMs = batch.cause.appendTimeMs;
    }
    this.#output.accept(batch);
  }

  advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    this.#watermarkMs = watermarkMs;
    this.#output.advance(watermarkMs, idle, cause);
  }

  get numbers(): readonly number[] {
    return [this.#finals, this.#firsts, this.#lastRowAtMs, this.#watermarkMs];
  }

  restore([finals, firsts, lastRowAtMs, watermarkMs]: readonly number[]): void {
    this.#finals = finals!;
    this.#firsts = firsts!;
    this.#lastRowAtMs = lastRowAtMs!;
    this.#watermarkMs = watermarkMs!;
  }
}

const numbersEach = 4;

/** All of a pipeline, as one part. */
export function freezeGauges(gauges: readonly StageGauge[]): PartImage {
  return { numbers: gauges.flatMap(({ numbers }) => numbers), states: [] };
}

export function restoreGauges(gauges: readonly StageGauge[], { numbers }: PartImage): void {
  for (const [place, gauge] of gauges.entries())
    gauge.restore(numbers.slice(place * numbersEach, (place + 1) * numbersEach));
}
