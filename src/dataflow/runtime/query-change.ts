/**
 * Queries that are made beside those that run: they read the journal from its front, for themselves, until
 * they are where the others are. Until then everybody sees the ones that run.
 *
 * What they write is new where nobody has written the stream before: it goes to the log as it is made. Where
 * others have, their rows stay, and the new queries' begin with the step at which these take their places.
 */
import { assert } from "../../errors/quickwater-error.ts";
import type { EventLogReader } from "../../log/event-log.ts";
import { DerivedLedger } from "./derived-ledger.ts";
import { type EngineQueries, isNone, writtenStreams } from "./engine-queries.ts";
import { allOf, type Beginning, type LedgerBook } from "./ledger-book.ts";
import type { QueryChanges } from "./query-changes.ts";
import type { QuerySet } from "./query-set.ts";

export interface QueryChangeOptions {
  /** All that will run, those that go on as they are among them. */
  readonly wanted: EngineQueries;
  readonly changes: QueryChanges;
  /** An empty one. */
  readonly set: QuerySet;
  readonly reader: EventLogReader;
  readonly ledgers: LedgerBook;
}

export class QueryChange {
  readonly wanted: EngineQueries;
  readonly changes: QueryChanges;
  readonly set: QuerySet;
  readonly #reader: EventLogReader;
  readonly #ledgers: LedgerBook;
  /** By stream: those that begin with the swap. */
  readonly #waiting = new Map<string, DerivedLedger>();
  #stepNumber = 0;

  constructor({ wanted, changes, set, reader, ledgers }: QueryChangeOptions) {
    this.wanted = wanted;
    this.changes = changes;
    this.set = set;
    this.#reader = reader;
    this.#ledgers = ledgers;
    set.makeWritten(changes.made, changes.kept);
    set.start(changes.made, (stream) => this.#ledgerOf(stream));
    set.giveValues();
  }

  /** The last step that it has taken. */
  get stepNumber(): number {
    return this.#stepNumber;
  }

  /** What the journal is to be told before the first step is taken. */
  get firstBeginnings(): readonly Beginning[] {
    return this.#ledgers.firstBeginnings(writtenStreams(this.changes.made));
  }

  /** What it is to be told before the swap at the step, when all is written that was made before. */
  beginnings(step: number, rowCountOf: (stream: string) => number | undefined): readonly Beginning[] {
    return [...this.#waiting.keys()].map((stream) => {
      const rowCount = rowCountOf(stream) ?? this.#ledgers.rowCountOf(stream);
      return this.#ledgers.beginningOf(stream, allOf(step), rowCount);
    });
  }

  /** Takes steps up to one until the time is up; answers whether it has got there. */
  work(upTo: number, untilMs: number, now: () => number): boolean {
    // Nobody reads what would be of no use.
    const isEmpty = isNone(this.changes.made);
    if (isEmpty) this.#stepNumber = upTo;
    while (this.#stepNumber < upTo) {
      const step = this.#reader.next();
      if (step === undefined) break;
      assert(step.number <= upTo, "a step that was taken is not in the journal any more");
      this.#stepNumber = step.number;
      this.set.take(step);
      if (now() >= untilMs && this.#stepNumber < upTo) return false;
    }
    if (!isEmpty) this.set.endPass();
    return true;
  }

  /** From there on its rows are written. */
  begin(beginnings: readonly Beginning[]): void {
    for (const { stream, madeBy } of beginnings)
      this.#waiting.get(stream)!.begin(madeBy.behind, madeBy.firstRowOffset);
  }

  close(): void {
    this.#reader.close();
  }

  #ledgerOf(stream: string): DerivedLedger {
    if (!this.#ledgers.isOfOthers(stream)) return this.#ledgers.ledgerOf(stream);
    const ledger = DerivedLedger.waiting(stream);
    this.#waiting.set(stream, ledger);
    return ledger;
  }
}
