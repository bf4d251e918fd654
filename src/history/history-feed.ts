/**
 * From the journal into history: reads what was flushed behind the position, and writes it together with
 * where that ends. Ticks and what else is no row move nothing: they are passed over again after a restart.
 */
import { markOf } from "../dataflow/runtime/take-step.ts";
import { type EventLogReader, type Step, stepKind } from "../log/event-log.ts";
import { payloadOf } from "../log/step-payload.ts";
import type { HistoryStore, ReadTo } from "./history-store.ts";

export class HistoryFeed {
  readonly #store: HistoryStore;
  readonly #reader: EventLogReader;
  readonly #rowsTogetherMax: number;
  rowsAdded = 0;
  /** The last step that was looked at; what is behind the position and has no rows needs no writing. */
  #seen = 0;

  constructor(store: HistoryStore, reader: EventLogReader, rowsTogetherMax: number) {
    this.#store = store;
    this.#reader = reader;
    this.#rowsTogetherMax = rowsTogetherMax;
  }

  get seen(): number {
    return this.#seen;
  }

  /**
   * Why it cannot go on in this journal; undefined where it can. A journal that was repaired, or put back
   * from a copy, has other steps by the numbers that history knows.
   */
  refusal(lastStep: number): string | undefined {
    const { step, mark } = this.#store.position;
    this.#reader.seek(step);
    const found = step === 0 ? undefined : this.#reader.next();
    this.#reader.seek(step + 1);
    this.#seen = step;
    if (step > lastStep) return `History has step ${step}, and the journal ends with step ${lastStep}.`;
    // What retention took cannot be compared.
    if (found?.number !== step || String(markOf(found)) === String(mark)) return undefined;
    return `Step ${step} of the journal is another one than history has.`;
  }

  /** Writes what there is, up to a bound; answers whether there may be more. */
  async pass(): Promise<boolean> {
    let last: ReadTo | undefined;
    let rows = 0;
    try {
      for (let step = this.#reader.next(); step !== undefined; step = this.#reader.next()) {
        if (step.kind === stepKind.statement) await this.#takeStatement(step, rows);
        else if (step.kind === stepKind.rows) this.#store.add(step);
        this.#seen = step.number;
        if (this.#store.rowsWaiting > rows) last = readTo(step);
        rows = this.#store.rowsWaiting;
        if (rows >= this.#rowsTogetherMax) break;
      }
      if (last === undefined || rows === 0) return false;
      await this.#store.write(last);
    } catch (error) {
      // It is read again from where it was.
      this.#store.forget();
      this.#reader.seek(this.#store.position.step + 1);
      this.#seen = this.#store.position.step;
      throw error;
    }
    this.rowsAdded += rows;
    return rows >= this.#rowsTogetherMax;
  }

  async #takeStatement(step: Step, rowsWaiting: number): Promise<void> {
    const payload = payloadOf(step);
    if (payload.kind !== "stream") return;
    await this.#store.declare(payload, readTo(step));
    this.rowsAdded += rowsWaiting;
  }
}

function readTo(step: Step): ReadTo {
  return { step: step.number, mark: markOf(step) };
}
