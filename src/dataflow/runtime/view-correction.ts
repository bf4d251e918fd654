/** What a correction changes in the rows of a view. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import type { StreamId } from "../../log/event-log.ts";
import { correctableWindows } from "../../sql/plan/correctable.ts";
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";
import type { LiveTable } from "../../views/live-table.ts";
import { type CorrectedRow, cellsOf } from "../../views/view.ts";
import { type CorrectedSpan, type CorrectionSource, recompute } from "./correction.ts";

export interface ViewCorrection {
  readonly rows: readonly CorrectedRow[];
  /** Spans whose rows the journal does not hold all any more: they stay as they are. */
  readonly tooOld: readonly CorrectedSpan[];
}

/** What the engine computes it with. */
export type CorrectionSurroundings = Pick<CorrectionSource, "pipelines" | "openReader" | "beforeStep"> & {
  readonly streams: ReadonlyMap<number, TableDefinition>;
};

/** Undefined where the view's windows cannot be computed again. */
export function correctionOf(
  { plan, tables }: { readonly plan: LogicalPlan; readonly tables: readonly TableDefinition[] },
  table: LiveTable,
  { streams, ...surroundings }: CorrectionSurroundings,
  spans: readonly CorrectedSpan[],
): ViewCorrection | undefined {
  const windows = correctableWindows(plan);
  if (windows === undefined) return undefined;
  const stream = tables.find(({ name }) => name === windows.stream)!;
  const streamId = [...streams].findLast(([, { name }]) => name === stream.name)?.[0];
  if (streamId === undefined) return { rows: [], tooOld: [] };
  const of = { plan, windows, table: stream, streamId: streamId as StreamId };
  return compared(table, { ...surroundings, ...of }, spans);
}

function compared(
  table: LiveTable,
  source: CorrectionSource,
  spans: readonly CorrectedSpan[],
): ViewCorrection {
  const rows: CorrectedRow[] = [];
  const found = new Set<string>();
  const kept = recompute(source, spans, (batch, row) => {
    const { key, after } = table.corrected(batch, row);
    found.add(key);
    if (after !== undefined) rows.push({ key, before: table.finalRow(key), after });
  });
  const { startColumn, endColumn } = source.windows;
  const timeOf = (cell: string) => Date.parse(JSON.parse(cell) as string);
  for (const before of table.finalRows()) {
    if (found.has(before.key)) continue;
    const cells = cellsOf(before);
    const [start, end] = [timeOf(cells[startColumn]!), timeOf(cells[endColumn]!)];
    const isOfIt = kept.some(({ startMs, endMs }) => start >= startMs && end <= endMs);
    if (isOfIt) rows.push({ key: before.key, before, after: undefined });
  }
  return { rows, tooOld: spans.filter((span) => !kept.includes(span)) };
}
