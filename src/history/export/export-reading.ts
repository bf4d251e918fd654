/** An export as the main thread reads it: what is known of it, then its bytes, a piece when it is wanted. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { ExportHead } from "./export-messages.ts";

export interface ExportControl {
  /** A piece was taken: there may be another one. */
  readonly onTaken: () => void;
  /** Nobody wants the rest. */
  readonly onLeft: () => void;
}

export class ExportReading {
  readonly #control: ExportControl;
  readonly #head = Promise.withResolvers<ExportHead>();
  readonly #pieces: { readonly bytes: Uint8Array; readonly rowCount: number }[] = [];
  #isOver = false;
  #failure: unknown;
  #wake = () => {};
  #rowCount = 0;

  constructor(control: ExportControl) {
    this.#control = control;
    this.#head.promise.catch(() => {
      // The pieces tell it too, and whoever reads them need not have asked for the head.
    });
  }

  /** Rejects with why there is no export. */
  get head(): Promise<ExportHead> {
    return this.#head.promise;
  }

  /** Rows of the pieces that were read. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** To be read once; who leaves early ends the export. */
  async *pieces(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const piece = this.#pieces.shift();
        if (piece !== undefined) {
          this.#rowCount += piece.rowCount;
          yield piece.bytes;
          this.#control.onTaken();
        } else if (this.#failure !== undefined) throw this.#failure;
        else if (this.#isOver) return;
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.leave();
    }
  }

  leave(): void {
    if (!this.#isOver) this.#control.onLeft();
    this.fail(quickwaterError("request.query-ended", {}));
  }

  begin(head: ExportHead): void {
    this.#head.resolve(head);
  }

  add(bytes: Uint8Array, rowCount: number): void {
    this.#pieces.push({ bytes, rowCount });
    this.#wake();
  }

  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = error;
    this.#head.reject(error);
    this.#wake();
  }
}
