/**
 * What the journal holds of the streams that queries write, and with it where the rows of their present
 * queries begin.
 */
import { letsReplacedRowsGo } from "../../catalog/replaced-rows.ts";
import { type EventLogReader, type StreamId, stepKind } from "../../log/event-log.ts";
import type { MadeBy } from "../../log/step-payload.ts";
import { type CausedRow, DerivedLedger } from "./derived-ledger.ts";
import { type EngineQueries, type WrittenStreams, writtenBy } from "./engine-queries.ts";
import { makersOf } from "./query-changes.ts";

/** What the journal is to be told: from here on the stream is made by these queries. */
export interface Beginning {
  readonly stream: string;
  readonly madeBy: MadeBy;
}

const beforeAll: CausedRow = { step: 0, index: 0 };
/** No step has so many rows: all of its are meant. */
const lastIndex = 2 ** 32;

/** All rows that a step caused, and those before. */
export const allOf = (step: number): CausedRow => ({ step, index: lastIndex });

export class LedgerBook {
  readonly #openReader: () => EventLogReader;
  #written: WrittenStreams;
  /** By stream: the queries that make it now. */
  readonly #makers: ReadonlyMap<string, string>;
  /** Streams that lack rows, and those that are made of them. */
  readonly #lacking: ReadonlySet<string>;

  /** `queries` are the present ones. */
  constructor(openReader: () => EventLogReader, written: WrittenStreams, queries: EngineQueries) {
    this.#openReader = openReader;
    this.#written = written;
    this.#makers = makersOf(queries);
    this.#lacking = this.#lackingOf(queries);
  }

  rowCountOf(stream: string): number {
    return this.#written.get(stream)?.rowCount ?? 0;
  }

  /** Others than its present queries wrote the rows that it has. */
  isOfOthers(stream: string): boolean {
    const known = this.#written.get(stream);
    if (known?.madeBy === undefined || known.rowCount === 0) return false;
    return known.madeBy.queries !== this.#makers.get(stream);
  }

  /** What is made of rows of which some are gone is not what it was: it begins behind the rows there are. */
  ledgerOf(stream: string): DerivedLedger {
    const rowCount = this.rowCountOf(stream);
    if (!this.#lacking.has(stream))
      return new DerivedLedger(stream, rowCount, this.#written.get(stream)?.madeBy);
    const { behind } = this.lastWritten(stream);
    return new DerivedLedger(stream, rowCount, { behind, firstRowOffset: rowCount });
  }

  /** Of streams that nobody has written yet, or of which it is not known who did. */
  firstBeginnings(streams: readonly string[]): readonly Beginning[] {
    return streams
      .filter((stream) => !this.isOfOthers(stream))
      .filter((stream) => this.#written.get(stream)?.madeBy?.queries !== this.#makers.get(stream))
      .map((stream) => this.beginningOf(stream, beforeAll, 0));
  }

  /**
   * Where others wrote the streams, and have made them up to the step at least, their present queries begin
   * behind that and behind the last row.
   */
  beginBehindOthers(streams: readonly string[], madeUpTo: number): readonly Beginning[] {
    const beginnings = streams
      .filter((stream) => this.isOfOthers(stream))
      .map((stream) => this.#behindOthers(stream, madeUpTo));
    const written = new Map(this.#written);
    for (const { stream, madeBy } of beginnings) written.set(stream, { ...written.get(stream)!, madeBy });
    this.#written = written;
    return beginnings;
  }

  beginningOf(stream: string, behind: CausedRow, firstRowOffset: number): Beginning {
    return { stream, madeBy: { queries: this.#makers.get(stream)!, behind, firstRowOffset } };
  }

  #behindOthers(stream: string, madeUpTo: number): Beginning {
    const { behind, rowCount } = this.lastWritten(stream);
    return this.beginningOf(stream, allOf(Math.max(madeUpTo, behind.step)), rowCount);
  }

  /** The last row of the stream that the journal holds. */
  lastWritten(stream: string): { readonly behind: CausedRow; readonly rowCount: number } {
    const rowCount = this.rowCountOf(stream);
    const streamId = this.#written.get(stream)?.streamId;
    if (streamId === undefined || rowCount === 0) return { behind: beforeAll, rowCount: 0 };
    const reader = this.#openReader();
    reader.narrow({ streams: new Set([streamId as StreamId]) });
    let behind = beforeAll;
    try {
      for (let step = reader.next(); step !== undefined; step = reader.next()) {
        if (step.cause === undefined || step.firstRowOffset >= rowCount) continue;
        behind = { step: step.cause.step, index: step.causeIndexes?.at(-1) ?? lastIndex };
      }
    } finally {
      reader.close();
    }
    return { behind, rowCount };
  }

  #lackingOf({ inserts, views }: EngineQueries): ReadonlySet<string> {
    const queries = [...inserts, ...views].filter((query) => writtenBy(query).length > 0);
    const read = new Map(queries.flatMap(({ tables }) => tables.map((table) => [table.name, table])));
    const outside = [...read.values()].filter(({ name }) => !this.#makers.has(name));
    const replaced = outside.filter(letsReplacedRowsGo);
    const whole = outside.filter((table) => !letsReplacedRowsGo(table));
    const lacking = new Set([
      ...replaced.map(({ name }) => name),
      ...this.#cutOf(whole.map(({ name }) => name)),
    ]);
    for (let before = -1; before !== lacking.size; ) {
      before = lacking.size;
      for (const query of queries) {
        if (!query.tables.some(({ name }) => lacking.has(name))) continue;
        for (const stream of writtenBy(query)) lacking.add(stream);
      }
    }
    return lacking;
  }

  /** Those of the streams of which the journal has let first rows go. */
  #cutOf(streams: readonly string[]): readonly string[] {
    const sought = new Map(
      streams.flatMap((name): [StreamId, string][] => {
        const known = this.#written.get(name);
        return known === undefined || known.rowCount === 0 ? [] : [[known.streamId as StreamId, name]];
      }),
    );
    if (sought.size === 0) return [];
    const cut: string[] = [];
    const reader = this.#openReader();
    try {
      // Each stream is looked for up to its first rows; in one pass, since first rows are mostly in front.
      reader.narrow({ streams: new Set(sought.keys()) });
      for (let step = reader.next(); step !== undefined; step = reader.next()) {
        const name = step.kind === stepKind.rows ? sought.get(step.streamId) : undefined;
        if (name === undefined) continue;
        if (step.firstRowOffset > 0) cut.push(name);
        sought.delete(step.streamId);
        if (sought.size === 0) break;
        reader.narrow({ streams: new Set(sought.keys()) });
      }
    } finally {
      reader.close();
    }
    return [...cut, ...sought.values()];
  }
}
