/** The events of an engine's streams as they lie in the journal: looked for, and followed one by one. */
import { setImmediate } from "node:timers/promises";
import { type Catalog, isKeptBeside, type TableDefinition } from "../../catalog/catalog.ts";
import { streamNamed } from "../../catalog/stream-named.ts";
import { assert, quickwaterError } from "../../errors/quickwater-error.ts";
import type { StreamId } from "../../log/event-log.ts";
import { bindEventChoice } from "../../sql/event-choice.ts";
import type { LiveView } from "../../views/live-view.ts";
import type { ViewProgress } from "../runtime/engine-books.ts";
import type { EngineClient } from "../runtime/engine-client.ts";
import {
  type EngineInsert,
  type EngineQueries,
  type EngineView,
  nameOf,
  timeZoneOf,
} from "../runtime/engine-queries.ts";
import type { QuerySettings } from "../runtime/query-messages.ts";
import { type EventFate, fateOf, type JourneyQuery } from "./event-journey.ts";
import type { EventPage, EventSearch, SearchBounds } from "./event-search.ts";
import type { JournalReadings } from "./journal-readings.ts";
import { type EventPlace, placeOf, placeText } from "./logged-event.ts";
import type { StoredEvent } from "./stored-event.ts";

/** What is seen of the engine. */
export interface EventSurroundings {
  readonly catalog: Catalog;
  readonly timeZone: string;
  views(): readonly LiveView[];
}

export interface StreamEventsOptions {
  readonly readings: Pick<JournalReadings, "answer">;
  /** Those that the journal has, by name. */
  readonly streams: ReadonlyMap<string, StreamId>;
  /** Those of queries hold here too. */
  readonly bounds: QuerySettings;
  readonly queries: () => EngineQueries;
  readonly dataflow: () => Pick<EngineClient, "books" | "written">;
}

/** How far the engine was before the journal was looked at: what it had written by then is found there. */
interface EngineState {
  readonly views: ReadonlyMap<string, ViewState>;
  /** The last step that all views have passed that have rows of it. */
  readonly passedStep: number;
  /** By stream that events are sent to: the number of the next row. */
  readonly passedRows: ReadonlyMap<string, number>;
}

interface ViewState {
  readonly isBeingMade: boolean;
  readonly failure: string | undefined;
  readonly watermarkMs: number | undefined;
}

/** Times are milliseconds since 1970 UTC: from, and up to without. */
export interface EventQuestion {
  readonly where?: string | undefined;
  readonly text?: string | undefined;
  readonly newestFirst: boolean;
  readonly limit: number;
  /** The place of an event, or `next` of the page before. */
  readonly after?: string | undefined;
  readonly appendedFromMs?: number | undefined;
  readonly appendedToMs?: number | undefined;
  readonly eventFromMs?: number | undefined;
  readonly eventToMs?: number | undefined;
}

export interface EventReader extends EventFate {
  readonly name: string;
  readonly kind: "view" | "stream";
}

export interface EventJourney {
  readonly event: StoredEvent;
  /** Columns that tell whether another event is the same; none where the table names none. */
  readonly dedupColumns: readonly string[];
  readonly readers: readonly EventReader[];
}

export class StreamEvents {
  readonly #engine: EventSurroundings;
  readonly #options: StreamEventsOptions;

  constructor(engine: EventSurroundings, options: StreamEventsOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  page(stream: string, question: EventQuestion): Promise<EventPage> {
    const { readings } = this.#options;
    const { table, id } = this.#streamNamed(stream);
    const { where, text, newestFirst, limit, after } = question;
    const { appendedFromMs, appendedToMs, eventFromMs, eventToMs } = question;
    const choice = bindEventChoice(table, where, this.#engine.timeZone);
    if (choice.time === undefined && (eventFromMs ?? eventToMs) !== undefined) {
      const expected = `be left out: ${stream} has no event time`;
      throw quickwaterError("request.bad-parameter", { name: "eventFrom and eventTo", expected });
    }
    const times = { appendedFromMs, appendedToMs, eventFromMs, eventToMs };
    const search: EventSearch = {
      stream: id,
      choice,
      newestFirst,
      after: after === undefined ? undefined : cursorOf(after),
      text,
      ...times,
      nowMs: Date.now(),
      bounds: this.#bounds(limit),
    };
    return readings.answer({ kind: "search", ...search });
  }

  #bounds(eventsMax: number): SearchBounds {
    const { runMsMax, rowsReadMax, answerBytesMax } = this.#options.bounds;
    return { eventsMax, msMax: runMsMax, rowsMax: rowsReadMax, bytesMax: answerBytesMax };
  }

  /** What became of the event. */
  async journey(stream: string, id: string): Promise<EventJourney> {
    const { readings, bounds, streams } = this.#options;
    const { table, id: streamId } = this.#streamNamed(stream);
    const place = placeOf(id);
    const queries = this.#readersOf(stream);
    const late = queries.flatMap(({ lateRows }) => {
      const of = lateRows && streams.get(lateRows.name);
      return of === undefined ? [] : [{ name: lateRows!.name, stream: of }];
    });
    const state = await this.#state();
    const event =
      place &&
      (await readings.answer({
        kind: "event",
        ...place,
        stream: streamId,
        choice: bindEventChoice(table, undefined, this.#engine.timeZone),
        late,
        isLetter: table.origin.kind === "dead",
        nowMs: Date.now(),
        msMax: bounds.runMsMax,
      }));
    if (event === undefined) throw quickwaterError("request.unknown-event", { stream, id });
    return { event, dedupColumns: dedupColumnsOf(table), readers: fatesIn(state, stream, queries, event) };
  }

  /** The written streams as one each, however many queries write them: each tells for itself. */
  #readersOf(stream: string): readonly (EngineView | EngineInsert)[] {
    const { views, inserts } = this.#options.queries();
    return [...views, ...inserts].filter(({ tables }) => tables.some(({ name }) => name === stream));
  }

  async #state(): Promise<EngineState> {
    const dataflow = this.#options.dataflow();
    const views = this.#engine.views();
    const state = {
      views: new Map(views.map((view) => [view.schema.name, stateOf(view)])),
      // One that is made anew shows what it was before.
      passedStep: Math.max(0, ...views.map((view) => (view.making === undefined ? view.stepNumber : 0))),
      passedRows: passedRowsOf(dataflow.books.read() ?? []),
    };
    // What was written before this was shown is in the next messages.
    await setImmediate();
    await dataflow.written;
    return state;
  }

  #streamNamed(name: string): { readonly table: TableDefinition; readonly id: StreamId } {
    const isKept = (each: TableDefinition) => each.origin.kind === "stream" || isKeptBeside(each);
    const table = streamNamed(this.#engine.catalog, name, isKept);
    const id = this.#options.streams.get(name);
    assert(id !== undefined, `the stream ${name} was not declared`);
    return { table, id };
  }
}

function stateOf({ making, failure, freshness: { watermarkMs } }: LiveView): ViewState {
  return { isBeingMade: making !== undefined, failure, watermarkMs };
}

/** Of a stream that queries write, the engine's own count is of no use. */
function passedRowsOf(progress: readonly ViewProgress[]): ReadonlyMap<string, number> {
  const sources = progress.flatMap((view) => view.sources).filter(({ isMade }) => !isMade);
  return new Map(sources.map(({ stream, passed }) => [stream, passed]));
}

function fatesIn(
  state: EngineState,
  stream: string,
  queries: readonly (EngineView | EngineInsert)[],
  event: StoredEvent,
): readonly EventReader[] {
  return queries.map((query): EventReader => {
    const name = nameOf(query);
    const kind = "target" in query ? ("stream" as const) : ("view" as const);
    const view = kind === "view" ? state.views.get(name) : undefined;
    const asked: JourneyQuery = {
      plan: query.plan,
      stream,
      failure: view?.failure,
      isRead: isRead(state, stream, event, view),
      timeZone: timeZoneOf(query),
      watermarkMs: kind === "stream" ? "untold" : view?.watermarkMs,
      late: query.lateRows === undefined ? "none kept" : (event.late.get(query.lateRows.name) ?? "unread"),
    };
    return { name, kind, ...fateOf(asked, event) };
  });
}

/** All queries are given a stream's rows together; a view that is made anew is behind. */
function isRead(
  { passedStep, passedRows }: EngineState,
  stream: string,
  event: StoredEvent,
  view: ViewState | undefined,
): boolean | undefined {
  if (view?.isBeingMade === true) return false;
  // The rows of a written stream are given on before the log has them.
  if (passedStep >= (event.causedBy ?? event.step)) return true;
  const passed = passedRows.get(stream);
  return passed === undefined ? undefined : passed > event.number;
}

function cursorOf(after: string): EventPlace {
  const place = placeOf(after);
  if (place !== undefined) return place;
  const expected = `be the id of an event, such as ${placeText({ step: 812, row: 4 })}, or next of a page`;
  throw quickwaterError("request.bad-parameter", { name: "after", expected });
}

function dedupColumnsOf({ options }: TableDefinition): readonly string[] {
  return (options["dedup-key"] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
