/**
 * Looks for events of a stream in the journal, the newest or the oldest first, part by part, until there are
 * as many as were asked for or a bound is reached. What was not looked at then is where the next page begins.
 */
import type { EventLogReader, Step, StreamId } from "../../log/event-log.ts";
import { stepKind } from "../../log/event-log.ts";
import type { DeclaredTables } from "../../log/journal/declared-tables.ts";
import {
  type RangedJournal,
  type RangeRequest,
  type StepRange,
  stepRanges,
} from "../../log/journal/step-ranges.ts";
import type { Turns } from "../../log/turns.ts";
import type { EventChoice } from "../../sql/event-choice.ts";
import { EventRows } from "./event-rows.ts";
import { type EventPlace, type LoggedEvent, loggedEvent } from "./logged-event.ts";

export interface EventSearch {
  readonly stream: StreamId;
  readonly choice: EventChoice;
  readonly newestFirst: boolean;
  /** Events behind this one, in the order that is asked for. */
  readonly after: EventPlace | undefined;
  /** A text that stands in the event as it was received. */
  readonly text: string | undefined;
  /** When they were appended: from, and up to without. */
  readonly appendedFromMs: number | undefined;
  readonly appendedToMs: number | undefined;
  /** Their event time, in the same way. */
  readonly eventFromMs: number | undefined;
  readonly eventToMs: number | undefined;
  /** What clocks say. */
  readonly nowMs: number;
  readonly bounds: SearchBounds;
}

export interface SearchBounds {
  /** Events of an answer. */
  readonly eventsMax: number;
  readonly msMax: number;
  /** Rows that are looked at. */
  readonly rowsMax: number;
  readonly bytesMax: number;
}

/** Why an answer ended before the stream did. */
export type SearchStop = "limit" | "time" | "rows" | "bytes";

export interface EventPage {
  readonly events: readonly LoggedEvent[];
  readonly rowsLookedAt: number;
  /** Undefined where nothing is left to look at. */
  readonly stopped: SearchStop | undefined;
  /** `after` of the next page, where there may be one. */
  readonly next: EventPlace | undefined;
}

/** What a search reads of. */
export interface SearchedJournal extends RangedJournal {
  readonly declared: DeclaredTables;
}

/** Behind every row of its step. */
const rowMax = 2 ** 31 - 1;

export function* searchEvents(
  journal: SearchedJournal,
  reader: EventLogReader,
  search: EventSearch,
  lastStep: number,
): Turns<EventPage> {
  const { newestFirst, bounds } = search;
  const untilMs = performance.now() + bounds.msMax;
  const part = new SearchedPart(journal.declared, reader, search);
  const events: LoggedEvent[] = [];
  let bytes = 0;
  const page = (stopped: SearchStop | undefined, next: EventPlace | undefined): EventPage => {
    return { events, rowsLookedAt: part.rowsLookedAt, stopped, next };
  };
  for (const range of stepRanges(journal, rangesOf(search, lastStep))) {
    yield;
    for (const event of part.eventsOf(range)) {
      bytes += event.text.length;
      if (events.length > 0 && bytes > bounds.bytesMax) return page("bytes", events.at(-1));
      if (events.push(event) === bounds.eventsMax) return page("limit", event);
    }
    const reached = newestFirst ? { step: range.from, row: 0 } : { step: range.to - 1, row: rowMax };
    if (part.rowsLookedAt >= bounds.rowsMax) return page("rows", reached);
    if (performance.now() > untilMs) return page("time", reached);
  }
  return page(undefined, undefined);
}

function rangesOf(search: EventSearch, lastStep: number): RangeRequest {
  const { stream, newestFirst, after } = search;
  // Of a step that was looked at whole nothing is left, and a page must get on.
  const last = after && (after.row === 0 ? after.step - 1 : after.step);
  const first = after && (after.row === rowMax ? after.step + 1 : after.step);
  const { appendedFromMs = Number.NEGATIVE_INFINITY, appendedToMs = Number.POSITIVE_INFINITY } = search;
  return {
    streams: new Set([stream]),
    eventTimes: eventTimesOf(search),
    newestFirst,
    firstStep: newestFirst ? 1 : (first ?? 1),
    lastStep: newestFirst ? Math.min(last ?? lastStep, lastStep) : lastStep,
    appendedFromMs,
    appendedToMs,
  };
}

function eventTimesOf({ eventFromMs, eventToMs }: EventSearch): RangeRequest["eventTimes"] {
  if (eventFromMs === undefined && eventToMs === undefined) return undefined;
  return { fromMs: eventFromMs ?? Number.NEGATIVE_INFINITY, toMs: eventToMs ?? Number.POSITIVE_INFINITY };
}

class SearchedPart {
  readonly #declared: DeclaredTables;
  readonly #reader: EventLogReader;
  readonly #search: EventSearch;
  readonly #rows: EventRows;
  readonly #text: Buffer | undefined;
  rowsLookedAt = 0;

  constructor(declared: DeclaredTables, reader: EventLogReader, search: EventSearch) {
    this.#declared = declared;
    this.#reader = reader;
    this.#search = search;
    this.#rows = new EventRows(search.choice, search.nowMs);
    this.#text = search.text === undefined ? undefined : Buffer.from(search.text);
    reader.narrow({ streams: new Set([search.stream]), eventTimes: eventTimesOf(search) });
  }

  /** In the order that is asked for. */
  eventsOf({ from, to }: StepRange): readonly LoggedEvent[] {
    const events: LoggedEvent[] = [];
    if (from === to) return events;
    this.#reader.seek(from);
    for (let step = this.#reader.next(); step !== undefined; step = this.#reader.next()) {
      if (step.number >= to) break;
      if (step.kind === stepKind.rows) events.push(...this.#eventsOf(step));
    }
    return this.#search.newestFirst ? events.reverse() : events;
  }

  *#eventsOf(step: Step): Generator<LoggedEvent> {
    const { appendedFromMs, appendedToMs, eventFromMs, eventToMs } = this.#search;
    if (!isWithin(step.appendTimeMs, appendedFromMs, appendedToMs)) return;
    this.rowsLookedAt += step.rowCount;
    const rows = this.#candidates(step);
    if (rows.length === 0) return;
    const written = this.#declared.of(step);
    const isTimed = eventFromMs !== undefined || eventToMs !== undefined;
    for (const { row, timeMs } of this.#rows.fitting(step, rows, written)) {
      if (isTimed && (timeMs === undefined || !isWithin(timeMs, eventFromMs, eventToMs))) continue;
      yield loggedEvent(step, row, timeMs);
    }
  }

  /** Rows behind the place where the page before ended, in which the text stands. */
  #candidates(step: Step): readonly number[] {
    const { after, newestFirst } = this.#search;
    const isLast = after?.step === step.number;
    const from = isLast && !newestFirst ? after.row + 1 : 0;
    const to = isLast && newestFirst ? Math.min(after.row, step.rowCount) : step.rowCount;
    if (this.#text === undefined)
      return Array.from({ length: Math.max(0, to - from) }, (_, place) => from + place);
    return rowsWith(this.#text, step).filter((row) => row >= from && row < to);
  }
}

function isWithin(ms: number, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY): boolean {
  return ms >= from && ms < to;
}

/** Rows in whose bytes the text stands, ascending: not where it begins in one and ends in the next. */
function rowsWith(text: Buffer, { bytes, rowEnds }: Step): readonly number[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: number[] = [];
  let row = 0;
  for (let at = all.indexOf(text); at >= 0; ) {
    while (rowEnds[row]! <= at) row++;
    const isWhole = at + text.length <= rowEnds[row]!;
    if (isWhole) rows.push(row);
    at = all.indexOf(text, isWhole ? rowEnds[row]! : at + 1);
  }
  return rows;
}
