/**
 * Groups of a window aggregation as rows of its plan's schema, in batches: the keys, the window's properties,
 * the aggregates. Memory is kept and used again.
 */
import type { WindowAggregate } from "../../sql/plan/logical-plan.ts";
import { type RowKind, rowKind } from "../../values/column-batch.ts";
import type { GroupRowKernel } from "../codegen/group-row-kernel.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import { makeGroupRow } from "../codegen/make-kernels.ts";
import { BatchOutput } from "./batch-output.ts";
import type { Output } from "./operator.ts";
import type { WindowGroups } from "./window-groups.ts";
import type { WindowReceiver } from "./windows.ts";

export class GroupRows extends BatchOutput implements WindowReceiver {
  readonly #write: GroupRowKernel;
  #startMs = 0;
  #endMs = 0;
  /** Whether somebody is told of open rows: of one that has gone it must be told too. */
  tellsOpen = false;
  readonly #keys: WindowGroups;
  readonly #isEmpty: ((values: number) => boolean) | undefined;

  /** Keys are read where they lie with the aggregates, or elsewhere; a group may be left without rows. */
  constructor(
    groups: WindowGroups,
    plan: WindowAggregate,
    output: Output,
    mode: KernelMode,
    keys = groups,
    isEmpty?: (values: number) => boolean,
  ) {
    super(plan.schema, output, true);
    this.#isEmpty = isEmpty;
    this.#keys = keys;
    this.#write = makeGroupRow({ plan, rows: this.rows, groups, keys }, mode);
  }

  begin(windowStartMs: number, windowEndMs: number): void {
    this.#startMs = windowStartMs;
    this.#endMs = windowEndMs;
  }

  group(keys: number, values: number): void {
    if (this.#isEmpty?.(values) === true) this.#takeBackOpen(keys, values);
    else this.#add(keys, values, rowKind.insert);
  }

  remove(keys: number, values: number): void {
    this.#add(keys, values, rowKind.delete);
  }

  end(): void {
    this.flush();
  }

  /** One that is closing was told of as gone, unless it has changed since then. */
  #takeBackOpen(keys: number, values: number): void {
    if (this.standing === "open") this.remove(keys, values);
    else if (this.tellsOpen && this.#keys.numberOf(keys, this.#keys.layout.changed) === 1) {
      this.flush();
      this.standing = "open";
      this.remove(keys, values);
      this.flush();
      this.standing = "final";
    }
  }

  /** The event time of a window's row is the window's last instant. */
  #add(keys: number, values: number, kind: RowKind): void {
    const row = this.addRow(kind, this.#endMs - 1);
    this.arenaEnd = this.#write(row, keys, values, this.#startMs, this.#endMs, this.arenaEnd);
  }
}
