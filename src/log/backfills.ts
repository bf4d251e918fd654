/**
 * Brackets around the history of a stream: while one is open the stream is never idle and the clock says
 * nothing of it, so that what others have of later times waits for its rows.
 */
import { randomUUID } from "node:crypto";
import type { TableDefinition } from "../catalog/catalog.ts";
import { quickwaterError } from "../errors/quickwater-error.ts";
import type { DeclaredStream, LogEntry, StreamId } from "./event-log.ts";

export interface Backfill {
  readonly id: string;
  readonly sinceMs: number;
}

export interface BackfillsOptions {
  /** A stream that events are sent to; throws where there is none. */
  readonly stream: (name: string) => TableDefinition;
  readonly streams: ReadonlyMap<string, StreamId>;
  readonly write: (entries: readonly LogEntry[]) => Promise<unknown>;
  readonly now: () => number;
}

export class Backfills {
  readonly #options: BackfillsOptions;
  readonly #open = new Map<string, Backfill>();

  constructor(options: BackfillsOptions) {
    this.#options = options;
  }

  /** What the journal says of them. */
  know(declared: readonly DeclaredStream[]): void {
    for (const { table, backfill } of declared)
      if (backfill !== undefined) this.#open.set(table.name, backfill);
  }

  /** The one that is open. */
  of(stream: string): Backfill | undefined {
    return this.#open.get(stream);
  }

  /** Rows of the stream that are sent from now on are of its past. */
  async begin(stream: string): Promise<Backfill> {
    this.#options.stream(stream);
    const open = this.#open.get(stream);
    if (open !== undefined) throw quickwaterError("request.backfill-open", { stream, id: open.id });
    const backfill = { id: randomUUID(), sinceMs: this.#options.now() };
    this.#open.set(stream, backfill);
    try {
      await this.#write("backfill-begin", stream, backfill);
    } catch (error) {
      this.#open.delete(stream);
      throw error;
    }
    return backfill;
  }

  async end(stream: string, id: string): Promise<void> {
    this.#options.stream(stream);
    const open = this.#open.get(stream);
    if (open?.id !== id) throw quickwaterError("request.no-backfill", { stream, id });
    await this.#write("backfill-end", stream, open);
    this.#open.delete(stream);
  }

  #write(
    kind: "backfill-begin" | "backfill-end",
    stream: string,
    { id, sinceMs }: Backfill,
  ): Promise<unknown> {
    const streamId = this.#options.streams.get(stream)!;
    return this.#options.write([{ payload: { kind, streamId, id, sinceMs } }]);
  }
}
