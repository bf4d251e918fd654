/** The dead letters of an engine's streams: listed, and replayed one replay at a time. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { deadLetterName } from "../../catalog/dead-letters.ts";
import { assert, quickwaterError } from "../../errors/quickwater-error.ts";
import type { StreamId } from "../event-log.ts";
import type { LetterChoice, LetterList, ReplayAnswer, ReplayRequest } from "./dead-letters.ts";
import type { LetterReading, ReadLetter } from "./letter-check.ts";
import { type ReplayLog, replay } from "./replay.ts";

/** Reads the journal for those who ask, in a thread of its own. */
export interface LetterReader {
  answer(job: {
    readonly kind: "letters";
    readonly dead: StreamId;
    readonly choice: LetterChoice;
    readonly limit: number;
  }): Promise<LetterList>;
  /** In batches: the next one is read when it is asked for. */
  parts(job: { readonly kind: "letters-again" } & LetterReading): AsyncIterable<readonly ReadLetter[]>;
}

export interface LettersOptions extends ReplayLog {
  readonly readings: LetterReader;
  /** Those that the journal has, by name. */
  readonly streams: ReadonlyMap<string, StreamId>;
  readonly limits: LetterReading["limits"];
  readonly now: () => number;
}

export class Letters {
  readonly #options: LettersOptions;
  #isReplaying = false;

  constructor(options: LettersOptions) {
    this.#options = options;
  }

  list(table: TableDefinition, choice: LetterChoice, limit: number): Promise<LetterList> {
    return this.#options.readings.answer({ kind: "letters", dead: this.#idOf(table), choice, limit });
  }

  async replay(table: TableDefinition, request: ReplayRequest): Promise<ReplayAnswer> {
    const { choice, edited, dryRun, force } = request;
    const stream = table.name;
    if (!dryRun && !force && table.options["dedup-key"] === undefined) {
      throw quickwaterError("request.replay-needs-force", { stream });
    }
    if (this.#isReplaying) throw quickwaterError("request.replay-running", {});
    this.#isReplaying = true;
    try {
      const dead = this.#idOf(table);
      const { limits, now, readings } = this.#options;
      const reading = { table, dead, choice, edited, limits, nowMs: now() };
      const letters = readings.parts({ kind: "letters-again", ...reading });
      return await replay(this.#options, { stream, dead, dryRun }, letters);
    } finally {
      this.#isReplaying = false;
    }
  }

  #idOf({ name }: TableDefinition): StreamId {
    const id = this.#options.streams.get(deadLetterName(name));
    assert(id !== undefined, `the dead letters of ${name} were not declared`);
    return id;
  }
}
