/** How far the rows of the journal's streams were passed: what a view was given is held against it. */
import type { Step } from "../../log/event-log.ts";

export interface RowPlace {
  /** Number of the next row, from 0. */
  readonly next: number;
  /** Rows that were not there any more when their turn came. */
  readonly gone: number;
}

export class RowPlaces {
  readonly #places = new Map<number, { next: number; gone: number }>();

  /** Undefined where it is not known: a checkpoint of before did not say it, and no row has come since. */
  of(stream: number): RowPlace | undefined {
    return this.#places.get(stream);
  }

  /** The stream is declared, and has had so many rows. */
  declare(stream: number, rows: number): void {
    if (!this.#places.has(stream)) this.#places.set(stream, { next: rows, gone: rows });
  }

  pass({ streamId, firstRowOffset, rowCount }: Step): void {
    const place = this.#places.get(streamId);
    if (place === undefined) return;
    place.gone += firstRowOffset - place.next;
    place.next = firstRowOffset + rowCount;
  }

  restore(stream: number, next: number): void {
    this.#places.set(stream, { next, gone: 0 });
  }
}
