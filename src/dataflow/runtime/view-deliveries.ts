/**
 * When each view is told to the main thread: at once when things are quiet; then no sooner than `pauseMs`,
 * than telling costs (a view may take a tenth of the thread for it, a fiftieth while steps wait to be taken),
 * and than its last batch was taken. What is due together goes in one message, as long as that is short:
 * waking the other thread costs more than a few rows.
 *
 * Telling has turns as taking steps has: a payment should not wait until five dear views are told. What has
 * waited longest for what it costs is first, which is a cheap view unless a dear one has waited as long again
 * as it had to.
 */
import type { ChangeBatch } from "../../views/view.ts";

const pauseMs = 5;
const atEase: Pace = { costShare: 0.1, pauseMsMax: 250 };
/** While steps wait to be taken what is told is old in any case, and to take them is what makes it new. */
const behind: Pace = { costShare: 0.02, pauseMsMax: 5_000 };
const rowsAMessage = 200;
const turnMs = 4;

interface Pace {
  /** Of the thread's time, for each view. */
  readonly costShare: number;
  /** However much telling costs, a view is told this often. */
  readonly pauseMsMax: number;
}

interface Delivery {
  toldMs: number;
  /** Of the last batch, and of the cheaper one of the last two. */
  costMs: number;
  usualMs: number;
  /** Whether the last batch is still on its way. */
  isInFlight: boolean;
  /** As of which the view was told last. */
  step: number;
}

interface DueView {
  readonly view: string;
  /** Nothing makes it wait. */
  readonly isHurried: boolean;
  /** By when it is told before those that were due after it. */
  readonly lastMs: number;
}

export interface ToldViews {
  changedViews(): readonly string[];
  takeChanges(view: string): ChangeBatch | undefined;
}

export class ViewDeliveries {
  readonly #views: ToldViews;
  readonly #post: (batches: readonly ChangeBatch[]) => void;
  readonly #nowMs: () => number;
  readonly #deliveries = new Map<string, Delivery>();

  constructor(views: ToldViews, post: (batches: readonly ChangeBatch[]) => void, nowMs: () => number) {
    this.#views = views;
    this.#post = post;
    this.#nowMs = nowMs;
  }

  /**
   * Tells what is due; answers in how many milliseconds more is, undefined where nothing waits for that. One
   * is behind while steps wait to be taken.
   */
  deliver(isBehind = false): number | undefined {
    const begunMs = this.#nowMs();
    const { due, nextMs } = this.#dueAt(begunMs, isBehind ? behind : atEase);
    let batches: ChangeBatch[] = [];
    let rows = 0;
    let told = 0;
    for (const { view, isHurried } of due) {
      if (told > 0 && !isHurried && this.#nowMs() >= begunMs + turnMs) break;
      told++;
      const batch = this.#tell(view);
      if (batch === undefined) continue;
      batches.push(batch);
      rows += batch.upserts.length + batch.removedKeys.length;
      if (rows < rowsAMessage) continue;
      this.#post(batches);
      batches = [];
      rows = 0;
    }
    if (batches.length > 0) this.#post(batches);
    if (told < due.length) return 0;
    return Number.isFinite(nextMs) ? Math.max(0, nextMs - this.#nowMs()) : undefined;
  }

  /** The replicas have the last batches of these. */
  taken(views: readonly string[]): void {
    for (const view of views) this.#of(view).isInFlight = false;
  }

  /** What changed in the view may be told at once. */
  hurry(view: string): void {
    this.#of(view).toldMs = Number.NEGATIVE_INFINITY;
  }

  /** Whether everything that changed, or what did in the view, was told as of the step, or later. */
  isToldSince(step: number, view?: string): boolean {
    const isTold = (changed: string) => this.#of(changed).step >= step;
    return this.#views.changedViews().every((changed) => (view ?? changed) !== changed || isTold(changed));
  }

  /** What may be told now, in what order, and when the next of the others may be. */
  #dueAt(nowMs: number, pace: Pace): { readonly due: readonly DueView[]; readonly nextMs: number } {
    const due: DueView[] = [];
    let nextMs = Number.POSITIVE_INFINITY;
    for (const view of this.#views.changedViews()) {
      const { isInFlight, toldMs, usualMs } = this.#of(view);
      if (isInFlight) continue;
      const waitMs = Math.min(pace.pauseMsMax, Math.max(pauseMs, usualMs / pace.costShare));
      const dueMs = toldMs + waitMs;
      if (dueMs > nowMs) nextMs = Math.min(nextMs, dueMs);
      else due.push({ view, isHurried: dueMs === Number.NEGATIVE_INFINITY, lastMs: dueMs + waitMs });
    }
    due.sort((one, other) => Number(one.lastMs > other.lastMs) - Number(one.lastMs < other.lastMs));
    return { due, nextMs };
  }

  #tell(view: string): ChangeBatch | undefined {
    const delivery = this.#of(view);
    const begunMs = this.#nowMs();
    const batch = this.#views.takeChanges(view);
    if (batch === undefined) return undefined;
    const costMs = this.#nowMs() - begunMs;
    delivery.toldMs = begunMs;
    // The lesser of two: once it may have been the machine that was busy with something else.
    delivery.usualMs = Math.min(costMs, delivery.costMs);
    delivery.costMs = costMs;
    delivery.isInFlight = true;
    delivery.step = batch.stepNumber;
    return batch;
  }

  #of(view: string): Delivery {
    let delivery = this.#deliveries.get(view);
    if (delivery === undefined) {
      delivery = { toldMs: Number.NEGATIVE_INFINITY, costMs: 0, usualMs: 0, isInFlight: false, step: -1 };
      this.#deliveries.set(view, delivery);
    }
    return delivery;
  }
}
