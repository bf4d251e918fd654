/** Late rows of a query as rows of its relation `…$late` (`catalog/late-rows.ts`). */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { fileText } from "../../functions/row-text/file-text.ts";
import { jsonLineWriter } from "../../functions/row-text/json-line.ts";
import type { LineWriter } from "../../functions/row-text/line-writer.ts";
import { readValue } from "../../values/column-access.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { LateRows, LateWindow } from "../operators/operator.ts";
import type { StepOrigin } from "./step-origin.ts";
import type { WrittenRows } from "./written-rows.ts";

export class LateEvents implements LateRows {
  readonly #table: TableDefinition;
  readonly #origin: StepOrigin;
  readonly #rows: WrittenRows;
  readonly #writers = new Map<string, LineWriter>();
  /** A row that both sides of a join with itself take is late once. */
  #last = "";

  constructor(table: TableDefinition, origin: StepOrigin, rows: WrittenRows) {
    this.#table = table;
    this.#origin = origin;
    this.#rows = rows;
  }

  add(rowIndex: number | undefined, lateByMs: number, window?: LateWindow): void {
    if (rowIndex === undefined) return;
    const { table, cause } = this.#origin;
    const place = `${cause.stepNumber} ${cause.partition} ${table.name} ${rowIndex} ${window?.endMs}`;
    if (place === this.#last) return;
    this.#last = place;
    const event = this.#origin.row(rowIndex);
    const { name, type } = this.#column("late_watermark");
    const time = table.watermark === undefined ? undefined : readValue(event, table.watermark.column, 0);
    const told: Record<string, string | number | null> = {
      late_stream: table.name,
      late_at: new Date(cause.appendTimeMs).toISOString(),
      // A time that is computed stands in no column of the event.
      [name]: timeText(time === undefined ? cause.appendTimeMs : (time as number) + lateByMs, type),
      late_by_ms: lateByMs,
      late_window_start: window?.startMs === undefined ? null : this.#windowText(window.startMs),
      late_window_end: window === undefined ? null : this.#windowText(window.endMs),
    };
    const text = this.#writerOf(table)(event, 0);
    const isEmpty = text.length === 2;
    this.#rows.add(
      `${text.slice(0, -1)}${isEmpty ? "" : ","}${JSON.stringify(told).slice(1)}`,
      cause.appendTimeMs,
    );
  }

  #windowText(ms: number): string {
    return timeText(ms, this.#column("late_window_end").type);
  }

  #column(name: string) {
    return this.#table.schema.columns.find((column) => column.name === name)!;
  }

  #writerOf({ name, schema }: TableDefinition): LineWriter {
    let writer = this.#writers.get(name);
    if (writer === undefined) {
      writer = jsonLineWriter(schema, "iso");
      this.#writers.set(name, writer);
    }
    return writer;
  }
}

function timeText(ms: number, type: SqlType): string {
  return fileText(ms, type, "iso");
}
