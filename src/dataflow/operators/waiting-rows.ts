/** Rows of one round that wait to be taken in the order of their step, the left side's first of one place. */
import type { RowKind } from "../../values/column-batch.ts";
import type { SideName } from "./join-side.ts";

interface WaitingRow {
  readonly side: SideName;
  readonly address: number;
  readonly kind: RowKind;
  readonly watermarkMs: number;
  readonly place: number | undefined;
}

type Take = (
  side: SideName,
  address: number,
  kind: RowKind,
  watermarkMs: number,
  place: number | undefined,
) => void;

export class WaitingRows {
  #rows: WaitingRow[] = [];

  get count(): number {
    return this.#rows.length;
  }

  /** A row that an operator made of others has no place: it comes behind those that have. */
  add(side: SideName, address: number, kind: RowKind, watermarkMs: number, place: number | undefined): void {
    this.#rows.push({ side, address, kind, watermarkMs, place });
  }

  takeAll(take: Take): void {
    const rows = this.#rows.sort((left, right) => placeOf(left) - placeOf(right) || rank(left) - rank(right));
    this.#rows = [];
    for (const { side, address, kind, watermarkMs, place } of rows)
      take(side, address, kind, watermarkMs, place);
  }
}

function placeOf({ place = Number.MAX_VALUE }: WaitingRow): number {
  return place;
}

function rank({ side }: WaitingRow): number {
  return side === "left" ? 0 : 1;
}
