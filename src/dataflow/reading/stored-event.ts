/** One event by its place, and what the journal says of what became of it. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { jsonLineWriter } from "../../functions/row-text/json-line.ts";
import { rowBytes } from "../../log/dead/letter-walk.ts";
import { type EventLogReader, type Step, type StreamId, stepKind } from "../../log/event-log.ts";
import { payloadOf } from "../../log/step-payload.ts";
import type { Turns } from "../../log/turns.ts";
import type { EventChoice } from "../../sql/event-choice.ts";
import { noCause } from "../../values/column-batch.ts";
import { StepOrigin } from "../runtime/step-origin.ts";
import { EventRows } from "./event-rows.ts";
import type { SearchedJournal } from "./event-search.ts";
import { type EventPlace, type LoggedEvent, loggedEvent } from "./logged-event.ts";

export interface EventRequest extends EventPlace {
  readonly stream: StreamId;
  /** Its time is read, and nothing is asked of it. */
  readonly choice: EventChoice;
  /** Relations of late rows in which it may be. */
  readonly late: readonly { readonly name: string; readonly stream: StreamId }[];
  /** It is a dead letter. */
  readonly isLetter: boolean;
  readonly nowMs: number;
  /** What is not found until then stays unknown. */
  readonly msMax: number;
}

export interface StoredEvent extends LoggedEvent {
  /** Its number within the stream, from 0. */
  readonly number: number;
  readonly partition: number;
  /** How its stream was declared when it was written. */
  readonly written: TableDefinition;
  readonly schemaVersion: number;
  /** Of a stream that queries write: the step that made them write it. */
  readonly causedBy: number | undefined;
  /** By relation; undefined where the journal was not read far enough to know. */
  readonly late: ReadonlyMap<string, readonly LateRow[] | undefined>;
  /** Of a dead letter: when it was sent again. */
  readonly replayedAtMs: number | "never" | "unknown" | undefined;
}

/** What a relation of late rows says of one (`catalog/late-rows.ts`). */
export interface LateRow {
  readonly late_at: string;
  readonly late_by_ms: number;
  readonly late_watermark: string;
  readonly late_window_start: string | null;
  readonly late_window_end: string | null;
}

/** After so many steps others have their turn. */
const stepsATurn = 50;

/** Undefined where the stream has no event there, or none any more. */
export function* storedEvent(
  { declared }: SearchedJournal,
  reader: EventLogReader,
  request: EventRequest,
): Turns<StoredEvent | undefined> {
  const { stream, choice, row, nowMs } = request;
  const untilMs = performance.now() + request.msMax;
  reader.narrow({ streams: new Set([stream]) });
  reader.seek(request.step);
  const step = reader.next();
  const isThere = step?.number === request.step && step.kind === stepKind.rows && row < step.rowCount;
  if (step === undefined || !isThere) return undefined;
  const written = declared.of(step);
  const [fitting] = new EventRows(choice, nowMs).fitting(step, [row], written);
  const found = {
    ...loggedEvent(step, row, fitting?.timeMs),
    number: step.firstRowOffset + row,
    partition: step.partition,
    schemaVersion: step.schemaVersion,
    written,
    causedBy: step.cause?.step,
  };
  const told = request.late.length === 0 ? {} : membersOf(step, row, written);
  const late = new Map<string, readonly LateRow[] | undefined>();
  for (const { name, stream: id } of request.late) {
    const cause = found.causedBy ?? found.step;
    late.set(name, yield* lateRowsOf(reader, id, cause, told, untilMs));
  }
  const replayedAtMs = request.isLetter ? yield* replayedAt(reader, stream, found, untilMs) : undefined;
  return { ...found, late, replayedAtMs };
}

/** The event as a relation of late rows has it. */
function membersOf(step: Step, row: number, written: TableDefinition): Readonly<Record<string, unknown>> {
  const origin = new StepOrigin();
  const { name } = written;
  origin.begin(written, step, noCause, { version: step.schemaVersion, columns: written.schema.columns });
  const text = jsonLineWriter(written.schema, "iso")(origin.row(row), 0);
  return { ...(JSON.parse(text) as object), late_stream: name };
}

/**
 * Rows of the relation that the event's step caused and that are like it: rows of one step that are alike in
 * all columns are told alike. Causes ascend, so that a later one ends the search.
 */
function* lateRowsOf(
  reader: EventLogReader,
  stream: StreamId,
  cause: number,
  told: Readonly<Record<string, unknown>>,
  untilMs: number,
): Turns<readonly LateRow[] | undefined> {
  const rows: LateRow[] = [];
  for (const step of stepsBehind(reader, stream, cause)) {
    if (step === "turn") {
      yield;
      if (performance.now() > untilMs) return undefined;
      continue;
    }
    if (step.kind !== stepKind.rows || step.cause === undefined) continue;
    if (step.cause.step > cause) break;
    if (step.cause.step < cause) continue;
    for (let row = 0; row < step.rowCount; row++) {
      const members = JSON.parse(new TextDecoder().decode(rowBytes(step, row))) as Record<string, unknown>;
      const isLike = Object.entries(told).every(
        ([name, value]) => !(name in members) || JSON.stringify(members[name]) === JSON.stringify(value),
      );
      if (isLike) rows.push(members as unknown as LateRow);
    }
  }
  return rows;
}

/** When the letter was noted as sent again. */
function* replayedAt(
  reader: EventLogReader,
  stream: StreamId,
  letter: EventPlace & { readonly number: number },
  untilMs: number,
): Turns<number | "never" | "unknown"> {
  for (const step of stepsBehind(reader, stream, letter.step)) {
    if (step === "turn") {
      yield;
      if (performance.now() > untilMs) return "unknown";
      continue;
    }
    if (step.kind !== stepKind.statement) continue;
    const payload = payloadOf(step);
    if (payload.kind !== "replayed") continue;
    if (payload.letters.some(([from, to]) => from <= letter.number && letter.number <= to))
      return step.appendTimeMs;
  }
  return "never";
}

function* stepsBehind(reader: EventLogReader, stream: StreamId, from: number): Generator<Step | "turn"> {
  reader.narrow({ streams: new Set([stream]) });
  reader.seek(from);
  let count = 0;
  for (let step = reader.next(); step !== undefined; step = reader.next()) {
    yield step;
    if (++count % stepsATurn === 0) yield "turn";
  }
}
