/** A step of the journal, pushed where it belongs. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { type Step, stepKind } from "../../log/event-log.ts";
import { payloadOf } from "../../log/step-payload.ts";
import type { Cause } from "../../values/column-batch.ts";
import type { StreamGraph, Touched } from "./stream-graph.ts";

/** Tables of the journal's streams by their number, as declared last before the present step. */
export type JournalStreams = Map<number, TableDefinition>;

/** Pushes a step where it belongs; answers what it may have changed. */
export function takeStep(step: Step, streams: JournalStreams, graph: StreamGraph): Touched {
  switch (step.kind) {
    case stepKind.rows:
      return graph.takeRows(step, streams.get(step.streamId), causeOf(step));
    case stepKind.tick:
      return graph.tick(causeOf(step));
    default:
      takePayload(step, streams, graph);
      return new Set();
  }
}

function takePayload(step: Step, streams: JournalStreams, { sources }: StreamGraph): void {
  const payload = payloadOf(step);
  switch (payload.kind) {
    case "stream":
      streams.set(payload.streamId, payload.table);
      return;
    case "backfill-begin":
    case "backfill-end": {
      const name = streams.get(payload.streamId)?.name ?? "";
      sources.get(name)?.watermark.backfill(payload.kind === "backfill-begin");
      return;
    }
    // Who lists dead letters, and who takes requests, reads these; no query does.
    case "replayed":
    case "requests":
      return;
    default:
      // What it says holds from here on: to go on without it would be to compute something else.
      throw quickwaterError("run.step-unknown", { step: step.number, kind: payload.kind });
  }
}

function causeOf({ number, partition, appendTimeMs }: Step): Cause {
  return { stepNumber: number, partition, appendTimeMs };
}

/**
 * What tells a step from others of its number, as numbers: where a journal has another one there, it is not
 * the journal that was read.
 */
export function markOf(step: Step): readonly number[] {
  const { number, kind, appendTimeMs, streamId, firstRowOffset, rowCount, bytes } = step;
  return [number, kind, appendTimeMs, streamId, firstRowOffset, rowCount, bytes.length];
}
