/**
 * One subscription on a live socket: a snapshot, then deltas. While its socket is slow, changes are folded
 * together by key, so that what waits is at most the view itself; order and completeness are as
 * `protocol.ts` promises.
 */
import type { LiveView } from "../../views/live-view.ts";
import type { ChangeBatch, ViewRow } from "../../views/view.ts";
import { wireColumns, wireFreshness, wireRowText } from "../wire.ts";

export interface SubscriptionOptions {
  readonly id: string;
  readonly view: LiveView;
  readonly emit: "changes" | "final";
  readonly incarnation: string;
  /** The client had a token of an earlier connection: it is told to forget what it has. */
  readonly resumed: boolean;
}

export class Subscription {
  readonly options: SubscriptionOptions;
  /** Rows by key that the client does not know yet; undefined for one that left. */
  #waiting = new Map<string, ViewRow | undefined>();
  #changed = false;
  readonly #stop: () => void;

  /** `onChange` is called when there is something to send. */
  constructor(options: SubscriptionOptions, onChange: (subscription: Subscription) => void) {
    this.options = options;
    this.#stop = options.view.listen((batch) => {
      this.#take(batch);
      if (this.#changed) onChange(this);
    });
  }

  get hasWaiting(): boolean {
    return this.#changed;
  }

  snapshotText(): string {
    const { id, view, resumed } = this.options;
    this.#waiting.clear();
    this.#changed = false;
    const head = {
      type: "snapshot",
      id,
      view: view.schema.name,
      step: view.stepNumber,
      columns: wireColumns(view),
      keyColumns: view.schema.key,
      freshness: wireFreshness(view.freshness),
      resume: this.#token(),
      ...(resumed ? { reset: "resumed-elsewhere" } : {}),
    };
    const rows = Array.from(view.rows()).filter((row) => this.#isShown(row));
    return `${JSON.stringify(head).slice(0, -1)},"rows":[${rows.map(wireRowText).join(",")}]}`;
  }

  /** Everything that changed since the last text. */
  deltaText(): string {
    const { id, view } = this.options;
    const rows: string[] = [];
    const removed: string[] = [];
    for (const [key, row] of this.#waiting) {
      if (row === undefined) removed.push(key);
      else rows.push(wireRowText(row));
    }
    this.#waiting.clear();
    this.#changed = false;
    const head = {
      type: "delta",
      id,
      step: view.stepNumber,
      removed,
      freshness: wireFreshness(view.freshness),
      resume: this.#token(),
    };
    return `${JSON.stringify(head).slice(0, -1)},"rows":[${rows.join(",")}]}`;
  }

  end(): void {
    this.#stop();
  }

  #take(batch: ChangeBatch): void {
    for (const key of batch.removedKeys) this.#waiting.set(key, undefined);
    for (const row of batch.upserts) if (this.#isShown(row)) this.#waiting.set(row.key, row);
    this.#changed ||= this.#waiting.size > 0;
  }

  #isShown(row: ViewRow): boolean {
    return row.final || this.options.emit === "changes";
  }

  #token(): string {
    return `${this.options.incarnation}.${this.options.view.stepNumber}`;
  }
}
