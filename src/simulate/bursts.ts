/** `--fault burst`: twenty seconds in every five minutes ten times as much happens. */
import type { Pace } from "./world/week-curve.ts";

const everyMs = 300_000;
const firstMs = 60_000;
const lengthMs = 20_000;
const times = 10;

export type Bursts = (timeMs: number) => Pace;

export const noBursts: Bursts = () => ({ factor: 1, untilMs: Number.POSITIVE_INFINITY });

/** The first begins a minute after the start. */
export function burstsFrom(startMs: number): Bursts {
  return (timeMs) => {
    const since = timeMs - startMs - firstMs;
    const begun = startMs + firstMs + Math.floor(since / everyMs) * everyMs;
    const isBurst = since >= 0 && timeMs - begun < lengthMs;
    if (isBurst) return { factor: times, untilMs: begun + lengthMs };
    return { factor: 1, untilMs: begun + everyMs };
  };
}
