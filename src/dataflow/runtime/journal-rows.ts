/** The rows of one stream as the journal holds them now, for a query that ends. */
import type { Source, SourceChunk } from "../../connectors/connector.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { type EventLogReader, type StreamId, stepKind } from "../../log/event-log.ts";
import { payloadOf } from "../../log/step-payload.ts";
import type { RowSchema } from "../../values/row-schema.ts";

export class JournalRows implements Source {
  readonly bounded = true;
  readonly position = [];
  readonly rowsLeftOut = 0;
  readonly #reader: EventLogReader;
  readonly #rowsMax: number;
  #schema: RowSchema = { columns: [] };
  #rowCount = 0;

  /** The reader is its own from now on. */
  constructor(reader: EventLogReader, stream: StreamId, rowsMax: number) {
    this.#reader = reader;
    this.#rowsMax = rowsMax;
    reader.narrow({ streams: new Set([stream]) });
    reader.seek(1);
  }

  async next(): Promise<SourceChunk | undefined> {
    for (let step = this.#reader.next(); step !== undefined; step = this.#reader.next()) {
      if (step.kind === stepKind.statement) {
        const payload = payloadOf(step);
        if (payload.kind === "stream") this.#schema = payload.table.schema;
      }
      if (step.kind !== stepKind.rows) continue;
      this.#rowCount += step.rowCount;
      if (this.#rowCount > this.#rowsMax)
        throw quickwaterError("request.query-reads", { limit: this.#rowsMax });
      const { schemaVersion: version, ...rows } = step;
      return { ...rows, written: { ...this.#schema, version } };
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#reader.close();
  }
}
