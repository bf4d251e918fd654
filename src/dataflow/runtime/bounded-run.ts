/**
 * One query over inputs that end: the sources' chunks in turn through the query's operators, then every
 * window closes. The path is the engine's own (`stream-source.ts`); only the steps come from connectors
 * instead of the journal, and there is no clock, so that nothing but the rows moves the watermark.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import type { Source } from "../../connectors/connector.ts";
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";
import type { Output } from "../operators/operator.ts";
import { buildPipeline, type PipelineOptions } from "../physical/build-pipeline.ts";
import { countersOf, sourceOptions } from "./engine-service.ts";
import { StreamSource } from "./stream-source.ts";

/** A table that the plan reads, and its rows. */
export interface BoundedInput {
  readonly table: TableDefinition;
  readonly source: Source;
}

export interface BoundedQuery {
  readonly plan: LogicalPlan;
  readonly inputs: readonly BoundedInput[];
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

/** Runs the query to the end; what a source or an operator cannot go on with is thrown. */
export async function runBounded(query: BoundedQuery): Promise<BoundedBooks> {
  const failures: unknown[] = [];
  const throwFailure = () => {
    if (failures.length > 0) throw failures[0];
  };
  const pipeline = buildPipeline(query.plan, query.output, query.options);
  let running = query.inputs.map(({ table, source }) => {
    const input = new StreamSource({
      ...sourceOptions(table, query.options),
      onFailure: (_, error) => failures.push(error),
    });
    input.add(pipeline);
    return { source, input };
  });
  let rowsRead = 0;
  let step = 0;
  while (running.length > 0) {
    for (const each of running) {
      const chunk = await each.source.next();
      if (chunk === undefined) {
        // An input that has ended holds the others back no more.
        each.input.end();
        running = running.filter((other) => other !== each);
      } else {
        each.input.take(chunk, { stepNumber: ++step, partition: chunk.partition, appendTimeMs: 0 });
        rowsRead += chunk.rowCount;
      }
      throwFailure();
      await query.afterChunk?.(rowsRead);
    }
  }
  const { rowsFiltered, rowsLate } = countersOf(pipeline);
  return { rowsRead, rowsFiltered, rowsLate };
}
