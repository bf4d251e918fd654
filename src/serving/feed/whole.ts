/**
 * A snapshot or a delta as it goes over the wire, in pieces of a bounded size: made once for all who are told
 * it. A piece is made when the first of them comes to it, and the last few are kept; whoever comes later to
 * one that is gone has it made again, of the same rows.
 *
 * A piece lacks what is each subscriber's own: the message begins with `{"type":…,` and perhaps an `id`.
 */
import type { ViewRow } from "../../views/view.ts";
import type { BoundShape } from "./shape.ts";

/** Readers of the same whole are rarely further apart. */
const keptPieces = 4;

export interface Piece {
  readonly type: "snapshot" | "delta" | "part";
  /** The members behind those that are each subscriber's own, and the closing brace. */
  readonly text: string;
  /** With it the subscriber has all. */
  readonly isLast: boolean;
}

export interface WholeHead {
  readonly type: "snapshot" | "delta";
  readonly step: number;
  /** Where a subscriber stands who has all of it. */
  readonly place: number;
  readonly resume: string;
  /** What stands in its first message before the rows. */
  readonly members: object;
}

export class Whole {
  readonly head: WholeHead;
  readonly #shape: BoundShape;
  /** Rows, and keys of rows that left. */
  readonly #changes: readonly (ViewRow | string)[];
  readonly #bytesMax: number;
  /** Of each piece, as far as they were made. */
  readonly #starts: number[] = [0];
  readonly #pieces = new Map<number, Piece>();

  constructor(
    head: WholeHead,
    shape: BoundShape,
    changes: readonly (ViewRow | string)[],
    pieceBytesMax: number,
  ) {
    this.head = head;
    this.#shape = shape;
    this.#changes = changes;
    this.#bytesMax = pieceBytesMax;
  }

  /** Pieces are asked for in their order, from 0 to the one that is the last. */
  piece(number: number): Piece {
    const known = this.#pieces.get(number);
    if (known !== undefined) return known;
    const piece = this.#make(number);
    this.#pieces.set(number, piece);
    if (this.#pieces.size > keptPieces) this.#pieces.delete(this.#pieces.keys().next().value!);
    return piece;
  }

  #make(number: number): Piece {
    const rows: string[] = [];
    const removed: string[] = [];
    let bytes = 0;
    let next = this.#starts[number]!;
    for (; next < this.#changes.length; next++) {
      const change = this.#changes[next]!;
      const changed = typeof change === "string" ? this.#shape.keyText(change) : this.#shape.rowText(change);
      bytes += Buffer.byteLength(changed);
      if (bytes > this.#bytesMax && rows.length + removed.length > 0) break;
      (typeof change === "string" ? removed : rows).push(changed);
    }
    this.#starts[number + 1] = next;
    const isLast = next === this.#changes.length;
    const type = number === 0 ? this.head.type : "part";
    const first = number === 0 ? `${JSON.stringify(this.head.members).slice(1, -1)},` : "";
    const gone = type === "snapshot" ? "" : `"removed":[${removed.join(",")}],`;
    const text = `${first}${gone}"rows":[${rows.join(",")}]${isLast ? "" : ',"more":true'}}`;
    return { type, text, isLast };
  }
}
