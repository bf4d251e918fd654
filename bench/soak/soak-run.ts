/** One query of the soak over streams that never end, on the engine's own path. */
import { Catalog } from "../../src/catalog/catalog.ts";
import {
  buildPipeline,
  defaultPipelineOptions,
  type Pipeline,
} from "../../src/dataflow/physical/build-pipeline.ts";

import { type SourceRows, StreamSource, sourceOptions } from "../../src/dataflow/runtime/stream-source.ts";
import { analyzeScript } from "../../src/sql/analyze.ts";
import type { Cause, ColumnBatch } from "../../src/values/column-batch.ts";
import { type SoakQuery, soakTables } from "./queries.ts";

export interface Kept {
  /** Rows, keys and whatever else has a slot. */
  readonly slots: number;
  /** Of the pages that it lies in. */
  readonly bytes: number;
}

export class SoakRun {
  rowsOut = 0;
  readonly #pipeline: Pipeline;
  readonly #streams = new Map<string, StreamSource>();

  constructor({ name, sql }: SoakQuery) {
    const { bound, errors } = analyzeScript(`${soakTables};${sql}`, new Catalog(), {
      inputEnds: !sql.startsWith("CREATE"),
    });
    if (errors[0] !== undefined) throw errors[0];
    const last = bound.at(-1);
    if (last === undefined || !("plan" in last)) throw new Error(`${name} is no query`);
    const accept = (batch: ColumnBatch) => {
      this.rowsOut += batch.rowCount;
    };
    this.#pipeline = buildPipeline(last.plan, { accept, advance: () => {} }, defaultPipelineOptions);
    for (const table of last.tables) {
      const onFailure = (_: Pipeline, error: unknown) => {
        throw error;
      };
      const stream = new StreamSource({ ...sourceOptions(table, defaultPipelineOptions), onFailure });
      stream.add(this.#pipeline);
      this.#streams.set(table.name, stream);
    }
  }

  /** Rows of some of its tables, then a tick. */
  take(rows: Readonly<Record<string, SourceRows>>, cause: Cause): void {
    for (const [table, stream] of this.#streams) stream.take(rows[table]!, cause);
    for (const stream of this.#streams.values()) stream.tick(cause);
  }

  get kept(): Kept {
    const states = this.#pipeline.operators.flatMap((operator) => operator.freeze().states);
    let slots = 0;
    let bytes = 0;
    for (const state of states) {
      slots += state.slotCount;
      for (const { pages } of [state.slots, state.arena, state.index]) {
        for (const page of pages) bytes += page.length;
      }
    }
    return { slots, bytes };
  }
}
