/**
 * A bounded query that is frozen after every chunk and goes on in a new pipeline with new watermarks, as
 * after a restart from a checkpoint: what it gives must be what a run gives that never stopped.
 */
import type { Output } from "../../src/dataflow/operators/operator.ts";
import { buildPipeline, type Pipeline } from "../../src/dataflow/physical/build-pipeline.ts";
import type { BoundedBooks, BoundedQueries, BoundedQuery } from "../../src/dataflow/runtime/bounded-run.ts";
import { StreamSource, sourceOptions } from "../../src/dataflow/runtime/stream-source.ts";
import { countersOf } from "../../src/dataflow/runtime/view-books.ts";
import { noCause } from "../../src/values/column-batch.ts";
import { throughCheckpoint } from "../support/checkpoint-bytes.ts";

export async function runRestored({
  plan,
  inputs,
  output,
  options,
  clock,
}: BoundedQuery & Omit<BoundedQueries, "queries">): Promise<BoundedBooks> {
  const failures: unknown[] = [];
  const start = (to: Output): { pipeline: Pipeline; streams: StreamSource[] } => {
    const pipeline = buildPipeline(plan, to, options);
    const streams = inputs.map(({ table }) => {
      const onFailure = (_: Pipeline, error: unknown) => void failures.push(error);
      const stream = new StreamSource({ ...sourceOptions(table, options), onFailure });
      stream.add(pipeline);
      return stream;
    });
    return { pipeline, streams };
  };
  let now = start(output);
  for (const values of now.pipeline.values) values.give({ ...noCause, appendTimeMs: clock() });
  const ended = new Set<number>();
  let rowsRead = 0;
  let step = 0;
  while (ended.size < inputs.length) {
    for (const [place, { source }] of inputs.entries()) {
      if (ended.has(place)) continue;
      const chunk = await source.next();
      if (chunk === undefined) {
        now.streams[place]!.end({ stepNumber: step, partition: 0, appendTimeMs: clock() });
        ended.add(place);
      } else {
        const cause = { stepNumber: ++step, partition: chunk.partition, appendTimeMs: clock() };
        now.streams[place]!.take(chunk, cause);
        rowsRead += chunk.rowCount;
        const next = start(output);
        now.pipeline.operators.forEach((operator, index) => {
          next.pipeline.operators[index]!.restore(throughCheckpoint(operator.freeze()));
        });
        now.streams.forEach((stream, index) => {
          next.streams[index]!.watermark.restore(throughCheckpoint(stream.watermark.freeze()));
        });
        now = next;
      }
      if (failures.length > 0) throw failures[0];
    }
  }
  const { rowsFiltered, rowsLate } = countersOf(now.pipeline);
  return { rowsRead, rowsFiltered, rowsLate };
}
