/**
 * One subscription on a live socket: a snapshot, then deltas, then perhaps the word that the view was
 * stopped. The socket takes its messages one by one, when it has room; until then changes are folded
 * together by key.
 *
 * What is kept: of each key that changed since the last message its newest row, and of a message that was
 * begun the rows that are still to be sent. Rows are the view's own, so each of the two is at most a list
 * as long as the view. Order and completeness are as `protocol.ts` promises.
 */
import type { LiveView } from "../../views/live-view.ts";
import type { ChangeBatch, ViewRow } from "../../views/view.ts";
import type { SnapshotMessage } from "../protocol.ts";
import { wireColumns, wireFreshness, wireRowText } from "../wire.ts";

export interface SubscriptionOptions {
  readonly id: string;
  readonly view: LiveView;
  readonly emit: "changes" | "final";
  readonly incarnation: string;
  /** The client had a token of an earlier connection: it is told to forget what it has. */
  readonly resumed: boolean;
  /** Of the rows in one message. */
  readonly pieceBytesMax: number;
}

/** What a message has besides its rows. */
interface Head {
  readonly type: "snapshot" | "delta" | "part";
  readonly id: string;
}

/** A snapshot or delta on its way: rows, and keys of rows that left. */
interface Begun {
  readonly step: number;
  readonly changes: readonly (ViewRow | string)[];
  next: number;
}

export class Subscription {
  readonly options: SubscriptionOptions;
  /** Rows by key that the client does not know yet; undefined for one that left. */
  readonly #waiting = new Map<string, ViewRow | undefined>();
  #begun: Begun | undefined;
  #wantsSnapshot = true;
  /** Why what the client has is to be forgotten. */
  #reset: SnapshotMessage["reset"];
  #untoldStop: string | undefined;
  /** The step of the last message that was sent whole. */
  #sentStep = 0;
  readonly #ends: readonly (() => void)[];

  /** `onNews` is called when there is something to send. */
  constructor(options: SubscriptionOptions, onNews: () => void) {
    this.options = options;
    const { view } = options;
    this.#reset = options.resumed ? "resumed-elsewhere" : undefined;
    this.#untoldStop = view.failure;
    this.#ends = [
      view.listen((batch) => {
        this.#take(batch);
        if (this.hasNews) onNews();
      }),
      view.listenForStop((reason) => {
        this.#untoldStop = reason;
        onNews();
      }),
    ];
  }

  get hasNews(): boolean {
    return (
      this.#wantsSnapshot ||
      this.#begun !== undefined ||
      this.#waiting.size > 0 ||
      this.#untoldStop !== undefined
    );
  }

  /** As of which step the client knows all that it is to be told. */
  get knownStep(): number {
    return this.hasNews ? this.#sentStep : this.options.view.stepNumber;
  }

  /** The next message; to be called only where there `hasNews`. */
  nextText(): string {
    const { id } = this.options;
    if (this.#begun !== undefined) return this.#fill({ type: "part", id }, this.#begun);
    if (this.#wantsSnapshot) return this.#snapshotText();
    if (this.#waiting.size > 0) return this.#deltaText();
    const reason = this.#untoldStop;
    this.#untoldStop = undefined;
    return JSON.stringify({ type: "stopped", id, reason });
  }

  end(): void {
    for (const end of this.#ends) end();
  }

  #snapshotText(): string {
    const { id, view } = this.options;
    this.#wantsSnapshot = false;
    this.#waiting.clear();
    const head = {
      type: "snapshot" as const,
      id,
      view: view.schema.name,
      columns: wireColumns(view.schema.schema),
      keyColumns: view.schema.key,
      ...this.#place(),
      ...(this.#reset === undefined ? {} : { reset: this.#reset }),
    };
    this.#reset = undefined;
    return this.#begin(
      head,
      Array.from(view.rows()).filter((row) => this.#isShown(row)),
    );
  }

  #deltaText(): string {
    const changes = Array.from(this.#waiting, ([key, row]) => row ?? key);
    this.#waiting.clear();
    return this.#begin({ type: "delta", id: this.options.id, ...this.#place() }, changes);
  }

  /** Where the client stands with the message, once it is whole. */
  #place(): object {
    const { incarnation, view } = this.options;
    const { stepNumber: step, freshness } = view;
    return { step, freshness: wireFreshness(freshness), resume: `${incarnation}.${step}` };
  }

  #begin(head: Head, changes: readonly (ViewRow | string)[]): string {
    return this.#fill(head, { step: this.options.view.stepNumber, changes, next: 0 });
  }

  /** The head with as many changes as fit. */
  #fill(head: Head, begun: Begun): string {
    const { pieceBytesMax } = this.options;
    const rows: string[] = [];
    const removed: string[] = [];
    let bytes = 0;
    for (; begun.next < begun.changes.length; begun.next++) {
      const change = begun.changes[begun.next]!;
      const changed = typeof change === "string" ? JSON.stringify(change) : wireRowText(change);
      bytes += Buffer.byteLength(changed);
      if (bytes > pieceBytesMax && rows.length + removed.length > 0) break;
      (typeof change === "string" ? removed : rows).push(changed);
    }
    const isWhole = begun.next === begun.changes.length;
    this.#begun = isWhole ? undefined : begun;
    if (isWhole) this.#sentStep = begun.step;
    const gone = head.type === "snapshot" ? "" : `"removed":[${removed.join(",")}],`;
    const text = `${JSON.stringify(head).slice(0, -1)},${gone}"rows":[${rows.join(",")}]`;
    return `${text}${isWhole ? "" : ',"more":true'}}`;
  }

  #take(batch: ChangeBatch): void {
    if (batch.replaces !== undefined) this.#beginAnew();
    // A snapshot that is still to be made has it all.
    if (this.#wantsSnapshot) return;
    for (const key of batch.removedKeys) this.#waiting.set(key, undefined);
    for (const row of batch.upserts) if (this.#isShown(row)) this.#waiting.set(row.key, row);
  }

  /** Another query has taken the view's place: what was not sent of the one before is not worth it. */
  #beginAnew(): void {
    if (!this.#wantsSnapshot || this.#begun !== undefined) this.#reset = "view-changed";
    this.#begun = undefined;
    this.#wantsSnapshot = true;
    this.#untoldStop = undefined;
  }

  #isShown(row: ViewRow): boolean {
    return row.final || this.options.emit === "changes";
  }
}
