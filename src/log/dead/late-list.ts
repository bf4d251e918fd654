/** Late rows of a view from its relation `<view>$late`: those behind its last correction, by window. */
import { formatInstantMs } from "../../values/timestamp.ts";
import { type EventLogReader, type StreamId, stepKind } from "../event-log.ts";
import { payloadOf } from "../step-payload.ts";
import type { Turns } from "../turns.ts";
import { rowBytes } from "./letter-walk.ts";

/** What of a late row is looked at here (`catalog/late-rows.ts`). */
interface LateRow {
  readonly late_at: string;
  readonly late_by_ms: number;
  readonly late_window_start: string | null;
  readonly late_window_end: string | null;
}

/** The last window of the rows; null where what they were late for has none. */
export interface LateWindowRows {
  readonly start: string | null;
  readonly end: string | null;
  readonly count: number;
  readonly lastAt: string;
  readonly longestMs: number;
}

export interface LateList {
  /** All of them, those that a correction took too. */
  readonly rows: number;
  /** Behind the last correction. */
  readonly open: number;
  /** When that was; null where there was none. */
  readonly correctedAt: string | null;
  /** Of the open ones, the newest first. */
  readonly windows: readonly LateWindowRows[];
}

export interface LateSource {
  readonly view: string;
  /** Of its `$late`. */
  readonly late: StreamId;
}

/** What is of no stream, as corrections are, has this number. */
const ofNoStream = 0 as StreamId;

export function* listLate(reader: EventLogReader, { view, late }: LateSource): Turns<LateList> {
  const decoder = new TextDecoder();
  const windows = new Map<string, LateWindowRows>();
  let rows = 0;
  let open = 0;
  let correctedAt: string | null = null;
  reader.narrow({ streams: new Set([late, ofNoStream]) });
  reader.seek(1);
  for (let step = reader.next(); step !== undefined; step = reader.next()) {
    yield;
    if (step.kind === stepKind.correction) {
      const payload = payloadOf(step);
      if (payload.kind !== "correction" || payload.view !== view) continue;
      windows.clear();
      open = 0;
      correctedAt = formatInstantMs(step.appendTimeMs);
    } else if (step.kind === stepKind.rows && step.streamId === late) {
      rows += step.rowCount;
      open += step.rowCount;
      for (let index = 0; index < step.rowCount; index++) {
        count(windows, JSON.parse(decoder.decode(rowBytes(step, index))) as LateRow);
      }
    }
  }
  return { rows, open, correctedAt, windows: [...windows.values()].reverse() };
}

function count(windows: Map<string, LateWindowRows>, row: LateRow): void {
  const { late_window_start: start, late_window_end: end, late_at: lastAt, late_by_ms: lateMs } = row;
  const key = `${start} ${end}`;
  const known = windows.get(key);
  const longestMs = Math.max(lateMs, known?.longestMs ?? 0);
  // The window of the newest row is the last one.
  windows.delete(key);
  const shown = { start: shownTime(start), end: shownTime(end) };
  windows.set(key, { ...shown, count: 1 + (known?.count ?? 0), lastAt, longestMs });
}

/** As the view's rows show it: in the log a TIMESTAMP has no zone. */
function shownTime(text: string | null): string | null {
  if (text === null) return null;
  return formatInstantMs(Date.parse(text.endsWith("Z") ? text : `${text}Z`));
}
