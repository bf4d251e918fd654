/**
 * SESSION as rows: each row with start, end and time of its session behind its columns, when the session is
 * closed; before that nobody knows its end. For queries that do not group by the columns of PARTITION BY; an
 * aggregation by these makes its sessions itself.
 *
 * State      the open sessions of each key (`sessions.ts`) and all of their rows.
 * Retraction a row that is taken back is found by all of its columns, and not given when its session closes,
 *            which does not shrink. One that is not kept, because it was late or its session is closed, is
 *            late. So every row that is given stands.
 * Watermark  gives the rows of the sessions whose end − 1 ms it has reached, ascending by end, those of a
 *            session as they came.
 * Late       as in `session-aggregate.ts`.
 * Checkpoint the sessions, the rows, the counters, the last watermark.
 * Cost       a row: one probe, a walk from the last session of its key, a copy in and out.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { AssignWindows, SessionWindow } from "../../sql/plan/logical-plan.ts";
import { isUpdating } from "../../sql/plan/traits.ts";
import type { Lane, LaneSpec, PartImage } from "../../state/keyed-state.ts";
import { type Cause, type ColumnBatch, rowKind } from "../../values/column-batch.ts";
import type { LocateKernel } from "../codegen/locate-kernel.ts";
import { makeLocate } from "../codegen/make-kernels.ts";
import { isTakenBack } from "../codegen/window-kernel.ts";
import { batchRowsMax, identitySelection } from "../runtime/batches.ts";
import type { HeldRows, Output } from "./operator.ts";
import { RowOutput } from "./row-output.ts";
import { RowStore } from "./row-store.ts";
import type { SessionOptions } from "./session-aggregate.ts";
import { Sessions } from "./sessions.ts";
import { SingleInputOperator } from "./single-input-operator.ts";

const ownLanes: readonly LaneSpec[] = [
  { name: "newest row", kind: "i32" },
  { name: "oldest row", kind: "i32" },
];
const rowLanes: readonly LaneSpec[] = [
  { name: "arrival", kind: "f64" },
  { name: "older", kind: "i32" },
  // It was taken back.
  { name: "gone", kind: "u8" },
];

export class SessionWindowsOperator extends SingleInputOperator {
  readonly name = "SESSION";
  readonly #window: SessionWindow;
  readonly #columnCount: number;
  readonly #sessions: Sessions;
  readonly #store: RowStore;
  readonly #locate: LocateKernel;
  readonly #rows: RowOutput;
  readonly #newest: Lane;
  readonly #oldest: Lane;
  readonly #arrival: Lane;
  readonly #older: Lane;
  readonly #gone: Lane;
  /** Rows are found by what they hold. */
  readonly #losesRows: boolean;
  readonly #addresses = new Int32Array(batchRowsMax);
  #arrivals = 0;
  #idle = false;

  constructor(
    plan: AssignWindows & { readonly window: SessionWindow },
    output: Output,
    options: SessionOptions,
  ) {
    super(output);
    const { window, input, schema } = plan;
    const bytesMax = Math.floor(options.stateBytesMax / 2);
    const keyTypes = window.partition.map((key) => input.schema.columns[key]!.type);
    this.#window = window;
    this.#columnCount = input.schema.columns.length;
    this.#sessions = new Sessions(this.name, keyTypes, window.gapMs, bytesMax, {
      lanes: ownLanes,
      merge: (into, from) => this.#merge(into, from),
    });
    this.#store = new RowStore(this.name, input.schema, rowLanes, bytesMax);
    this.#locate = makeLocate(this.#sessions.keys, window.partition, options.mode);
    this.#rows = new RowOutput(this.#store, schema, output, true);
    this.#newest = this.#sessions.lane("newest row");
    this.#oldest = this.#sessions.lane("oldest row");
    this.#arrival = this.#store.lane("arrival");
    this.#older = this.#store.lane("older");
    this.#gone = this.#store.lane("gone");
    this.#losesRows = isUpdating(input);
  }

  accept(batch: ColumnBatch): void {
    assert(batch.standing === "final", "sessions are made of rows that stand");
    this.counters.rowsIn += batch.rowCount;
    this.#rows.cause = batch.cause;
    this.#locate(batch, identitySelection, batch.rowCount, this.#addresses);
    const times = (batch.columns[this.#window.timeColumn] as { readonly values: Float64Array }).values;
    const watermarks = batch.watermarksMs!;
    for (let row = 0; row < batch.rowCount; row++) {
      if (this.#sessions.isDue(watermarks[row]!)) this.#close(watermarks[row]!);
      const isKept = isTakenBack(batch, row)
        ? this.#takeBack(batch, row)
        : this.#take(this.#addresses[row]!, batch, row, times[row]!, watermarks[row]!);
      if (!isKept) this.tellLate(batch, row);
    }
    this.#sessions.freeEmptyKeys(this.#addresses.subarray(0, batch.rowCount));
  }

  override advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    this.#rows.cause = cause;
    this.#idle = idle;
    this.#close(watermarkMs);
    this.#sessions.freeEmptyKeys(new Int32Array(0));
  }

  override held(): HeldRows {
    return { ...this.#sessions.held, rows: this.#store.rowCount };
  }

  protected override freezeState(): PartImage {
    const { numbers, states } = this.#sessions.freeze();
    return {
      numbers: [this.#rows.watermarkMs, this.#arrivals, ...numbers],
      states: [this.#store.freeze(), ...states],
    };
  }

  protected override restoreState({ numbers, states }: PartImage): void {
    const [watermarkMs = Number.NEGATIVE_INFINITY, arrivals = 0, ...ofSessions] = numbers;
    this.#rows.watermarkMs = watermarkMs;
    this.#arrivals = arrivals;
    this.#store.restore(states[0]!);
    this.#sessions.restore(ofSessions, states.slice(1));
  }

  /** Answers whether there is a session for the row. */
  #take(key: number, batch: ColumnBatch, row: number, timeMs: number, watermarkMs: number): boolean {
    const session = this.#sessions.take(key, timeMs, watermarkMs);
    if (session !== 0) this.#keep(session, batch, row);
    return session !== 0;
  }

  /** Answers whether the row was kept: of equal ones the first goes. */
  #takeBack(batch: ColumnBatch, row: number): boolean {
    let kept = 0;
    let arrival = Number.POSITIVE_INFINITY;
    this.#store.findSame(batch, row, this.#store.hashOf(batch, row), (found) => {
      const ofFound = this.#store.number(found, this.#arrival);
      if (ofFound >= arrival || this.#store.number(found, this.#gone) === 1) return;
      kept = found;
      arrival = ofFound;
    });
    if (kept !== 0) this.#store.setNumber(kept, this.#gone, 1);
    return kept !== 0;
  }

  #keep(session: number, batch: ColumnBatch, row: number): void {
    const { groups } = this.#sessions;
    this.#arrivals++;
    const sequence = this.#losesRows ? this.#store.hashOf(batch, row) : this.#arrivals;
    const address = this.#store.add(batch, row, sequence);
    this.#store.setNumber(address, this.#arrival, this.#arrivals);
    const before = groups.numberOf(session, this.#newest);
    this.#store.setNumber(address, this.#older, before);
    if (before === 0) groups.setNumber(session, this.#oldest, address);
    groups.setNumber(session, this.#newest, address);
  }

  /** The rows of the one are chained to those of the other; their order is found when they are given. */
  #merge(into: number, from: number): void {
    const { groups } = this.#sessions;
    this.#store.setNumber(
      groups.numberOf(from, this.#oldest),
      this.#older,
      groups.numberOf(into, this.#newest),
    );
    groups.setNumber(into, this.#newest, groups.numberOf(from, this.#newest));
  }

  #close(watermarkMs: number): void {
    const sessions = this.#sessions;
    for (
      let session = sessions.takeDue(watermarkMs);
      session !== 0;
      session = sessions.takeDue(watermarkMs)
    ) {
      this.#give(session);
      sessions.release(session);
    }
    this.#rows.flush();
    this.#rows.watermarkMs = Math.max(this.#rows.watermarkMs, watermarkMs);
    this.output.advance(this.#rows.watermarkMs, this.#idle, this.#rows.cause);
  }

  #give(session: number): void {
    const [startMs, endMs] = [this.#sessions.startOf(session), this.#sessions.endOf(session)];
    const addresses: number[] = [];
    let address = this.#sessions.groups.numberOf(session, this.#newest);
    for (; address !== 0; address = this.#store.number(address, this.#older)) addresses.push(address);
    const arrivalOf = (row: number) => this.#store.number(row, this.#arrival);
    for (const each of addresses.sort((left, right) => arrivalOf(left) - arrivalOf(right))) {
      if (this.#store.number(each, this.#gone) === 0) {
        const place = this.#rows.add(each, rowKind.insert, endMs - 1);
        this.#rows.set(place, this.#columnCount, startMs);
        this.#rows.set(place, this.#columnCount + 1, endMs);
        this.#rows.set(place, this.#columnCount + 2, endMs - 1);
      }
      this.#store.free(each);
    }
  }
}
