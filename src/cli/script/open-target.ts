/** A table that an INSERT writes, while it does: names the rows for its sink and counts them. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import type { ConnectorContext, Sink } from "../../connectors/connector.ts";
import type { Output } from "../../dataflow/operators/operator.ts";
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import { connectorOf } from "./checked-script.ts";
import { counted } from "./counted.ts";

export class OpenTarget implements Output {
  readonly sink: Sink;
  readonly #table: TableDefinition;
  #rowsWritten = 0;
  #cause: Cause | undefined;
  #index = 0;

  constructor(table: TableDefinition, context: ConnectorContext) {
    this.#table = table;
    this.sink = connectorOf(table)!.openSink!(table, context);
  }

  accept(batch: ColumnBatch): void {
    if (batch.cause !== this.#cause) this.#index = 0;
    this.#cause = batch.cause;
    this.sink.write(batch, this.#index);
    this.#index += batch.rowCount;
    this.#rowsWritten += batch.rowCount;
  }

  advance(): void {}

  /** What is printed is seen. */
  notes(): string[] {
    if (connectorOf(this.#table)!.name === "print") return [];
    return [`${counted(this.#rowsWritten, "row")} written to ${this.#table.name}.`];
  }
}
