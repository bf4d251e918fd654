/** An operator that reads one relation and is its own input; a watermark passes it unchanged. */
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import { CountedOperator } from "./counted-operator.ts";
import type { Output } from "./operator.ts";

export abstract class SingleInputOperator extends CountedOperator implements Output {
  readonly inputs: readonly Output[] = [this];
  protected readonly output: Output;

  constructor(output: Output) {
    super();
    this.output = output;
  }

  abstract accept(batch: ColumnBatch): void;

  advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    this.output.advance(watermarkMs, idle, cause);
  }
}
