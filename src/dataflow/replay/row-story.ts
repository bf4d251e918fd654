/**
 * How one row of a view came to be: each time that the view told of it, and the event that made it do so. The
 * journal is read twice: to see which steps touched the row, and then those steps again, row by row.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { type EventLogReader, type Step, type StreamId, stepKind } from "../../log/event-log.ts";
import type { Turns } from "../../log/turns.ts";
import type { EventChoice } from "../../sql/event-choice.ts";
import type { ChangeBatch, ViewRow } from "../../views/view.ts";
import { EventRows } from "../reading/event-rows.ts";
import type { SearchedJournal } from "../reading/event-search.ts";
import { type LoggedEvent, loggedEvent } from "../reading/logged-event.ts";
import type { EngineQueries, EngineView } from "../runtime/engine-queries.ts";
import { oneRowOf } from "./one-row.ts";
import { ViewReplay } from "./view-replay.ts";

export interface RowStoryRequest {
  readonly view: EngineView;
  /** All that run: what writes the streams that the view reads is among them. */
  readonly queries: EngineQueries;
  readonly key: string;
  /** Nothing that was written later is looked at. */
  readonly atMs: number;
  /** Streams that the view is made of, of which the journal holds what was sent. */
  readonly streams: readonly {
    readonly name: string;
    readonly id: StreamId;
    /** Its time is read, and nothing is asked of it. */
    readonly choice: EventChoice;
  }[];
  /** The last so many changes are told. */
  readonly changesMax: number;
  readonly msMax: number;
}

/**
 *   event       an event that was sent
 *   clock       the clock went on, and with it the watermark
 *   correction  late rows were taken into it
 */
export type ChangeCause = "event" | "clock" | "correction";

export interface RowChange {
  readonly cause: ChangeCause;
  readonly step: number;
  readonly atMs: number;
  readonly event: (LoggedEvent & { readonly stream: string }) | undefined;
  /** The row from there on; undefined where it left the view. */
  readonly after: ViewRow | undefined;
  readonly before: ViewRow | undefined;
}

export interface RowStory {
  /** The first of them first. */
  readonly changes: readonly RowChange[];
  readonly changeCount: number;
  /** As it is behind all of them. */
  readonly row: ViewRow | undefined;
  /** The last step that was looked at. */
  readonly step: number;
  /** Rows of these were gone: what they had made of the row is not known. */
  readonly streamsWithGaps: readonly string[];
}

export function* rowStory(
  journal: SearchedJournal,
  openReader: () => EventLogReader,
  request: RowStoryRequest,
): Turns<RowStory> {
  const untilMs = performance.now() + request.msMax;
  const touched = yield* touchingSteps(openReader, request, untilMs);
  return yield* new Telling(journal, openReader, request, touched).tell(untilMs);
}

/** Steps in which the row was told of: the last ones. */
function* touchingSteps(
  openReader: () => EventLogReader,
  request: RowStoryRequest,
  untilMs: number,
): Turns<ReadonlySet<number>> {
  const touched = new Set<number>();
  const { name } = request.view.view;
  for (const { step, replay } of stepsOf(openReader, request)) {
    yield;
    refuseLate(request, untilMs);
    replay.take(step);
    const batch = replay.changes(name, step.number);
    if (batch === undefined || rowIn(batch, request.key) === "untouched") continue;
    touched.add(step.number);
    if (touched.size > request.changesMax) touched.delete(touched.values().next().value!);
  }
  return touched;
}

class Telling {
  readonly #journal: SearchedJournal;
  readonly #openReader: () => EventLogReader;
  readonly #request: RowStoryRequest;
  readonly #touched: ReadonlySet<number>;
  readonly #changes: RowChange[] = [];
  /** Of each stream what reads its events, which is compiled once. */
  readonly #rows = new Map<StreamId, EventRows>();
  #changeCount = 0;
  #row: ViewRow | undefined;

  constructor(
    journal: SearchedJournal,
    openReader: () => EventLogReader,
    request: RowStoryRequest,
    touched: ReadonlySet<number>,
  ) {
    this.#journal = journal;
    this.#openReader = openReader;
    this.#request = request;
    this.#touched = touched;
  }

  *tell(untilMs: number): Turns<RowStory> {
    let last: Replayed | undefined;
    const { view } = this.#request;
    const { name } = view.view;
    for (const replayed of stepsOf(this.#openReader, this.#request)) {
      last = replayed;
      const { step, replay } = replayed;
      const isTouched = step.kind === stepKind.rows && this.#touched.has(step.number);
      if (!isTouched) {
        replay.take(step);
        this.#note(replay.changes(name, step.number), step, undefined);
      }
      for (let row = 0; isTouched && row < step.rowCount; row++) {
        replay.take(oneRowOf(step, row));
        this.#note(replay.changes(name, step.number), step, row);
        yield;
        refuseLate(this.#request, untilMs);
      }
      yield;
      refuseLate(this.#request, untilMs);
    }
    return {
      changes: this.#changes,
      changeCount: this.#changeCount,
      row: this.#row,
      step: last?.step.number ?? 0,
      streamsWithGaps: last?.replay.streamsWithGaps(view) ?? [],
    };
  }

  #note(batch: ChangeBatch | undefined, step: Step, row: number | undefined): void {
    if (batch === undefined) return;
    const after = rowIn(batch, this.#request.key);
    if (after === "untouched") return;
    const before = this.#row;
    this.#row = after;
    if (before === undefined && after === undefined) return;
    this.#changeCount++;
    this.#changes.push({
      cause: causeOf(step),
      step: step.number,
      atMs: step.appendTimeMs,
      event: this.#eventOf(step, row),
      before,
      after,
    });
    if (this.#changes.length > this.#request.changesMax) this.#changes.shift();
  }

  #eventOf(step: Step, row: number | undefined): RowChange["event"] {
    const stream = this.#request.streams.find(({ id }) => id === step.streamId);
    if (row === undefined || stream === undefined) return undefined;
    const one = oneRowOf(step, row);
    const rows = this.#rows.get(step.streamId) ?? new EventRows(stream.choice, this.#request.atMs);
    this.#rows.set(step.streamId, rows);
    const [fitting] = rows.fitting(one, [0], this.#journal.declared.of(step));
    return { ...loggedEvent(one, 0, fitting?.timeMs), row, stream: stream.name };
  }
}

interface Replayed {
  readonly step: Step;
  readonly replay: ViewReplay;
}

/** A new replay, and each step up to the moment, to be taken by it. */
function* stepsOf(openReader: () => EventLogReader, request: RowStoryRequest): Generator<Replayed, void> {
  const { view, queries } = request;
  const replay = new ViewReplay({ views: [view], queries }, openReader);
  const reader = openReader();
  try {
    for (let step = reader.next(); step !== undefined; step = reader.next()) {
      if (step.appendTimeMs > request.atMs) return;
      yield { step, replay };
    }
  } finally {
    reader.close();
  }
}

function refuseLate({ msMax }: RowStoryRequest, untilMs: number): void {
  if (performance.now() > untilMs) throw quickwaterError("request.replay-timeout", { limit: msMax });
}

/** What a batch says of the row; undefined where it left. */
function rowIn({ upserts, removedKeys }: ChangeBatch, key: string): ViewRow | undefined | "untouched" {
  const row = upserts.find((each) => each.key === key);
  if (row !== undefined) return row;
  return removedKeys.includes(key) ? undefined : "untouched";
}

function causeOf({ kind }: Step): ChangeCause {
  if (kind === stepKind.rows) return "event";
  return kind === stepKind.correction ? "correction" : "clock";
}
