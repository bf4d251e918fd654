/** Where several read one stage: what it gives goes to each, in the order in which the plan names them. */
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import type { Output } from "./operator.ts";

export class FanOut implements Output {
  readonly #outputs: Output[] = [];

  add(output: Output): void {
    this.#outputs.push(output);
  }

  accept(batch: ColumnBatch): void {
    for (const output of this.#outputs) output.accept(batch);
  }

  advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    for (const output of this.#outputs) output.advance(watermarkMs, idle, cause);
  }
}
