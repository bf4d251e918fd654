/**
 * Who asks several endpoints at once is to get all of them: their queries wait for each other, and for those
 * of others, where so many as may be run already.
 */
import { setTimeout as wait } from "node:timers/promises";
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";

export interface TurnSettings {
  readonly atOnceMax: number;
  /** As long as a query may take, it may wait for others. */
  readonly runMsMax: number;
}

/** More than these that wait would not be answered in time. */
const waitingMax = 1_000;
/** Others end without telling. */
const lookMs = 20;

export class QueryTurns {
  readonly #settings: TurnSettings;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(settings: TurnSettings) {
    this.#settings = settings;
  }

  /** @throws QuickwaterError `request.too-many-queries` where its turn does not come. */
  async run<Answer>(query: () => Promise<Answer>): Promise<Answer> {
    const { atOnceMax, runMsMax } = this.#settings;
    const untilMs = performance.now() + runMsMax;
    if (this.#waiting.length >= waitingMax)
      throw quickwaterError("request.too-many-queries", { limit: atOnceMax });
    if (this.#running >= atOnceMax) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      for (;;) {
        try {
          return await query();
        } catch (error) {
          const isFull = error instanceof QuickwaterError && error.code === "request.too-many-queries";
          if (!isFull || performance.now() > untilMs) throw error;
          await wait(lookMs);
        }
      }
    } finally {
      // The place goes to the next one, where there is one.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
