/** The dead letters of an engine's streams: listed, and replayed one replay at a time. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { deadLetterName } from "../../catalog/dead-letters.ts";
import { assert, quickwaterError } from "../../errors/quickwater-error.ts";
import type { StreamId } from "../event-log.ts";
import type { FlushedPosition } from "../journal/flushed-position.ts";
import type { LetterChoice, LetterList, ReplayAnswer, ReplayRequest } from "./dead-letters.ts";
import type { LetterReading } from "./letter-check.ts";
import { letterList, lettersRead } from "./letter-client.ts";
import { type ReplayLog, replay } from "./replay.ts";

export interface LettersOptions extends ReplayLog {
  /** The journal's. */
  readonly folder: string;
  readonly flushed: FlushedPosition;
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
    const job = { kind: "list", dead: this.#idOf(table), choice, limit } as const;
    return letterList({ ...this.#journal(), job });
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
      const { limits, now } = this.#options;
      const job = { kind: "read", table, dead, choice, edited, limits, nowMs: now() } as const;
      return await replay(this.#options, { stream, dead, dryRun }, lettersRead({ ...this.#journal(), job }));
    } finally {
      this.#isReplaying = false;
    }
  }

  #journal() {
    const { folder, flushed } = this.#options;
    return { folder, lastStep: flushed.step };
  }

  #idOf({ name }: TableDefinition): StreamId {
    const id = this.#options.streams.get(deadLetterName(name));
    assert(id !== undefined, `the dead letters of ${name} were not declared`);
    return id;
  }
}
