/**
 * Queries over inputs that end: the sources' chunks in turn through the queries' operators, then every
 * window closes. The path is the engine's own (`stream-source.ts`); only the steps come from connectors
 * instead of the journal, and no ticks come, so that nothing but the rows moves the watermark.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import type { Source } from "../../connectors/connector.ts";
import type { LogicalPlan } from "../../sql/plan/logical-plan.ts";
import type { Cause } from "../../values/column-batch.ts";
import type { Output } from "../operators/operator.ts";
import { buildPipeline, type PipelineOptions } from "../physical/build-pipeline.ts";
import { StreamSource, sourceOptions } from "./stream-source.ts";
import { countersOf } from "./view-books.ts";

/** A table that a plan reads, and its rows. */
export interface BoundedInput {
  readonly table: TableDefinition;
  readonly source: Source;
  /** It is read to its end before those that are not. */
  readonly isReadFirst?: boolean | undefined;
}

export interface BoundedQuery {
  readonly plan: LogicalPlan;
  readonly output: Output;
}

/** Queries that run together: each table is read once for all of them. */
export interface BoundedQueries {
  readonly queries: readonly BoundedQuery[];
  readonly inputs: readonly BoundedInput[];
  readonly options: PipelineOptions;
  /** The append time of what is read now. */
  readonly clock: () => number;
  /** Awaited after each chunk: here the outputs may hold the input back. */
  readonly afterChunk?: ((rowsRead: number) => Promise<void> | void) | undefined;
}

/** The books of a query: read = taken + filtered + late. */
export interface BoundedBooks {
  readonly rowsRead: number;
  readonly rowsFiltered: number;
  readonly rowsLate: number;
}

export async function runBounded(
  query: BoundedQuery & Omit<BoundedQueries, "queries">,
): Promise<BoundedBooks> {
  const [books] = await runTogether({ ...query, queries: [query] });
  return books!;
}

/** Runs the queries to the end; what a source or an operator cannot go on with is thrown. */
export async function runTogether(together: BoundedQueries): Promise<readonly BoundedBooks[]> {
  const { queries, inputs, options, clock, afterChunk } = together;
  const failures: unknown[] = [];
  const throwFailure = () => {
    if (failures.length > 0) throw failures[0];
  };
  const pipelines = queries.map(({ plan, output }) => buildPipeline(plan, output, options));
  for (const { values } of pipelines) for (const each of values) each.give(causeOf(0, 0, clock()));
  const sources = inputs.map(({ table, source, isReadFirst }) => {
    const input = new StreamSource({
      ...sourceOptions(table, options),
      onFailure: (_, error) => failures.push(error),
    });
    for (const pipeline of pipelines) input.add(pipeline);
    return { table: table.name, source, input, isReadFirst: isReadFirst === true, rowsRead: 0 };
  });
  let running = sources;
  let rowsRead = 0;
  let step = 0;
  while (running.length > 0) {
    const first = running.filter(({ isReadFirst }) => isReadFirst);
    for (const each of first.length > 0 ? first : running) {
      const chunk = await each.source.next();
      if (chunk === undefined) {
        // An input that has ended holds the others back no more.
        each.input.end(causeOf(step, 0, clock()));
        running = running.filter((other) => other !== each);
      } else {
        each.input.take(chunk, causeOf(++step, chunk.partition, clock()), chunk.written);
        each.rowsRead += chunk.rowCount;
        rowsRead += chunk.rowCount;
      }
      throwFailure();
      await afterChunk?.(rowsRead);
    }
  }
  return pipelines.map((pipeline) => {
    const { rowsFiltered, rowsLate } = countersOf(pipeline);
    const names = new Set(pipeline.scans.map(({ scan }) => scan.table));
    const own = sources.filter(({ table }) => names.has(table));
    return { rowsRead: own.reduce((sum, each) => sum + each.rowsRead, 0), rowsFiltered, rowsLate };
  });
}

function causeOf(stepNumber: number, partition: number, appendTimeMs: number): Cause {
  return { stepNumber, partition, appendTimeMs };
}
