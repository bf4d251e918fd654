/** A view as a client has it: what it was told, applied as docs/reference/live.md asks of it. */
import type { ServerMessage, WireRow } from "../../src/serving/protocol.ts";

type Row = readonly unknown[];

interface Begun {
  readonly isSnapshot: boolean;
  readonly step: number;
  readonly resume: string;
  readonly rows: WireRow[];
  readonly removed: string[];
}

export class ToldView {
  /** Values by key. */
  rows: ReadonlyMap<string, Row> = new Map();
  /** Of the last snapshot or delta that came whole. */
  resume: string | undefined;
  step = -1;
  /** Reasons for which a snapshot came that was not the first one. */
  readonly resets: (string | undefined)[] = [];
  #begun: Begun | undefined;

  /** Whether nothing was begun that is still to come. */
  get isWhole(): boolean {
    return this.#begun === undefined;
  }

  /** What was begun on a connection that broke is not gone on with. */
  break(): void {
    this.#begun = undefined;
  }

  take(message: ServerMessage): void {
    if (message.type === "snapshot" || message.type === "delta") {
      const isSnapshot = message.type === "snapshot";
      if (isSnapshot && (message.reset !== undefined || this.resume !== undefined))
        this.resets.push(message.reset);
      const { step, resume } = message;
      this.#begun = { isSnapshot, step, resume, rows: [], removed: [] };
    } else if (message.type !== "part") return;
    const begun = this.#begun!;
    begun.rows.push(...message.rows);
    if ("removed" in message) begun.removed.push(...message.removed);
    if (!message.more) this.#takeWhole(begun);
  }

  #takeWhole({ isSnapshot, step, resume, rows: told, removed }: Begun): void {
    const rows = new Map(isSnapshot ? [] : this.rows);
    if (!isSnapshot && told.length + removed.length > 0 && step <= this.step)
      throw new Error(`a delta of step ${step} came behind step ${this.step}`);
    for (const key of removed) rows.delete(key);
    for (const { key, values } of told) rows.set(key, values);
    this.#begun = undefined;
    this.rows = rows;
    this.step = step;
    this.resume = resume;
  }
}
