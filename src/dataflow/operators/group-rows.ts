/**
 * Groups of a window aggregation as rows of its plan's schema, in batches: the keys, the window's properties,
 * the aggregates. Memory is kept and used again.
 */
import type { WindowAggregate } from "../../sql/plan/logical-plan.ts";
import { allocateBatch } from "../../values/column-access.ts";
import {
  type Cause,
  type ColumnBatch,
  noCause,
  type RowKind,
  rowKind,
  type Standing,
} from "../../values/column-batch.ts";
import type { GroupRowKernel } from "../codegen/group-row-kernel.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import { makeGroupRow } from "../codegen/make-kernels.ts";
import { batchRowsMax } from "../runtime/batches.ts";
import type { Output } from "./operator.ts";
import type { WindowGroups } from "./window-groups.ts";
import type { WindowReceiver } from "./windows.ts";

export class GroupRows implements WindowReceiver {
  readonly #write: GroupRowKernel;
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
  constructor(groups: WindowGroups, plan: WindowAggregate, output: Output, mode: KernelMode, keys = groups) {
    this.#output = output;
    this.#rows = allocateBatch(plan.schema, batchRowsMax);
    this.#write = makeGroupRow({ plan, rows: this.#rows, groups, keys }, mode);
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
    const rows = this.#rows;
    const row = rows.rowCount++;
    this.#kinds[row] = kind;
    this.#arenaEnd = this.#write(row, keys, values, this.#startMs, this.#endMs, this.#arenaEnd);
    // The event time of a window's row is the window's last instant.
    this.#eventTimesMs[row] = this.#endMs - 1;
    if (rows.rowCount === batchRowsMax) this.#push();
  }

  end(): void {
    if (this.#rows.rowCount > 0) this.#push();
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
