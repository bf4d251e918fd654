/**
 * When each view is told to the main thread: at once when things are quiet; then no sooner than `pauseMs`,
 * than telling costs (a view may take a tenth of the thread for it), and than its last batch was taken. What
 * is due together goes in one message, as long as that is short: waking the other thread costs more than a
 * few rows.
 */
import type { ChangeBatch } from "../../views/view.ts";

const pauseMs = 5;
const costShare = 0.1;
/** However much telling costs, a view is told this often. */
const pauseMsMax = 250;
/** While steps wait to be taken what is told is old in any case, and to take them is what makes it new. */
const pauseMsMaxBehind = 5_000;
const rowsAMessage = 200;

interface Delivery {
  /** When it was told last, and what may go by from there. */
  toldMs: number;
  pauseMs: number;
  /** Of the last batch. */
  costMs: number;
  /** Whether the last batch is still on its way. */
  isInFlight: boolean;
  /** As of which the view was told last. */
  step: number;
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
    const longestMs = isBehind ? pauseMsMaxBehind : pauseMsMax;
    let nextMs = Number.POSITIVE_INFINITY;
    let batches: ChangeBatch[] = [];
    let rows = 0;
    for (const view of this.#views.changedViews()) {
      const delivery = this.#of(view);
      if (delivery.isInFlight) continue;
      const begunMs = this.#nowMs();
      const dueMs = delivery.toldMs + Math.min(longestMs, delivery.pauseMs);
      if (dueMs > begunMs) {
        nextMs = Math.min(nextMs, dueMs);
        continue;
      }
      const batch = this.#views.takeChanges(view);
      if (batch === undefined) continue;
      const costMs = this.#nowMs() - begunMs;
      // The lesser of two: once it may have been the machine that was busy with something else.
      const usualMs = Math.min(costMs, delivery.costMs);
      delivery.toldMs = begunMs;
      delivery.pauseMs = Math.max(pauseMs, usualMs / costShare);
      delivery.costMs = costMs;
      delivery.isInFlight = true;
      delivery.step = batch.stepNumber;
      batches.push(batch);
      rows += batch.upserts.length + batch.removedKeys.length;
      if (rows < rowsAMessage) continue;
      this.#post(batches);
      batches = [];
      rows = 0;
    }
    if (batches.length > 0) this.#post(batches);
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

  #of(view: string): Delivery {
    let delivery = this.#deliveries.get(view);
    if (delivery === undefined) {
      delivery = { toldMs: Number.NEGATIVE_INFINITY, pauseMs, costMs: 0, isInFlight: false, step: -1 };
      this.#deliveries.set(view, delivery);
    }
    return delivery;
  }
}
