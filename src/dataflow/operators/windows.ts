/**
 * How the slices of a window aggregation become windows: one way for TUMBLE, one for windows that overlap.
 * The operator asks for windows to be closed and shown; which groups those are, and when slices are freed, is
 * decided here.
 */
import type { PartImage } from "../../state/keyed-state.ts";
import type { HeldRows } from "./operator.ts";

/** Takes groups as rows: keys are read from one slot, accumulators from the same or another. */
export interface WindowReceiver {
  /** Rows that follow are of this window. */
  begin(windowStartMs: number, windowEndMs: number): void;
  group(keys: number, values: number): void;
  /** An open row of this window that was shown and has no place any more. */
  remove(keys: number, values: number): void;
  /** There are no more for now. */
  end(): void;
}

export interface Windows {
  /** Closes every window whose end − 1 ms the watermark has reached, ascending by end. */
  close(watermarkMs: number, receiver: WindowReceiver): void;
  /** Shows what changed in open windows since the last call, or all of it. */
  open(all: boolean, receiver: WindowReceiver): void;
  /** The groups of open windows, and what closes the next one. */
  held(): HeldRows;
  freeze(): PartImage;
  restore(image: PartImage): void;
}
