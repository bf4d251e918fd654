/**
 * What a time chart draws: tracks over the same times, in the order of painting. A line is two of them: what
 * is final, and what is open, which is dashed and lighter.
 */
import type { PixelValues } from "./decimate.ts";

export interface Track {
  readonly values: PixelValues;
  /** What it stands on; undefined where nothing is below it. */
  readonly base: PixelValues | undefined;
  readonly open: boolean;
  /** As CSS has it. */
  readonly colour: string;
  readonly look: "line" | "points" | "area" | "bars";
  /** Which sign tells it from others; undefined where there are none. */
  readonly sign: number | undefined;
  /** Of bars beside each other: which, of how many. */
  readonly beside: { readonly position: number; readonly count: number };
}

export interface Threshold {
  readonly value: number;
  readonly colour: string;
  readonly label: string;
}

export interface TimeContent {
  readonly timesSeconds: readonly number[];
  readonly tracks: readonly Track[];
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly low: number;
  readonly high: number;
  /** How long a bar is. */
  readonly stepSeconds: number;
  /** Whether points are moments that keep no distance, so that none is missing between them. */
  readonly spanGaps: boolean;
  readonly thresholds: readonly Threshold[];
  readonly marksSeconds: readonly number[];
  /** From when to when something was otherwise: shaded. */
  readonly bandsSeconds: readonly (readonly [number, number])[];
  /** Points that were final and changed. */
  readonly correctedSeconds: readonly number[];
}

/** Content of the same structure is drawn by the same chart, whatever its numbers. */
export function structureOf({ tracks, spanGaps }: TimeContent): string {
  return JSON.stringify([
    spanGaps,
    tracks.map(({ base, open, colour, look, sign, beside }) => [
      base !== undefined,
      open,
      colour,
      look,
      sign,
      beside,
    ]),
  ]);
}
