/**
 * Between two operators of a stream that takes first answers: what the one tells when a row comes is a row
 * for the other, once, and what it tells behind the watermark is for nobody.
 */
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import type { Output } from "./operator.ts";

export class FirstAnswers implements Output {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  accept(batch: ColumnBatch): void {
    if (batch.standing !== "first") return;
    batch.standing = "final";
    this.#output.accept(batch);
    batch.standing = "first";
  }

  advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    this.#output.advance(watermarkMs, idle, cause);
  }
}
