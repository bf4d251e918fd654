/**
 * Rows that a query writes into a stream, as the stream's JSON, gathered until the step that made them has
 * been taken.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { timeStyleOf } from "../../catalog/json-style.ts";
import { GrowingLine } from "../../functions/row-text/growing-line.ts";
import { jsonRowWriter } from "../../functions/row-text/json-line.ts";
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
const bytesAtFirst = 1024;

/** What one query wrote. The bytes are good until it writes again. */
export interface WrittenPart {
  readonly bytes: Uint8Array;
  /** Of each row. */
  readonly ends: readonly number[];
  readonly kinds: readonly RowKind[];
  readonly timesMs: readonly number[];
}

/** What a query has said of its time: no row at or before it comes any more, but late ones. */
export interface ToldTime {
  readonly watermarkMs: number;
  readonly isIdle: boolean;
}

/** What a query's time is worth in the stream that it writes. */
export interface WriterTime {
  /** Whether it is that of the stream. */
  readonly followsTime: boolean;
  /** Whether none of its rows is at or behind it. */
  readonly isNeverBehind: boolean;
}

/** Of late rows: their stream's time is when they came. */
export const ownTime: WriterTime = { followsTime: false, isNeverBehind: false };

/** The end of one query that writes the stream. */
export class WrittenRows implements Output {
  readonly #write: ReturnType<typeof jsonRowWriter>;
  readonly #timeColumn: number | undefined;
  readonly #takes: Standing;
  readonly #line = new GrowingLine();
  #ends: number[] = [];
  #kinds: RowKind[] = [];
  #timesMs: number[] = [];
  readonly worth: WriterTime;
  time: ToldTime = { watermarkMs: Number.NEGATIVE_INFINITY, isIdle: false };

  constructor(table: TableDefinition, takes: Standing, worth: WriterTime) {
    this.#write = jsonRowWriter(table.schema, timeStyleOf(table));
    this.#timeColumn = table.watermark?.column;
    this.#takes = takes;
    this.worth = worth;
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
      this.#write(this.#line, batch, row);
      this.#end(time as number, kind === rowKind.delete ? kind : rowKind.insert);
    }
  }

  advance(watermarkMs: number, isIdle: boolean): void {
    this.time = { watermarkMs, isIdle };
  }

  add(text: string, eventTimeMs: number): void {
    this.#line.text(text);
    this.#end(eventTimeMs, rowKind.insert);
  }

  #end(eventTimeMs: number, kind: RowKind): void {
    this.#ends.push(this.#line.length);
    this.#kinds.push(kind);
    this.#timesMs.push(eventTimeMs);
  }

  /** The rows since the last call. */
  take(): WrittenPart {
    const part = {
      bytes: this.#line.bytes,
      ends: this.#ends,
      kinds: this.#kinds,
      timesMs: this.#timesMs,
    };
    this.#line.clear();
    if (this.#ends.length > 0) [this.#ends, this.#kinds, this.#timesMs] = [[], [], []];
    return part;
  }
}

/** Rows of one cause as steps, each of bounded size. */
export function stepsOf(
  parts: readonly WrittenPart[],
  cause: Cause,
  producerWatermarkMs: number,
): readonly StepRows[] {
  const steps: StepRows[] = [];
  let firstIndex = 0;
  let step = new StepBuilder();
  const end = () => {
    if (step.rowCount === 0) return;
    steps.push(step.build(firstIndex, cause, producerWatermarkMs));
    firstIndex += step.rowCount;
    step = new StepBuilder();
  };
  for (const part of parts) {
    let from = 0;
    for (let row = 0; row < part.ends.length; row++) {
      const to = part.ends[row]!;
      if (!step.hasRoomFor(to - from)) end();
      step.add(part, row, from, to);
      from = to;
    }
  }
  end();
  return steps;
}

class StepBuilder {
  /** Most causes write nothing, or a row. */
  #bytes = new Uint8Array(0);
  #byteCount = 0;
  readonly #ends: number[] = [];
  readonly #kinds: RowKind[] = [];
  #changes = false;
  #leastMs = Number.POSITIVE_INFINITY;
  #greatestMs = Number.NEGATIVE_INFINITY;

  get rowCount(): number {
    return this.#ends.length;
  }

  /** A row that is larger than a step may be has one of its own. */
  hasRoomFor(byteCount: number): boolean {
    return this.rowCount < stepRowsMax && this.#byteCount + byteCount <= stepBytesMax;
  }

  add({ bytes, kinds, timesMs }: WrittenPart, row: number, from: number, to: number): void {
    const end = this.#byteCount + to - from;
    // Behind the bytes is what a decoder may look at.
    if (end + padding > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, end + padding, bytesAtFirst));
      grown.set(this.#bytes.subarray(0, this.#byteCount));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes.subarray(from, to), this.#byteCount);
    this.#byteCount = end;
    this.#ends.push(end);
    this.#kinds.push(kinds[row]!);
    this.#changes ||= kinds[row] !== rowKind.insert;
    const time = timesMs[row]!;
    if (time < this.#leastMs) this.#leastMs = time;
    if (time > this.#greatestMs) this.#greatestMs = time;
  }

  build(firstIndex: number, { stepNumber, partition }: Cause, producerWatermarkMs: number): StepRows {
    const isTimed = this.#leastMs <= this.#greatestMs;
    return {
      rowCount: this.rowCount,
      rowEnds: Int32Array.from(this.#ends),
      bytes: this.#bytes.subarray(0, this.#byteCount),
      eventTimeMinMs: isTimed ? this.#leastMs : undefined,
      eventTimeMaxMs: isTimed ? this.#greatestMs : undefined,
      rowKinds: this.#changes ? Uint8Array.from(this.#kinds) : undefined,
      causeIndexes: Uint32Array.from(this.#ends, (_, place) => firstIndex + place),
      cause: { step: stepNumber as StepNumber, partition, producerWatermarkMs },
    };
  }
}
