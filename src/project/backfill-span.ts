/** How much of the past simulators fill: at least a minute, at most a year, of at most a million events. */
import { durationOf } from "../values/duration.ts";

export const backfillEventsMax = 1_000_000;

export interface BackfillSettings {
  readonly spanMs: number;
  /** Fewer of the simulators' own where they would be more. */
  readonly eventsMax: number;
  /** The last so long has all events, for it is what the present is compared with; of the rest a share. */
  readonly recentMs: number;
}

const spanMsMin = 60_000;
const spanMsMax = 366 * 86_400_000;

/** In sentences about one that is none. */
export const backfillSpans = "a time from 1min to 366d, such as 7d";

/** In milliseconds; undefined for a text that is none. */
export function backfillSpanOf(text: string): number | undefined {
  const spanMs = durationOf(text);
  return spanMs !== undefined && spanMs >= spanMsMin && spanMs <= spanMsMax ? spanMs : undefined;
}
