/**
 * Why a view shows what it shows: what the engine knows of its stages, beside what log and journal know of
 * its streams.
 */
import { isKeptBeside } from "../../catalog/catalog.ts";
import { deadLetterName } from "../../catalog/dead-letters.ts";
import { lateRowsName } from "../../catalog/late-rows.ts";
import type { Books } from "../../dataflow/runtime/books.ts";
import type { QueryFacts, StreamFacts } from "../../dataflow/runtime/query-facts.ts";
import type { StageFacts } from "../../dataflow/runtime/stage-facts.ts";
import type { Engine } from "../../engine.ts";
import type {
  WhyAnswer,
  WhyInput,
  WhyLastEvent,
  WhyLetter,
  WhyShown,
  WhyStage,
} from "../../serving/answers.ts";
import { formatInstantMs } from "../../values/timestamp.ts";
import { holdersIn } from "./holding-back.ts";
import { summaryOf } from "./why-summary.ts";
import { heldText } from "./why-words.ts";

/** Of a view, or of the queries that write a stream. */
export async function whyOf(engine: Engine, name: string): Promise<WhyAnswer> {
  const { kind, statements, streams, facts } = await engine.reports.of(name);
  const books = await engine.books();
  const inputs = await Promise.all(streams.map((stream) => inputOf(engine, name, stream, facts, books)));
  const late = lateRowsName(name);
  const hasLate = facts?.stages.some(({ rowsLate = 0 }) => rowsLate > 0) ?? false;
  const isKept = hasLate && engine.catalog.table(late) !== undefined;
  const lastLateAt = isKept ? await lastRowAtOf(engine, late) : null;
  const corrected = isKept && kind === "view" ? await correctedOf(engine, name) : null;
  const step = facts?.stepNumber ?? engine.view(name)?.stepNumber ?? 0;
  const sql = statements.join(";\n\n");
  const known = { view: name, kind, sql, step, now: formatInstantMs(Date.now()) };
  const parts = {
    inputs: holdersIn(inputs),
    stages: stagesOf(facts?.stages ?? [], lastLateAt),
    shows: shownBy(engine, name, facts, corrected),
  };
  return { ...known, ...summaryOf({ ...known, ...parts }), ...parts };
}

async function inputOf(
  engine: Engine,
  view: string,
  stream: string,
  facts: QueryFacts | undefined,
  books: Books,
): Promise<WhyInput> {
  const table = engine.catalog.table(stream);
  const isWritten = engine.catalog.writers().has(stream);
  const isBeside = table !== undefined && isKeptBeside(table);
  const counts = books.streams.get(stream);
  const time = facts?.streams.find((each) => each.stream === stream);
  const source = books.views.find((book) => book.view === view)?.sources.find((of) => of.stream === stream);
  const from = isBeside ? "beside" : isWritten ? "queries" : "events";
  return {
    stream,
    from,
    rowsLogged: counts?.rows ?? 0,
    rowsInFlight: source?.inFlight ?? null,
    ...timeOf(time),
    dead: from === "events" ? await deadOf(engine, stream, books) : null,
    duplicates: from === "events" ? (counts?.duplicate ?? 0) : null,
    lastEvent: await lastEventOf(engine, view, stream),
  };
}

function timeOf(time: StreamFacts | undefined) {
  const partitions = time?.partitions ?? [];
  const follows = time?.follows ?? false;
  return {
    lastRowAt: instantOf(greatest(partitions.map(({ lastRowAtMs }) => lastRowAtMs))),
    lastEventTime: instantOf(greatest(partitions.map(({ eventTimeMs }) => eventTimeMs))),
    watermark: instantOf(time?.watermarkMs),
    delayMs: time?.delayMs ?? null,
    idleTimeoutMs: time?.idleTimeoutMs ?? null,
    inBackfill: time?.inBackfill ?? false,
    followsQueries: follows,
    partitions: partitions.map(({ partition, watermarkMs, lastRowAtMs, quietMs, isIdle }) => ({
      partition,
      watermark: instantOf(watermarkMs),
      lastRowAt: instantOf(lastRowAtMs),
      isIdle,
      quietForMs: follows ? null : quietMs,
      holdsBack: false,
    })),
  };
}

async function deadOf(engine: Engine, stream: string, books: Books): Promise<WhyInput["dead"]> {
  const dead = deadLetterName(stream);
  const rows = books.streams.get(dead)?.rows ?? 0;
  if (rows === 0) return { rows, last: null };
  const last = await newestOf(engine, dead);
  if (last === undefined) return { rows, last: null };
  const { code, field, reason } = JSON.parse(last.text) as Omit<WhyLetter, "at">;
  return { rows, last: { at: formatInstantMs(last.appendedAtMs), code, field, reason } };
}

/** Where the journal cannot be read to it in time, it is not told. */
async function lastEventOf(engine: Engine, view: string, stream: string): Promise<WhyLastEvent | null> {
  const last = await newestOf(engine, stream);
  if (last === undefined) return null;
  const id = `${last.step}-${last.row}`;
  try {
    const { readers } = await engine.events.journey(stream, id);
    const fate = readers.find(({ name }) => name === view);
    return fate === undefined ? null : { id, status: fate.status, why: fate.why, predicate: fate.predicate };
  } catch {
    // Retention may have taken it meanwhile.
    return null;
  }
}

async function lastRowAtOf(engine: Engine, stream: string): Promise<string | null> {
  return instantOf((await newestOf(engine, stream))?.appendedAtMs);
}

async function newestOf(engine: Engine, stream: string) {
  const { events } = await engine.events.page(stream, { newestFirst: true, limit: 1 });
  return events[0];
}

function stagesOf(stages: readonly StageFacts[], lastLateAt: string | null): readonly WhyStage[] {
  const watermarks = new Map(stages.map(({ number, watermarkMs }) => [number, watermarkMs]));
  return stages.map((facts) => {
    const { number, inputs, stage, does, held, filtered, rowsLate, unmatched } = facts;
    const until = instantOf(held?.untilMs);
    const before = inputs.map((input) => watermarks.get(input));
    const known = before.filter((ms) => ms !== undefined);
    const nowMs = known.length === before.length && known.length > 0 ? Math.min(...known) : undefined;
    return {
      number,
      inputs,
      stage,
      does,
      stream: facts.stream ?? null,
      rowsIn: facts.rowsIn ?? null,
      rowsOut: facts.rowsOut ?? null,
      lastRowAt: instantOf(facts.lastRowAtMs),
      watermark: instantOf(facts.watermarkMs),
      held: held === undefined ? null : { rows: held.rows, until, why: heldText(facts, nowMs) },
      filtered:
        filtered === undefined ? null : { rows: filtered.rows, predicate: filtered.predicate ?? null },
      late: rowsLate === undefined ? null : { rows: rowsLate, lastAt: rowsLate > 0 ? lastLateAt : null },
      unmatched:
        unmatched === undefined
          ? null
          : { ...unmatched, left: unmatched.left ?? null, right: unmatched.right ?? null },
    };
  });
}

async function correctedOf(engine: Engine, view: string): Promise<WhyShown["corrected"]> {
  const { rows, open, correctedAt } = await engine.late.list(view);
  return correctedAt === null ? null : { at: correctedAt, rows: rows - open, open };
}

function shownBy(
  engine: Engine,
  name: string,
  facts: QueryFacts | undefined,
  corrected: WhyShown["corrected"],
): WhyShown | null {
  const live = engine.view(name);
  if (live === undefined) return null;
  const { rowCount: rows, openRowCount: openRows, failure, making, schema } = live;
  return {
    rows,
    finalRows: rows - openRows,
    openRows,
    lastChangeAt: instantOf(facts?.changedAtMs),
    emit: schema.emit,
    corrected,
    failure: failure ?? null,
    making: making ?? null,
  };
}

function instantOf(ms: number | undefined): string | null {
  return ms === undefined || !Number.isFinite(ms) ? null : formatInstantMs(ms);
}

function greatest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
