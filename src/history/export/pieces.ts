/**
 * Bytes of an export on their way out of the thread of history: gathered into pieces, of which only so many
 * are under way. Who takes them slowly makes the rows wait where they are read.
 */
import { piecesUnderWay } from "./export-messages.ts";

/** A piece is sent when it has so many. */
const pieceBytes = 256 * 1024;

export class Pieces {
  readonly #send: (bytes: Uint8Array<ArrayBuffer>, rowCount: number) => void;
  readonly #signal: AbortSignal;
  #left = piecesUnderWay;
  #taken = () => {};
  #buffer = new Uint8Array(pieceBytes);
  #length = 0;
  #rowCount = 0;

  constructor(send: (bytes: Uint8Array<ArrayBuffer>, rowCount: number) => void, signal: AbortSignal) {
    this.#send = send;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#taken());
  }

  get isFull(): boolean {
    return this.#length >= pieceBytes;
  }

  /** One of them has been taken. */
  take(): void {
    this.#left++;
    this.#taken();
  }

  add(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = needed;
  }

  addText(text: string): void {
    this.add(Buffer.from(text));
  }

  countRows(rows: number): void {
    this.#rowCount += rows;
  }

  /** Sends what was gathered as soon as it may; throws where the export is ended meanwhile. */
  async flush(): Promise<void> {
    while (this.#left === 0 && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#taken = resolve;
      });
    }
    this.#signal.throwIfAborted();
    if (this.#length === 0) return;
    this.#left--;
    const bytes = this.#buffer.slice(0, this.#length);
    const rows = this.#rowCount;
    this.#length = 0;
    this.#rowCount = 0;
    this.#send(bytes, rows);
  }
}
