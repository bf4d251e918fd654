/**
 * Dead letters from the side of a person: which rows could not be taken, why, and what becomes of them when
 * they are read again.
 *
 * A letter has a number: that of its row within `<table>$dead`, from 0, which never changes. It is **open**
 * until it is replayed; then a step of the journal says so, behind the rows that it became. A crash between
 * the two leaves the letter open and its row written: the stream's `'dedup-key'` tells that they are one.
 */

export interface LetterChoice {
  readonly code?: string | undefined;
  readonly field?: string | undefined;
  readonly numbers?: ReadonlySet<number> | undefined;
}

export interface LetterReason {
  readonly code: string;
  readonly field: string | null;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** What was said of the last one. */
  readonly example: string;
}

export interface ShownLetter {
  readonly number: number;
  /** Its place as an event of `<table>$dead`. */
  readonly id: string;
  readonly receivedAt: string;
  readonly code: string;
  readonly field: string | null;
  readonly reason: string;
  readonly origin: string;
  /** The row's place in its request. */
  readonly position: number;
  /** What was received; null where it is no UTF-8. */
  readonly text: string | null;
  readonly base64: string;
}

export interface LetterList {
  readonly open: number;
  readonly replayed: number;
  /** Of the open ones that were asked for, the most frequent first. */
  readonly reasons: readonly LetterReason[];
  /** The newest of them, the newest first. */
  readonly letters: readonly ShownLetter[];
}

export interface ReplayRequest {
  readonly choice: LetterChoice;
  /** By number: what is read instead of what was received. */
  readonly edited: ReadonlyMap<number, string>;
  /** Only tells what would become of them. */
  readonly dryRun: boolean;
  /** For a stream without `'dedup-key'`. */
  readonly force: boolean;
}

/** A letter that cannot be taken now either. */
export interface StillDead {
  readonly number: number;
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
}

export interface ReplayAnswer {
  /** Rows that are in the stream now, or would be. */
  readonly taken: number;
  readonly duplicates: number;
  /** How many stay dead, and the first of them with the reason of today. */
  readonly stillDead: number;
  readonly reasons: readonly StillDead[];
  readonly dryRun: boolean;
}

export const lettersShownMax = 1_000;
