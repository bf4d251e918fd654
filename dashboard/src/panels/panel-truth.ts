/** How true what a panel shows is: live, late, or the last that was known. One state, in words. */
import type { SourceState } from "../data/sources.ts";
import type { FeedStatus } from "../live/feed-status.ts";
import { formatAge } from "../numbers/format.ts";

export type PanelState =
  | "broken"
  | "failed"
  | "loading"
  | "stopped"
  | "reconnecting"
  | "disconnected"
  | "delayed"
  | "live"
  | "past";

export interface PanelTruth {
  readonly state: PanelState;
  /** Beside the title; nothing where all is as it should be. */
  readonly words: string | undefined;
  /** What is shown is no longer known to be true. */
  readonly isDimmed: boolean;
}

interface Known {
  readonly sources: readonly SourceState[];
  /** Of the connection; views only come over it. */
  readonly status: FeedStatus["status"];
  readonly nowMs: number;
  /** Of a time that has passed, or as of a moment. */
  readonly isPast: boolean;
  readonly isOfViews: boolean;
}

/** A stream that rests for so long is worth a word; beyond the minute windows close and rows stand still. */
const delayedAfterMs = 90_000;

export function panelTruth({ sources, status, nowMs, isPast, isOfViews }: Known): PanelTruth {
  const ageMs = ageOf(sources, nowMs);
  const age = ageMs === undefined ? undefined : `${formatAge(ageMs)} old`;
  if (sources.some(({ reading, failure }) => reading === undefined && failure !== undefined))
    return { state: "failed", words: undefined, isDimmed: false };
  const isAsked = sources.some(({ reading }) => reading === undefined);
  if (isAsked && isOfViews && status === "disconnected")
    return { state: "disconnected", words: undefined, isDimmed: false };
  if (isAsked) return { state: "loading", words: undefined, isDimmed: false };
  if (sources.some(({ stopped }) => stopped !== undefined))
    return { state: "stopped", words: "stopped", isDimmed: true };
  if (isOfViews && status === "reconnecting")
    return { state: "reconnecting", words: joined("reconnecting", age), isDimmed: true };
  if (isOfViews && status === "disconnected")
    return { state: "disconnected", words: joined("another version, reload", age), isDimmed: true };
  const asDrawn = sources.some((source) => source.asDrawn);
  if (asDrawn && sources.some(({ failure }) => failure !== undefined))
    return { state: "delayed", words: "as it was drawn, not known exactly", isDimmed: true };
  if (sources.some(({ failure }) => failure !== undefined))
    return { state: "delayed", words: joined("not answered anew", age), isDimmed: true };
  if (asDrawn) return { state: "past", words: "as it was drawn", isDimmed: false };
  if (isPast) return { state: "past", words: undefined, isDimmed: false };
  if (ageMs !== undefined && ageMs > delayedAfterMs) return { state: "delayed", words: age, isDimmed: false };
  return { state: "live", words: undefined, isDimmed: false };
}

const joined = (word: string, age: string | undefined) => (age === undefined ? word : `${word} · ${age}`);

/** Of the newest of all sources. */
function ageOf(sources: readonly SourceState[], nowMs: number): number | undefined {
  const times = sources.flatMap(({ lastRowAtMs }) => (lastRowAtMs === undefined ? [] : [lastRowAtMs]));
  return times.length === 0 ? undefined : Math.max(0, nowMs - Math.max(...times));
}
