/**
 * Memory of all bodies that are being received, which has one limit together: senders that come all at once,
 * or that never finish, cost no more than that. Bytes that are handed over are the log's to count.
 *
 * A body that comes in parts holds the memory of a whole part from its second one on, and waits for it while
 * it holds next to nothing. So those that hold it can go on whatever the others do, and no two can wait for
 * each other.
 */
export class BodyRoom {
  readonly #bytesMax: number;
  #bytes = 0;
  /** Bodies that hold the memory of a part. */
  #kept = 0;
  readonly #waiting: { readonly bytes: number; readonly enter: () => void }[] = [];

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  hold(): BodyHold {
    return new BodyHold(this);
  }

  /** For a hold: false where it is one too many. */
  grow(from: number, to: number): boolean {
    this.#bytes += to - from;
    if (to < from) this.#letIn();
    // One alone is bounded by its own limit: else a body between the two could never be sent.
    return this.#bytes <= this.#bytesMax || this.#bytes === to;
  }

  /** For a hold: calls `enter` when the bytes are there for it; answers what ends the waiting. */
  wait(bytes: number, enter: () => void): () => void {
    const place = { bytes, enter };
    this.#waiting.push(place);
    this.#letIn();
    return () => {
      const at = this.#waiting.indexOf(place);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
  }

  /** For a hold that has no use for its part any more. */
  leave(): void {
    this.#kept--;
    this.#letIn();
  }

  #letIn(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      if (this.#kept > 0 && this.#bytes + next.bytes > this.#bytesMax) return;
      this.#waiting.shift();
      this.#kept++;
      next.enter();
    }
  }
}

/** What one body holds. */
export class BodyHold {
  readonly #room: BodyRoom;
  #bytes = 0;
  #kept: number | undefined;

  constructor(room: BodyRoom) {
    this.#room = room;
  }

  /** The body has as many bytes now; false where all together have too many. */
  set(bytes: number): boolean {
    const held = Math.max(bytes, this.#kept ?? 0);
    const fits = this.#room.grow(this.#bytes, held);
    this.#bytes = held;
    return fits || this.#kept !== undefined;
  }

  /** Holds as many bytes from now on, whatever the body has; false where they are not there in time. */
  keep(bytes: number, msMax: number): Promise<boolean> {
    if (this.#kept !== undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        end();
        resolve(false);
      }, msMax).unref();
      const end = this.#room.wait(bytes - this.#bytes, () => {
        clearTimeout(timer);
        this.#kept = bytes;
        this.set(bytes);
        resolve(true);
      });
    });
  }

  release(): void {
    const wasKept = this.#kept !== undefined;
    this.#kept = undefined;
    if (this.#bytes > 0) this.set(0);
    if (wasKept) this.#room.leave();
  }
}
