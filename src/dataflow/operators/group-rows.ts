/**
 * Groups of a window aggregation as rows of its plan's schema, in batches: the keys, the window's properties,
 * the aggregates. Memory is kept and used again.
 */
import type { WindowAggregate } from "../../sql/plan/logical-plan.ts";
import { allocateBatch, writeValue } from "../../values/column-access.ts";
import {
  type Cause,
  type ColumnBatch,
  noCause,
  type RowKind,
  rowKind,
  type Standing,
} from "../../values/column-batch.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import { copyKey, readKey } from "./group-slot.ts";
import type { Output } from "./operator.ts";
import type { WindowGroups } from "./window-groups.ts";
import type { WindowReceiver } from "./windows.ts";

export class GroupRows implements WindowReceiver {
  readonly #groups: WindowGroups;
  readonly #keys: WindowGroups;
  readonly #plan: WindowAggregate;
  readonly #output: Output;
  readonly #rows: ColumnBatch;
  readonly #kinds = new Uint8Array(batchRowsMax);
  readonly #eventTimesMs = new Float64Array(batchRowsMax);
  readonly #watermarksMs = new Float64Array(batchRowsMax);
  #startMs = 0;
  #endMs = 0;
  #arenaEnd = 0;
  cause: Cause = noCause;
  standing: Standing = "final";
  /** What the output has been advanced to: no row that follows is late for it. */
  watermarkMs = Number.NEGATIVE_INFINITY;

  /** Keys are read where they lie with the aggregates, or elsewhere. */
  constructor(groups: WindowGroups, plan: WindowAggregate, output: Output, keys = groups) {
    this.#groups = groups;
    this.#keys = keys;
    this.#plan = plan;
    this.#output = output;
    this.#rows = allocateBatch(plan.schema, batchRowsMax);
  }

  begin(windowStartMs: number, windowEndMs: number): void {
    this.#startMs = windowStartMs;
    this.#endMs = windowEndMs;
  }

  group(keys: number, values: number): void {
    this.#add(keys, values, rowKind.insert);
  }

  remove(keys: number, values: number): void {
    this.#rows.kinds = this.#kinds;
    this.#add(keys, values, rowKind.delete);
  }

  #add(keys: number, values: number, kind: RowKind): void {
    const { layout, state } = this.#keys;
    const { aggregates } = this.#groups;
    const rows = this.#rows;
    const row = rows.rowCount++;
    this.#kinds[row] = kind;
    let column = 0;
    for (const place of this.#plan.keys.keys()) {
      const key = layout.keys[place]!;
      this.#arenaEnd = copyKey(state, keys, key, rows, column++, row, this.#arenaEnd);
    }
    for (const property of this.#plan.properties) {
      const end = property === "window_end" ? this.#endMs : this.#endMs - 1;
      this.#write(column++, row, property === "window_start" ? this.#startOf(keys) : end);
    }
    for (let call = 0; call < aggregates.shape.calls.length; call++) {
      this.#write(column++, row, aggregates.result(values, call));
    }
    // The event time of a window's row is the window's last instant.
    this.#eventTimesMs[row] = this.#endMs - 1;
    if (rows.rowCount === batchRowsMax) this.#push();
  }

  end(): void {
    if (this.#rows.rowCount > 0) this.#push();
  }

  /** Of rows that came with their window the start is a key of the group, behind those of the plan. */
  #startOf(address: number) {
    if (this.#plan.window.kind !== "ATTACHED") return this.#startMs;
    return readKey(this.#groups.state, address, this.#groups.layout.keys.at(-1)!);
  }

  #write(column: number, row: number, value: Parameters<typeof writeValue>[3]): void {
    this.#arenaEnd = writeValue(this.#rows, column, row, value, this.#arenaEnd);
  }

  #push(): void {
    const rows = this.#rows;
    rows.cause = this.cause;
    rows.standing = this.standing;
    rows.eventTimesMs = this.#eventTimesMs;
    rows.watermarksMs = this.#watermarksMs.fill(this.watermarkMs, 0, rows.rowCount);
    this.#output.accept(rows);
    rows.rowCount = 0;
    rows.kinds = null;
    this.#arenaEnd = 0;
  }
}
