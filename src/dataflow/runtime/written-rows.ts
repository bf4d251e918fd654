/**
 * Rows that a query writes into a stream, as the stream's JSON, gathered until the step that made them has
 * been taken.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { timeStyleOf } from "../../catalog/json-style.ts";
import { jsonLineBytes } from "../../functions/row-text/json-line.ts";
import type { StepNumber, StepRows } from "../../log/event-log.ts";
import { readValue } from "../../values/column-access.ts";
import {
  type Cause,
  type ColumnBatch,
  type RowKind,
  rowKind,
  type Standing,
} from "../../values/column-batch.ts";
import { padding } from "../../values/json/scan.ts";
import type { Output } from "../operators/operator.ts";

/** A step holds at most this much, so that a reader's memory is bounded. */
const stepBytesMax = 1024 * 1024;
const stepRowsMax = 65_536;

interface WrittenRow {
  readonly bytes: Buffer;
  readonly kind: RowKind;
  readonly eventTimeMs: number;
}

/** What a query has said of its time: no row at or before it comes any more, but late ones. */
export interface ToldTime {
  readonly watermarkMs: number;
  readonly isIdle: boolean;
}

/** The end of one query that writes the stream. */
export class WrittenRows implements Output {
  readonly #write: ReturnType<typeof jsonLineBytes>;
  readonly #timeColumn: number | undefined;
  readonly #takes: Standing;
  #rows: WrittenRow[] = [];
  /** Whether its time is that of the stream. */
  readonly followsTime: boolean;
  time: ToldTime = { watermarkMs: Number.NEGATIVE_INFINITY, isIdle: false };

  constructor(table: TableDefinition, takes: Standing, followsTime: boolean) {
    this.#write = jsonLineBytes(table.schema, timeStyleOf(table));
    this.#timeColumn = table.watermark?.column;
    this.#takes = takes;
    this.followsTime = followsTime;
  }

  accept(batch: ColumnBatch): void {
    if (batch.standing !== this.#takes) return;
    for (let row = 0; row < batch.rowCount; row++) {
      const kind = (batch.kinds?.[row] ?? rowKind.insert) as RowKind;
      // The row that replaces it comes next, under the same key.
      if (kind === rowKind.updateBefore) continue;
      // A first answer is given once, whatever becomes of it.
      if (kind === rowKind.delete && batch.standing === "first") continue;
      const time = this.#timeColumn === undefined ? Number.NaN : readValue(batch, this.#timeColumn, row);
      this.#add(this.#write(batch, row), time as number, kind === rowKind.delete ? kind : rowKind.insert);
    }
  }

  advance(watermarkMs: number, isIdle: boolean): void {
    this.time = { watermarkMs, isIdle };
  }

  add(text: string, eventTimeMs: number): void {
    this.#add(text, eventTimeMs, rowKind.insert);
  }

  #add(row: string | Buffer, eventTimeMs: number, kind: RowKind): void {
    this.#rows.push({ bytes: Buffer.from(row as string), kind, eventTimeMs });
  }

  /** The rows since the last call. */
  take(): readonly WrittenRow[] {
    const rows = this.#rows;
    if (rows.length > 0) this.#rows = [];
    return rows;
  }
}

/** Rows of one cause as steps, each of bounded size; behind their bytes is what a decoder may look at. */
export function stepsOf(
  rows: readonly WrittenRow[],
  cause: Cause,
  producerWatermarkMs: number,
): readonly StepRows[] {
  const steps: StepRows[] = [];
  for (let from = 0; from < rows.length; ) {
    let to = from;
    let byteCount = 0;
    do byteCount += rows[to++]!.bytes.length;
    while (to < rows.length && to - from < stepRowsMax && byteCount + rows[to]!.bytes.length <= stepBytesMax);
    steps.push(stepOf(rows.slice(from, to), byteCount, from, cause, producerWatermarkMs));
    from = to;
  }
  return steps;
}

function stepOf(
  rows: readonly WrittenRow[],
  byteCount: number,
  firstIndex: number,
  { stepNumber, partition }: Cause,
  producerWatermarkMs: number,
): StepRows {
  const bytes = new Uint8Array(byteCount + padding);
  const rowEnds = new Int32Array(rows.length);
  const times = rows.map(({ eventTimeMs }) => eventTimeMs).filter((time) => !Number.isNaN(time));
  let end = 0;
  for (const [place, row] of rows.entries()) {
    bytes.set(row.bytes, end);
    end += row.bytes.length;
    rowEnds[place] = end;
  }
  return {
    rowCount: rows.length,
    rowEnds,
    bytes: bytes.subarray(0, byteCount),
    eventTimeMinMs: leastOf(times, Math.min),
    eventTimeMaxMs: leastOf(times, Math.max),
    rowKinds: rows.every(({ kind }) => kind === rowKind.insert)
      ? undefined
      : Uint8Array.from(rows, ({ kind }) => kind),
    causeIndexes: Uint32Array.from(rows, (_, place) => firstIndex + place),
    cause: { step: stepNumber as StepNumber, partition, producerWatermarkMs },
  };
}

function leastOf(times: readonly number[], of: (one: number, other: number) => number): number | undefined {
  return times.length === 0 ? undefined : times.reduce((one, other) => of(one, other));
}
