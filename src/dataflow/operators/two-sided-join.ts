/**
 * What all joins are: two inputs, their rows in pages under keys that both share, one watermark, rows taken
 * in the order of their step.
 *
 * Inputs     where one stream feeds both, the rows of a round wait until both inputs have had their `advance`
 *            and are taken by their places in the step; those that an operator made, which have none, come
 *            behind them. Otherwise rows are taken as they come.
 * Watermark  the least of the two inputs; where rows are looked up that of the left. Before a row it is the
 *            least of the row's own and of what the other input has advanced to.
 * Checkpoint the rows, the keys, the counters, the watermarks. Between two steps no row waits.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { Join, JoinMethod } from "../../sql/plan/logical-plan.ts";
import { isUpdating } from "../../sql/plan/traits.ts";
import type { PartImage } from "../../state/keyed-state.ts";
import { type Cause, type ColumnBatch, type RowKind, rowKind } from "../../values/column-batch.ts";
import type { KernelMode } from "../codegen/kernels.ts";
import { batchRowsMax, identitySelection } from "../runtime/batches.ts";
import { CombinedWatermark } from "../time/combined-watermark.ts";
import { noAggregates } from "./aggregate-shape.ts";
import { CountedOperator } from "./counted-operator.ts";
import { JoinPartners } from "./join-partners.ts";
import { chainLanes, JoinSide, type SideName } from "./join-side.ts";
import { loneKeysOf } from "./lone-keys.ts";
import type { LateWindow, Output, UnmatchedRows } from "./operator.ts";
import { PairOutput } from "./pair-output.ts";
import { WaitingRows } from "./waiting-rows.ts";
import { WindowGroups } from "./window-groups.ts";

export interface JoinOptions {
  readonly mode: KernelMode;
  readonly stateBytesMax: number;
  /** Whether rows of standing `first` reach the end. */
  readonly firstAnswers: boolean;
  /** By input: the streams that feed it, and how far its watermark stays behind theirs. */
  readonly streams: readonly string[];
  readonly delaysMs: readonly number[];
}

export const sideNames = ["left", "right"] as const;
export const otherSide = { left: "right", right: "left" } as const;

export abstract class TwoSidedJoin extends CountedOperator {
  readonly name: string;
  readonly inputs: readonly Output[];
  protected readonly plan: Join;
  protected readonly sides: Readonly<Record<SideName, JoinSide>>;
  protected readonly groups: WindowGroups;
  protected readonly partners: JoinPartners;
  protected readonly rows: PairOutput;
  /** Sides whose rows are given, padded, also where they meet nobody. */
  protected readonly keeps: Readonly<Record<SideName, boolean>>;
  protected readonly times: Readonly<Record<SideName, number | undefined>>;
  /** Rows that met nobody, and do not wait any more. */
  protected readonly metNobody: Record<SideName, number> = { left: 0, right: 0 };
  readonly #output: Output;
  readonly #sharesStream: boolean;
  /** By input: how much further the other's watermark stays behind, where one stream feeds both. */
  readonly #behindMs: readonly number[];
  readonly #combined: CombinedWatermark;
  readonly #waiting = new WaitingRows();
  readonly #advanced = [false, false];
  /** Of the row that is being taken, within its step. */
  #place: number | undefined;
  readonly #groupOfRow = new Int32Array(batchRowsMax);
  /** Keys that may have lost their last row. */
  readonly #touched = new Set<number>();

  constructor(name: string, plan: Join, output: Output, options: JoinOptions, isTimed: boolean) {
    super();
    this.name = name;
    this.plan = plan;
    this.#output = output;
    this.#sharesStream = options.streams[0] === options.streams[1];
    const delayMs = Math.max(...options.delaysMs);
    this.#behindMs = options.delaysMs.map((own) => (this.#sharesStream ? delayMs - own : 0));
    const { left, keys, method } = plan;
    const keyTypes = keys.map((key) => left.schema.columns[key.left]!.type);
    const bytesMax = Math.floor(options.stateBytesMax / 3);
    this.groups = new WindowGroups(name, keyTypes, noAggregates, bytesMax, false, chainLanes);
    const side = (sideName: SideName) =>
      new JoinSide(name, this.groups, {
        name: sideName,
        schema: plan[sideName].schema,
        keys: keys.map((key) => key[sideName]),
        losesRows: isUpdating(plan[sideName]),
        retentionMs: plan.retentionMs,
        mode: options.mode,
        bytesMax,
      });
    this.sides = { left: side("left"), right: side("right") };
    const { type } = plan;
    this.keeps = { left: type === "LEFT" || type === "FULL", right: type === "RIGHT" || type === "FULL" };
    this.times = timesOf(method);
    const isLed = method.kind === "temporal" || method.kind === "lookup";
    this.#combined = new CombinedWatermark(2, isLed ? 0 : undefined);
    if (method.kind === "lookup") this.#combined.advance(1, Number.POSITIVE_INFINITY, true);
    this.partners = new JoinPartners(plan, this.sides, options.mode);
    this.rows = new PairOutput(this.sides.left.store, this.sides.right.store, plan.schema, output, isTimed);
    this.inputs = sideNames.map((sideName, input) => ({
      accept: (batch: ColumnBatch) => this.#accept(sideName, input, batch),
      advance: (watermarkMs: number, idle: boolean, cause: Cause) =>
        this.#advance(input, watermarkMs, idle, cause),
    }));
  }

  /** How far the output's watermark stays behind that of the inputs. */
  protected get delayMs(): number {
    return 0;
  }

  /** Takes a row, which is chained to nothing yet. The watermark is the one before it, and was passed. */
  protected abstract take(side: SideName, address: number, kind: RowKind, watermarkMs: number): void;

  /** No row at or before it comes any more, but late ones. */
  protected abstract pass(watermarkMs: number): void;

  /** Looks for the rows of the other side that a row meets, among all of its key. */
  protected findPartners(side: SideName, address: number): void {
    const { partners } = this;
    const others = this.sides[otherSide[side]];
    partners.clear();
    if (this.sides[side].isAlone(address)) return;
    const group = this.sides[side].groupOf(address);
    for (let at = others.first(group); at !== 0; at = others.next(at)) partners.add(at);
    partners.keepMet(side, address, this.rows.cause);
  }

  /** The row that holds the same; one of the same round may be in the store and not be taken yet. */
  protected findTaken(side: SideName, address: number): number {
    const rows = this.sides[side];
    if (rows.isAlone(address)) return 0;
    const group = rows.groupOf(address);
    const isTaken = (row: number) => rows.previous(row) !== 0 || rows.first(group) === row;
    return rows.store.findTwin(address, (row) => rows.groupOf(row) === group && isTaken(row));
  }

  protected tell(side: SideName, address: number, partner: number, kind: RowKind, eventTimeMs = 0): void {
    if (side === "left") this.rows.add(address, partner, kind, eventTimeMs);
    else this.rows.add(partner, address, kind, eventTimeMs);
  }

  /** Frees a row that is chained, and its key with the last one. */
  protected remove(side: SideName, address: number): void {
    this.sides[side].unlink(address);
    this.drop(side, address);
  }

  /** Frees a row that is chained to nothing. */
  protected drop(side: SideName, address: number): void {
    this.#touched.add(this.sides[side].groupOf(address));
    this.sides[side].free(address);
  }

  /** Gives on what was told. */
  protected flush(cause: Cause): void {
    this.rows.cause = cause;
    this.rows.flush();
  }

  override unmatched(): UnmatchedRows {
    const { type, method } = this.plan;
    // Of versions nobody asks whether they were met, nor of the right where the left alone is given.
    const looksUp = method.kind === "temporal" || method.kind === "lookup";
    const isHalf = type === "SEMI" || type === "ANTI";
    const { left, right } = this.metNobody;
    return { left, right: looksUp || isHalf ? undefined : right, ...loneKeysOf(this.plan, this.sides) };
  }

  #accept(side: SideName, input: number, batch: ColumnBatch): void {
    assert(batch.standing === "final", "a join takes rows that stand");
    this.counters.rowsIn += batch.rowCount;
    const rows = this.sides[side];
    rows.locate(batch, identitySelection, batch.rowCount, this.#groupOfRow);
    const isAlone = (place: number) => place === input || this.#sharesStream;
    const others = this.#combined.heldBackBy(isAlone);
    const before = this.#combined.ms;
    const timeColumn = this.times[side];
    const times =
      timeColumn === undefined ? undefined : (batch.columns[timeColumn] as { values: Float64Array }).values;
    this.rows.cause = batch.cause;
    for (let row = 0; row < batch.rowCount; row++) {
      const address = rows.add(batch, row, this.#groupOfRow[row]!, times?.[row] ?? 0);
      const kind = (batch.kinds?.[row] ?? rowKind.insert) as RowKind;
      const own = batch.watermarksMs?.[row] ?? Number.NEGATIVE_INFINITY;
      const watermarkMs = Math.max(before, Math.min(own - this.#behindMs[input]!, others));
      const place = batch.rowIndexes?.[row];
      if (!this.#sharesStream) this.#take(side, address, kind, watermarkMs, place);
      else this.#waiting.add(side, address, kind, watermarkMs, place);
    }
    if (!this.#sharesStream) this.#finish();
  }

  /** The row that is being taken is behind the watermark for everything that it could be part of. */
  protected tellLateAt(timeMs: number, watermarkMs: number, window?: LateWindow): void {
    this.tellLateBy(this.#place, watermarkMs - timeMs, window);
  }

  #take(
    side: SideName,
    address: number,
    kind: RowKind,
    watermarkMs: number,
    place: number | undefined,
  ): void {
    this.#place = place;
    this.pass(watermarkMs);
    this.#setWatermark(watermarkMs);
    this.take(side, address, kind, watermarkMs);
  }

  #advance(input: number, watermarkMs: number, idle: boolean, cause: Cause): void {
    const holdsBack = input === 0 || this.plan.method.kind !== "lookup";
    if (holdsBack) this.#combined.advance(input, watermarkMs, idle);
    this.#advanced[input] = true;
    if (this.#sharesStream && !this.#advanced.every((had) => had)) return;
    this.#advanced.fill(false);
    this.rows.cause = cause;
    this.#waiting.takeAll((...waiting) => this.#take(...waiting));
    this.pass(this.#combined.ms);
    this.#finish();
    this.#setWatermark(this.#combined.ms);
    this.#output.advance(this.rows.watermarkMs, this.#combined.isIdle, cause);
  }

  #setWatermark(watermarkMs: number): void {
    this.rows.watermarkMs = Math.max(this.rows.watermarkMs, watermarkMs - this.delayMs);
  }

  /** A key may lose its last row and get another one in the same batch: only now it is known to be empty. */
  #finish(): void {
    this.flush(this.rows.cause);
    const rows = this.groups.layout.own.get("rows")!;
    for (const group of this.#touched) {
      if (this.groups.numberOf(group, rows) === 0) this.groups.freeGroup(group);
    }
    this.#touched.clear();
  }

  protected override freezeState(): PartImage {
    assert(this.#waiting.count === 0, "a join is frozen between two steps");
    const { left, right } = this.sides;
    const [ofLeft, ofRight] = [left.freeze(), right.freeze()];
    const { left: aloneLeft, right: aloneRight } = this.metNobody;
    const own = [this.rows.watermarkMs, ...this.#combined.freeze(), aloneLeft, aloneRight];
    const numbers = [...ofLeft.numbers, ...ofRight.numbers, ...own];
    return { numbers, states: [ofLeft.image, ofRight.image, ...this.groups.freeze()] };
  }

  protected override restoreState({ numbers, states: [left, right, ...groups] }: PartImage): void {
    const [watermarkMs, ...combined] = numbers.slice(6, 12);
    // Images of before they were counted have none.
    const [aloneLeft = 0, aloneRight = 0] = numbers.slice(12);
    Object.assign(this.metNobody, { left: aloneLeft, right: aloneRight });
    this.sides.left.restore(numbers.slice(0, 3), left!);
    this.sides.right.restore(numbers.slice(3, 6), right!);
    this.groups.restore(groups);
    this.rows.watermarkMs = watermarkMs!;
    this.#combined.restore(combined);
  }
}

function timesOf(method: JoinMethod): Readonly<Record<SideName, number | undefined>> {
  switch (method.kind) {
    case "regular":
      return { left: undefined, right: undefined };
    case "lookup":
      return { left: method.leftTime, right: undefined };
    case "window":
      return { left: method.leftEnd, right: method.rightEnd };
    default:
      return { left: method.leftTime, right: method.rightTime };
  }
}
