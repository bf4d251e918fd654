/**
 * How the rows of a stream were declared when they were written, by version. A journal says it in front of
 * each segment and where it changes; it is looked for once.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { assert } from "../../errors/quickwater-error.ts";
import { type EventLogReader, type Step, stepKind } from "../event-log.ts";
import { payloadOf } from "../step-payload.ts";
import { listSegments } from "./segments.ts";
import type { RangedJournal } from "./step-ranges.ts";

export class DeclaredTables {
  readonly #journal: RangedJournal;
  readonly #openReader: () => EventLogReader;
  readonly #known = new Map<string, TableDefinition>();

  constructor(journal: RangedJournal, openReader: () => EventLogReader) {
    this.#journal = journal;
    this.#openReader = openReader;
  }

  of(step: Pick<Step, "number" | "streamId" | "schemaVersion">): TableDefinition {
    const name = `${step.streamId} ${step.schemaVersion}`;
    let table = this.#known.get(name);
    if (table === undefined) {
      table = this.#find(step);
      this.#known.set(name, table);
    }
    return table;
  }

  #find({ number, streamId, schemaVersion }: Parameters<DeclaredTables["of"]>[0]): TableDefinition {
    const { files, folder } = this.#journal;
    const segments = listSegments(files, folder);
    const reader = this.#openReader();
    try {
      reader.narrow({ streams: new Set([streamId]) });
      reader.seek(segments.findLast((first) => first <= number) ?? 1);
      for (let step = reader.next(); step !== undefined && step.number < number; step = reader.next()) {
        if (step.kind !== stepKind.statement) continue;
        const payload = payloadOf(step);
        if (payload.kind === "stream" && payload.schemaVersion === schemaVersion) return payload.table;
      }
    } finally {
      reader.close();
    }
    assert(false, `no declaration ${schemaVersion} of the stream ${streamId} stands before step ${number}`);
  }
}
