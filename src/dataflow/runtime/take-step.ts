/** Steps of the journal from its front on, or from a checkpoint, each pushed where it belongs. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { type Step, stepKind } from "../../log/event-log.ts";
import { payloadOf } from "../../log/step-payload.ts";
import type { Cause } from "../../values/column-batch.ts";
import type { StreamGraph, Touched } from "./stream-graph.ts";

export class JournalPass {
  /** Tables of the journal's streams by their number, as declared last before the present step. */
  readonly #streams = new Map<number, TableDefinition>();
  /** Streams whose first rows it has seen. */
  readonly #begun = new Set<number>();
  /** Of the others: how many rows they had had when they were declared. */
  readonly #hadRows = new Map<number, number>();
  /** The number of the row that comes next, of streams of which one was seen. */
  readonly #nextRows = new Map<number, number>();
  readonly #onNotice: (notice: string) => void;

  constructor(onNotice: (notice: string) => void) {
    this.#onNotice = onNotice;
  }

  get streams(): ReadonlyMap<number, TableDefinition> {
    return this.#streams;
  }

  freeze(): readonly (readonly [number, TableDefinition])[] {
    return [...this.#streams];
  }

  /** It goes on behind the step of an image: what was before is in there. */
  restore(streams: readonly (readonly [number, TableDefinition])[]): void {
    for (const [id, table] of streams) {
      this.#streams.set(id, table);
      this.#begun.add(id);
    }
  }

  /** Pushes a step where it belongs; answers what it may have changed. */
  take(step: Step, graph: StreamGraph): Touched {
    switch (step.kind) {
      case stepKind.rows: {
        const { streamId, firstRowOffset } = step;
        if (!this.#begun.has(streamId)) this.#begin(streamId, firstRowOffset, graph);
        else this.#tellLost(step, graph);
        this.#nextRows.set(streamId, firstRowOffset + step.rowCount);
        return graph.takeRows(step, this.#streams.get(streamId), causeOf(step));
      }
      case stepKind.tick:
        return graph.tick(causeOf(step));
      default:
        this.#takePayload(step, graph);
        return new Set();
    }
  }

  /** Behind the last step that there is: streams of which no row is left are told of. */
  end(graph: StreamGraph): false {
    for (const [id, rowCount] of this.#hadRows) this.#begin(id, rowCount, graph);
    return false;
  }

  /** Rows in the midst go only where the journal was damaged, and went on without them. */
  #tellLost({ streamId, firstRowOffset }: Step, graph: StreamGraph): void {
    const next = this.#nextRows.get(streamId);
    const table = this.#streams.get(streamId);
    if (next === undefined || next >= firstRowOffset || table === undefined) return;
    if (graph.sources.has(table.name))
      this.#onNotice(
        `Rows ${next} to ${firstRowOffset - 1} of ${table.name} are lost: what is made of it lacks them.`,
      );
  }

  #begin(streamId: number, rowCount: number, graph: StreamGraph): void {
    const table = this.#streams.get(streamId);
    this.#begun.add(streamId);
    this.#hadRows.delete(streamId);
    if (table === undefined || rowCount === 0 || !graph.sources.has(table.name)) return;
    const gone = `The journal has let the first ${rowCount} rows of ${table.name} go`;
    this.#onNotice(`${gone}: what is made of it lacks them.`);
  }

  #takePayload(step: Step, { sources }: StreamGraph): void {
    const payload = payloadOf(step);
    switch (payload.kind) {
      case "stream":
        this.#streams.set(payload.streamId, payload.table);
        if (!this.#begun.has(payload.streamId))
          this.#hadRows.set(payload.streamId, payload.nextRowOffsets[0] ?? 0);
        // Its beginning may be in what retention took.
        if (payload.backfill !== undefined) sources.get(payload.table.name)?.backfill(true, causeOf(step));
        return;
      case "backfill-begin":
      case "backfill-end": {
        const name = this.#streams.get(payload.streamId)?.name ?? "";
        sources.get(name)?.backfill(payload.kind === "backfill-begin", causeOf(step));
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
