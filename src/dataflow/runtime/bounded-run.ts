/**
 * One query over an input that ends: the source's chunks through the query's operators, then every window
 * closes. The path is the engine's own (`stream-source.ts`); only the steps come from a connector instead
 * of the journal, and there is no clock, so that nothing but the rows moves the watermark.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import type { Source } from "../../connectors/connector.ts";
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";
import type { Output } from "../operators/operator.ts";
import { buildPipeline, type PipelineOptions } from "../physical/build-pipeline.ts";
import { sourceOptions } from "./engine-service.ts";
import { StreamSource } from "./stream-source.ts";

export interface BoundedQuery {
  readonly plan: LogicalPlan;
  /** The table that the plan scans, and its rows. */
  readonly table: TableDefinition;
  readonly source: Source;
  readonly output: Output;
  readonly options: PipelineOptions;
  /** Awaited after each chunk: here the output may hold the input back. */
  readonly afterChunk?: ((rowsRead: number) => Promise<void> | void) | undefined;
}

/** The books: read = taken + filtered + late. */
export interface BoundedBooks {
  readonly rowsRead: number;
  readonly rowsFiltered: number;
  readonly rowsLate: number;
}

/** Runs the query to the end; what the source or an operator cannot go on with is thrown. */
export async function runBounded(query: BoundedQuery): Promise<BoundedBooks> {
  const failures: unknown[] = [];
  const input = new StreamSource({
    ...sourceOptions(query.table, query.options),
    onFailure: (_, error) => failures.push(error),
  });
  const pipeline = buildPipeline(query.plan, query.output, query.options);
  input.add(pipeline);
  let rowsRead = 0;
  let step = 0;
  for (;;) {
    const chunk = await query.source.next();
    if (chunk === undefined) break;
    input.take(chunk, { stepNumber: ++step, partition: chunk.partition, appendTimeMs: 0 });
    if (failures.length > 0) throw failures[0];
    rowsRead += chunk.rowCount;
    await query.afterChunk?.(rowsRead);
  }
  input.end();
  if (failures.length > 0) throw failures[0];
  let rowsFiltered = 0;
  let rowsLate = 0;
  for (const { counters } of pipeline.operators) {
    rowsFiltered += counters.rowsFiltered;
    rowsLate += counters.rowsLate;
  }
  return { rowsRead, rowsFiltered, rowsLate };
}
