/**
 * A checkpoint: what an engine keeps, as of one step, in a file of its own. A restart takes the newest one
 * that is whole and reads the journal behind its step. `docs/internals/checkpoints.md` has the bytes.
 *
 * Obligations of who writes
 *   - The image is frozen between two steps, and one checkpoint is written at a time.
 *   - It is published only when everything that the engine made up to its step is on disk elsewhere
 *     (`whenSafe`): rows that queries wrote would else be in no place after a crash.
 *
 * What is guaranteed
 *   - A checkpoint appears under its name whole and flushed, or not at all. A failure leaves the earlier ones
 *     as they were.
 *   - Pages that are on disk already, from an earlier checkpoint, are not written again, but for those of
 *     files of which little is used any more: what all files hold is at most about three times the state.
 *   - The last two checkpoints are kept, with the files whose pages they have in common.
 *   - Every byte that is read back is under a check sum. A checkpoint that is not whole is never taken.
 *
 * What is not
 *   - That a checkpoint is there at all: the journal alone is enough, and takes longer.
 */
import type { PartImage } from "../keyed-state.ts";

/** Which journal the state was made of, and where in it it stands. */
export interface CheckpointPlace {
  /** 32 hexadecimal digits. */
  readonly journalId: string;
  /** The last step that was taken. */
  readonly step: number;
  readonly createdAtMs: number;
}

export interface CheckpointContent {
  /** Plain data that JSON can hold. */
  readonly about: unknown;
  readonly parts: readonly PartImage[];
}

/** One that was written, as it is told. */
export interface CheckpointFigures {
  readonly step: number;
  /** The step of the oldest that is kept: a restart reads nothing before it. */
  readonly oldestStep: number;
  readonly createdAtMs: number;
  /** From the freeze until it could be taken by a restart. */
  readonly durationMs: number;
  /** Of this the flow stood still. */
  readonly stoppedMs: number;
  /** Of the whole state, and of the pages that this checkpoint wrote itself. */
  readonly stateBytes: number;
  readonly writtenBytes: number;
}
