/**
 * GROUP BY over SESSION and the columns that it is partitioned by.
 *
 * State      the open sessions of each key, with their aggregates (`sessions.ts`).
 * Retraction rows come from streams that only insert.
 * Watermark  closes sessions whose end − 1 ms it has reached, ascending by end; before each row those that
 *            the watermark before that row has reached, since the row may not be put into them any more.
 * Late       a row that touches no open session is late when the session that it would make alone is behind
 *            the watermark. One that touches an open session is in it, however old it is. It is counted.
 * Open rows  sessions that changed since they were last told of. One that has grown, or has gone into
 *            another, is told of under other ends: what was told before is taken back.
 * Checkpoint the sessions, the counters, the last watermark; what was told of is forgotten.
 * Cost       a row: one probe, a walk from the last session of its key, one add an aggregate.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { BoundExpression } from "../../sql/bind/bound-expression.ts";
import type { SessionWindow, WindowAggregate } from "../../sql/plan/logical-plan.ts";
import type { Lane, LaneSpec, PartImage } from "../../state/keyed-state.ts";
import type { Cause, ColumnBatch } from "../../values/column-batch.ts";
import type { ChangeKernel } from "../codegen/change-kernel.ts";
import type { KernelMode, PredicateKernel } from "../codegen/kernels.ts";
import type { LocateKernel } from "../codegen/locate-kernel.ts";
import { makeChange, makeLocate, makePredicate } from "../codegen/make-kernels.ts";
import { batchRowsMax, identitySelection } from "../runtime/batches.ts";
import { shapeAggregates } from "./aggregate-shape.ts";
import { GroupRows } from "./group-rows.ts";
import type { HeldRows, Output } from "./operator.ts";
import { Sessions } from "./sessions.ts";
import { SingleInputOperator } from "./single-input-operator.ts";

export interface SessionOptions {
  readonly mode: KernelMode;
  readonly predicate?: BoundExpression | undefined;
  readonly stateBytesMax: number;
}

/** Under which ends a session was told of last. */
const shownLanes: readonly LaneSpec[] = [
  { name: "is shown", kind: "u8" },
  { name: "shown start", kind: "f64" },
  { name: "shown end", kind: "f64" },
];

export class SessionAggregateOperator extends SingleInputOperator {
  readonly name = "GROUP BY SESSION";
  readonly #sessions: Sessions;
  readonly #locate: LocateKernel;
  readonly #kernel: ChangeKernel;
  readonly #predicate: PredicateKernel | undefined;
  readonly #writer: GroupRows;
  readonly #timeColumn: number;
  readonly #selection = new Int32Array(batchRowsMax);
  readonly #addresses = new Int32Array(batchRowsMax);
  readonly #shown: Lane;
  readonly #shownStart: Lane;
  readonly #shownEnd: Lane;
  /** Open rows are asked for: nobody has to know what changed before. */
  #isWatched = false;
  #idle = false;

  constructor(
    plan: WindowAggregate & { readonly window: SessionWindow },
    output: Output,
    options: SessionOptions,
  ) {
    super(output);
    const { window, keys, aggregates, input } = plan;
    const keyTypes = keys.map((key) => input.schema.columns[key]!.type);
    this.#sessions = new Sessions(this.name, keyTypes, window.gapMs, options.stateBytesMax, {
      aggregates: shapeAggregates(aggregates, input.schema, false),
      lanes: shownLanes,
      merge: (into, from) => this.#merge(into, from),
    });
    this.#shown = this.#sessions.lane("is shown");
    this.#shownStart = this.#sessions.lane("shown start");
    this.#shownEnd = this.#sessions.lane("shown end");
    this.#timeColumn = window.timeColumn;
    this.#locate = makeLocate(this.#sessions.keys, keys, options.mode);
    this.#kernel = makeChange(input.schema, this.#sessions.groups, options.mode);
    this.#predicate =
      options.predicate === undefined ? undefined : makePredicate(options.predicate, options.mode);
    this.#writer = new GroupRows(this.#sessions.groups, plan, output, options.mode, this.#sessions.keys);
  }

  accept(batch: ColumnBatch): void {
    assert(batch.standing === "final", "a window aggregation takes rows that stand");
    this.counters.rowsIn += batch.rowCount;
    this.#writer.cause = batch.cause;
    this.#selection.set(identitySelection);
    const kept = this.#predicate?.(batch, this.#selection, batch.rowCount) ?? batch.rowCount;
    this.tellFiltered(batch, this.#selection, kept);
    this.#locate(batch, this.#selection, kept, this.#addresses);
    const times = (batch.columns[this.#timeColumn] as { readonly values: Float64Array }).values;
    const watermarks = batch.watermarksMs!;
    this.#kernel.begin(batch);
    for (let place = 0; place < kept; place++) {
      const row = this.#selection[place]!;
      if (this.#sessions.isDue(watermarks[row]!)) this.#close(watermarks[row]!);
      const session = this.#sessions.take(this.#addresses[place]!, times[row]!, watermarks[row]!);
      if (session === 0) {
        this.tellLate(batch, row);
        continue;
      }
      this.#kernel.change(session, batch, row, false);
      this.#markChanged(session);
    }
    this.#sessions.freeEmptyKeys(this.#addresses.subarray(0, kept));
  }

  override advance(watermarkMs: number, idle: boolean, cause: Cause): void {
    this.#writer.cause = cause;
    this.#idle = idle;
    this.#close(watermarkMs);
    this.#sessions.freeEmptyKeys(new Int32Array(0));
  }

  override deliverOpen(all: boolean): void {
    const { groups } = this.#sessions;
    if (all || !this.#isWatched) {
      this.#isWatched = true;
      for (const session of this.#sessions.open()) this.#markChanged(session);
    }
    const changed = groups.takeChanged();
    this.#writer.standing = "open";
    for (const session of changed) {
      if (this.#sessions.isGone(session)) this.#takeBack(session);
      else this.#takeBackMoved(session);
    }
    for (const session of changed) {
      if (this.#sessions.isGone(session)) this.#sessions.release(session);
      else this.#show(session);
    }
    this.#writer.end();
  }

  override held(): HeldRows {
    return this.#sessions.held;
  }

  protected override freezeState(): PartImage {
    const { numbers, states } = this.#sessions.freeze();
    return { numbers: [this.#writer.watermarkMs, ...numbers], states };
  }

  protected override restoreState({ numbers, states }: PartImage): void {
    this.#writer.watermarkMs = numbers[0]!;
    this.#sessions.restore(numbers.slice(1), states);
    this.#isWatched = false;
    for (const session of this.#sessions.open()) this.#forgetShown(session);
  }

  #close(watermarkMs: number): void {
    const sessions = this.#sessions;
    const writer = this.#writer;
    for (
      let session = sessions.takeDue(watermarkMs);
      session !== 0;
      session = sessions.takeDue(watermarkMs)
    ) {
      if (this.#isShown(session)) {
        writer.end();
        writer.standing = "open";
        this.#takeBackMoved(session);
        writer.end();
        this.#forgetShown(session);
      }
      writer.standing = "final";
      writer.begin(sessions.startOf(session), sessions.endOf(session));
      writer.group(sessions.keyOf(session), session);
      sessions.release(session);
    }
    writer.end();
    writer.watermarkMs = Math.max(writer.watermarkMs, watermarkMs);
    this.output.advance(writer.watermarkMs, this.#idle, writer.cause);
  }

  #merge(into: number, from: number): void {
    this.#sessions.groups.aggregates.merge(into, from);
    // It has to be taken back, if somebody was told of it.
    if (this.#isShown(from)) this.#markChanged(from);
  }

  #markChanged(session: number): void {
    const { groups } = this.#sessions;
    if (!this.#isWatched || groups.numberOf(session, groups.layout.changed) === 1) return;
    groups.setNumber(session, groups.layout.changed, 1);
    groups.markChanged(session);
  }

  #show(session: number): void {
    const { groups } = this.#sessions;
    const [startMs, endMs] = [this.#sessions.startOf(session), this.#sessions.endOf(session)];
    groups.setNumber(session, this.#shown, 1);
    groups.setNumber(session, this.#shownStart, startMs);
    groups.setNumber(session, this.#shownEnd, endMs);
    this.#writer.begin(startMs, endMs);
    this.#writer.group(this.#sessions.keyOf(session), session);
  }

  /** Takes back what was told of a session under ends that are not its own any more. */
  #takeBackMoved(session: number): void {
    const { groups } = this.#sessions;
    const startMs = groups.numberOf(session, this.#shownStart);
    const endMs = groups.numberOf(session, this.#shownEnd);
    if (startMs === this.#sessions.startOf(session) && endMs === this.#sessions.endOf(session)) return;
    this.#takeBack(session);
  }

  #takeBack(session: number): void {
    if (!this.#isShown(session)) return;
    const { groups } = this.#sessions;
    const startMs = groups.numberOf(session, this.#shownStart);
    this.#writer.begin(startMs, groups.numberOf(session, this.#shownEnd));
    this.#writer.remove(this.#sessions.keyOf(session), session);
    this.#forgetShown(session);
  }

  #isShown(session: number): boolean {
    return this.#sessions.groups.numberOf(session, this.#shown) === 1;
  }

  #forgetShown(session: number): void {
    this.#sessions.groups.setNumber(session, this.#shown, 0);
  }
}
