/**
 * How one row of a view came to be: each time that the view told of it, and the event that made it do so. The
 * journal is read twice: to see which steps touched the row, and then those steps again, row by row.
 */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { type EventLogReader, type Step, type StreamId, stepKind } from "../../log/event-log.ts";
import type { Turns } from "../../log/turns.ts";
import type { EventChoice } from "../../sql/event-choice.ts";
import type { ChangeBatch, ViewRow } from "../../views/view.ts";
import type { LateRows } from "../operators/operator.ts";
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
  /** The row's window, and what it is made of: undefined where a correction is not told with what it took. */
  readonly corrected: { readonly stream: StreamId; readonly endMs: number } | undefined;
  readonly msMax: number;
}

/**
 *   event       an event that was sent
 *   clock       the clock went on, and with it the watermark
 *   correction  late rows were taken into it
 */
export type ChangeCause = "event" | "clock" | "correction";

export type StreamEvent = LoggedEvent & { readonly stream: string };

/** An event that came too late for the row's window, of whatever other key. */
export interface LateEvent {
  readonly event: StreamEvent;
  readonly lateByMs: number;
}

export interface RowChange {
  readonly cause: ChangeCause;
  readonly step: number;
  readonly atMs: number;
  readonly event: StreamEvent | undefined;
  /** Of a correction: what came late since the one before; undefined where that is not known. */
  readonly late: readonly LateEvent[] | undefined;
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

interface Touching {
  /** Steps in which the row was told of: the last ones. */
  readonly steps: ReadonlySet<number>;
  /** By step: its rows that were too late for the row's window. The last ones. */
  readonly late: ReadonlyMap<number, readonly LateRow[]>;
}

interface LateRow {
  readonly row: number;
  readonly lateByMs: number;
}

const lateStepsMax = 1_000;

function* touchingSteps(
  openReader: () => EventLogReader,
  request: RowStoryRequest,
  untilMs: number,
): Turns<Touching> {
  const touched = new Set<number>();
  const late = new Map<number, LateRow[]>();
  const { corrected } = request;
  const { name } = request.view.view;
  let taken: Step | undefined;
  const lateRows: LateRows = {
    add(row, lateByMs, window) {
      // Rows of another stream are those that a query made of the step's.
      if (row === undefined || taken === undefined || taken.streamId !== corrected?.stream) return;
      if (window?.endMs !== corrected.endMs) return;
      const known = late.get(taken.number);
      // What a row is taken apart into is late as often.
      if (known?.at(-1)?.row === row) return;
      if (known !== undefined) known.push({ row, lateByMs });
      else late.set(taken.number, [{ row, lateByMs }]);
      if (late.size > lateStepsMax) late.delete(late.keys().next().value!);
    },
  };
  for (const { step, replay } of stepsOf(openReader, request, lateRows)) {
    yield;
    refuseLate(request, untilMs);
    taken = step;
    replay.take(step);
    const batch = replay.changes(name, step.number);
    if (batch === undefined || rowIn(batch, request.key) === "untouched") continue;
    touched.add(step.number);
    if (touched.size > request.changesMax) touched.delete(touched.values().next().value!);
  }
  return { steps: touched, late };
}

class Telling {
  readonly #journal: SearchedJournal;
  readonly #openReader: () => EventLogReader;
  readonly #request: RowStoryRequest;
  readonly #touching: Touching;
  readonly #changes: RowChange[] = [];
  /** Of each stream what reads its events, which is compiled once. */
  readonly #rows = new Map<StreamId, EventRows>();
  #changeCount = 0;
  #row: ViewRow | undefined;
  /** Since the last correction. */
  #late: LateEvent[] = [];

  constructor(
    journal: SearchedJournal,
    openReader: () => EventLogReader,
    request: RowStoryRequest,
    touching: Touching,
  ) {
    this.#journal = journal;
    this.#openReader = openReader;
    this.#request = request;
    this.#touching = touching;
  }

  *tell(untilMs: number): Turns<RowStory> {
    let last: Replayed | undefined;
    const { view } = this.#request;
    const { name } = view.view;
    for (const replayed of stepsOf(this.#openReader, this.#request)) {
      last = replayed;
      const { step, replay } = replayed;
      const isTouched = step.kind === stepKind.rows && this.#touching.steps.has(step.number);
      for (const { row, lateByMs } of this.#touching.late.get(step.number) ?? []) {
        const event = this.#eventOf(step, row);
        if (event !== undefined) this.#late.push({ event, lateByMs });
      }
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
    const cause = causeOf(step);
    this.#changes.push({
      cause,
      step: step.number,
      atMs: step.appendTimeMs,
      event: this.#eventOf(step, row),
      late: cause === "correction" ? this.#takeLate() : undefined,
      before,
      after,
    });
    if (this.#changes.length > this.#request.changesMax) this.#changes.shift();
  }

  #takeLate(): readonly LateEvent[] | undefined {
    if (this.#request.corrected === undefined) return undefined;
    const late = this.#late;
    this.#late = [];
    return late;
  }

  #eventOf(step: Step, row: number | undefined): StreamEvent | undefined {
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
function* stepsOf(
  openReader: () => EventLogReader,
  request: RowStoryRequest,
  lateRows?: LateRows,
): Generator<Replayed, void> {
  const { view, queries } = request;
  const replay = new ViewReplay({ views: [view], queries }, openReader, lateRows);
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
