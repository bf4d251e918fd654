/** Steps of the journal from its front on, or from a checkpoint, each pushed where it belongs. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { letsReplacedRowsGo } from "../../catalog/replaced-rows.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { type Step, stepKind } from "../../log/event-log.ts";
import { payloadOf } from "../../log/step-payload.ts";
import type { Cause } from "../../values/column-batch.ts";
import type { DeclaredTable } from "./engine-image.ts";
import { type RowPlace, RowPlaces } from "./row-places.ts";
import type { StreamGraph, Touched } from "./stream-graph.ts";

export class JournalPass {
  /** Tables of the journal's streams by their number, as declared last before the present step. */
  readonly #streams = new Map<number, TableDefinition>();
  readonly #ids = new Map<string, number>();
  /** Streams whose first rows it has seen. */
  readonly #begun = new Set<number>();
  /** Of the others: how many rows they had had when they were declared. */
  readonly #hadRows = new Map<number, number>();
  readonly #places = new RowPlaces();
  readonly #onNotice: (notice: string) => void;

  constructor(onNotice: (notice: string) => void) {
    this.#onNotice = onNotice;
  }

  get streams(): ReadonlyMap<number, TableDefinition> {
    return this.#streams;
  }

  /** How far it is in the stream that was declared last under the name. */
  placeOf(stream: string): RowPlace | undefined {
    const id = this.#ids.get(stream);
    return id === undefined ? undefined : this.#places.of(id);
  }

  freeze(): readonly DeclaredTable[] {
    return [...this.#streams].map(([id, table]) => {
      const place = this.#places.of(id);
      return place === undefined ? [id, table] : [id, table, place.next];
    });
  }

  /** It goes on behind the step of an image: what was before is in there. */
  restore(streams: readonly DeclaredTable[]): void {
    for (const [id, table, next] of streams) {
      this.#know(id, table);
      this.#begun.add(id);
      if (next !== undefined) this.#places.restore(id, next);
    }
  }

  /** Pushes a step where it belongs; answers what it may have changed. */
  take(step: Step, graph: StreamGraph): Touched {
    switch (step.kind) {
      case stepKind.rows: {
        const { streamId, firstRowOffset } = step;
        if (!this.#begun.has(streamId)) this.#begin(streamId, firstRowOffset, graph);
        else this.#tellLost(step, graph);
        this.#places.pass(step);
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
    const next = this.#places.of(streamId)?.next;
    const table = this.#streams.get(streamId);
    if (next === undefined || next >= firstRowOffset || table === undefined) return;
    if (letsReplacedRowsGo(table)) return;
    if (graph.sources.has(table.name))
      this.#onNotice(
        `Rows ${next} to ${firstRowOffset - 1} of ${table.name} are lost: what is made of it lacks them.`,
      );
  }

  #know(id: number, table: TableDefinition): void {
    this.#streams.set(id, table);
    this.#ids.set(table.name, id);
  }

  #begin(streamId: number, rowCount: number, graph: StreamGraph): void {
    const table = this.#streams.get(streamId);
    this.#begun.add(streamId);
    this.#hadRows.delete(streamId);
    if (table === undefined || rowCount === 0 || !graph.sources.has(table.name)) return;
    if (letsReplacedRowsGo(table)) return;
    const gone = `The journal has let the first ${rowCount} rows of ${table.name} go`;
    this.#onNotice(`${gone}: what is made of it lacks them.`);
  }

  #takePayload(step: Step, { sources }: StreamGraph): void {
    const payload = payloadOf(step);
    switch (payload.kind) {
      case "stream":
        this.#know(payload.streamId, payload.table);
        if (!this.#begun.has(payload.streamId)) {
          this.#hadRows.set(payload.streamId, payload.nextRowOffsets[0] ?? 0);
          this.#places.declare(payload.streamId, payload.nextRowOffsets[0] ?? 0);
        }
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
