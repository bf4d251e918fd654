/**
 * A correction: closed windows of a view, computed again from the journal with every row that is in them,
 * late ones too. It reads the steps before its own, so that it comes to the same whenever it is made.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { assert, quickwaterError } from "../../errors/quickwater-error.ts";
import { type EventLogReader, type StreamId, stepKind } from "../../log/event-log.ts";
import type { CorrectableWindows } from "../../sql/plan/correctable.ts";
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";
import { readValue } from "../../values/column-access.ts";
import { type ColumnBatch, noCause } from "../../values/column-batch.ts";
import type { PipelineOptions } from "../physical/build-pipeline.ts";
import { StepOrigin } from "./step-origin.ts";
import { StreamGraph } from "./stream-graph.ts";
import { JournalPass } from "./take-step.ts";

/** All windows that lie within it, on the wall clock that they are made on. */
export interface CorrectedSpan {
  readonly startMs: number;
  readonly endMs: number;
}

export interface CorrectionSource {
  readonly plan: LogicalPlan;
  readonly windows: CorrectableWindows;
  readonly table: TableDefinition;
  readonly streamId: StreamId;
  readonly pipelines: PipelineOptions;
  readonly openReader: () => EventLogReader;
  /** The step of the correction: what stands before it counts. */
  readonly beforeStep: number;
}

/** More than a wall clock is from UTC, and than an event may be ahead of the clock. */
const dayMs = 86_400_000;

/**
 * Gives the rows of the windows as they are with all their rows; answers the spans that the journal still
 * holds whole.
 */
export function recompute(
  source: CorrectionSource,
  spans: readonly CorrectedSpan[],
  take: (batch: ColumnBatch, row: number) => void,
): readonly CorrectedSpan[] {
  const { plan, windows, table, streamId, openReader, beforeStep } = source;
  const reader = openReader();
  try {
    const kept = spans.filter(isKept(reader, streamId));
    if (kept.length === 0) return kept;
    const fromMs = Math.min(...kept.map(({ startMs }) => startMs)) - dayMs;
    const toMs = Math.max(...kept.map(({ endMs }) => endMs)) + dayMs;
    const graph = privateGraph(source);
    const accept = (batch: ColumnBatch) => {
      if (batch.standing !== "final") return;
      for (let row = 0; row < batch.rowCount; row++) {
        if (isWithin(kept, batch, row, windows)) take(batch, row);
      }
    };
    graph.addQuery(
      { plan, tables: [neverLate(table)] },
      { accept, advance: () => {} },
      { firstAnswers: undefined, lateRows: undefined },
    );
    // What a narrowed reader leaves out is not gone.
    const pass = new JournalPass(() => {});
    reader.narrow({ streams: new Set([streamId]), eventTimes: { fromMs, toMs } });
    reader.seek(1);
    for (let step = reader.next(); step !== undefined && step.number < beforeStep; step = reader.next()) {
      const isOfStream = step.kind === stepKind.rows || step.kind === stepKind.statement;
      if (isOfStream) pass.take(step, graph);
    }
    graph.sources.get(table.name)!.end(noCause);
    // They may have been taken while they were read.
    if (!kept.every(isKept(reader, streamId))) {
      throw quickwaterError("run.rows-let-go", { stream: table.name });
    }
    return kept;
  } finally {
    reader.close();
  }
}

/** What goes wrong in it is the correction's failure, not the view's. */
function privateGraph({ pipelines }: CorrectionSource): StreamGraph {
  return new StreamGraph({
    pipelines,
    origin: new StepOrigin(),
    write: () => assert(false, "a correction writes no stream"),
    onFailure: (_, error) => {
      throw error;
    },
  });
}

/** Its watermark stays before every row until the end. */
function neverLate(table: TableDefinition): TableDefinition {
  return {
    ...table,
    watermark: table.watermark && { ...table.watermark, delayMs: Number.POSITIVE_INFINITY },
  };
}

/** Whether no row of a window can have been among those that retention took. */
function isKept(reader: EventLogReader, streamId: StreamId): (span: CorrectedSpan) => boolean {
  reader.narrow({ streams: new Set([streamId]) });
  reader.seek(1);
  for (let step = reader.next(); step !== undefined; step = reader.next()) {
    if (step.kind !== stepKind.rows) continue;
    const { firstRowOffset, appendTimeMs } = step;
    return ({ startMs }) => firstRowOffset === 0 || startMs - dayMs > appendTimeMs;
  }
  return () => false;
}

function isWithin(
  spans: readonly CorrectedSpan[],
  batch: ColumnBatch,
  row: number,
  { startColumn, endColumn }: CorrectableWindows,
): boolean {
  const start = readValue(batch, startColumn, row) as number;
  const end = readValue(batch, endColumn, row) as number;
  return spans.some(({ startMs, endMs }) => start >= startMs && end <= endMs);
}
