/**
 * One subscriber of a feed: a snapshot, then deltas, then perhaps the word that the view was stopped. Whoever
 * carries its messages takes them one by one, when there is room; until then changes are folded together, and
 * all that is kept is the place up to which it was told. Order and completeness are as `protocol.ts`
 * promises.
 */
import type { QuickwaterError } from "../../errors/quickwater-error.ts";
import type { ResetReason } from "../protocol.ts";
import type { Feed } from "./feed.ts";
import type { Pace } from "./pace.ts";
import type { Piece, Whole } from "./whole.ts";

/** The next message, but for what its carrier puts around it. */
export type Told =
  | {
      readonly kind: "piece";
      readonly piece: Piece;
      /** Of a snapshot: why what was told before is to be forgotten. */
      readonly reset: ResetReason | undefined;
      /** Where it stands when it has the piece; undefined where more pieces are to come. */
      readonly resume: string | undefined;
    }
  | { readonly kind: "stopped"; readonly reason: string }
  /** Nothing comes after it. */
  | { readonly kind: "failed"; readonly error: QuickwaterError };

export interface SubscriptionOptions {
  readonly feed: Feed;
  readonly resume: string | undefined;
  readonly pace: Pace | undefined;
  /** While the views are being made of the journal: resolves when they are as of the present. */
  readonly catchingUp: Promise<void> | undefined;
}

/** A snapshot or delta on its way. */
interface Begun {
  readonly whole: Whole;
  readonly reset: ResetReason | undefined;
  /** The piece that is next. */
  next: number;
}

export class Subscription {
  readonly #feed: Feed;
  readonly #pace: Pace | undefined;
  readonly #onNews: () => void;
  readonly #onEnd: () => void;
  readonly #unlisten: () => void;
  /** Up to which it was told, or is being told; undefined where it is to have a snapshot. */
  #place: number | undefined;
  #begun: Begun | undefined;
  #reset: ResetReason | undefined;
  /** Who comes back to a server that was started again has rows: fewer would be a step back. */
  #isHeld = false;
  /** Whoever resumes is answered, though nothing may have changed. */
  #owesAnswer = false;
  #hasToldEnd = false;
  /** The step of the last message that was told whole. */
  #toldStep = 0;
  /** Of its pace, in which a message was begun last. */
  #span: number | undefined;
  #isEnded = false;

  constructor(
    { feed, resume, pace, catchingUp }: SubscriptionOptions,
    onNews: (subscription: Subscription) => void,
    onEnd: () => void,
  ) {
    this.#feed = feed;
    this.#pace = pace;
    this.#onNews = () => onNews(this);
    this.#onEnd = onEnd;
    this.#unlisten = feed.listen(this.#onNews);
    if (resume === undefined) return;
    const place = feed.placeOf(resume);
    if (typeof place === "string") {
      this.#reset = place;
      this.#hold(catchingUp);
    } else {
      this.#place = place;
      this.#owesAnswer = true;
    }
  }

  get feed(): Feed {
    return this.#feed;
  }

  /** As of which step the client knows all that it is to be told. */
  get knownStep(): number {
    const isBehind = this.#begun !== undefined || this.#place !== this.#feed.place || this.#owesAnswer;
    return isBehind || !this.#feed.isReady ? this.#toldStep : this.#feed.options.view.stepNumber;
  }

  /** Whether there is something to tell, as soon as its pace lets it. */
  get hasNews(): boolean {
    const { failure, isReady, place, options } = this.#feed;
    if (this.#isEnded) return false;
    if (failure !== undefined) return !this.#hasToldEnd;
    if (this.#begun !== undefined) return true;
    if (!isReady || this.#isHeld) return false;
    if (this.#place !== place || this.#owesAnswer) return true;
    return options.view.failure !== undefined && !this.#hasToldEnd;
  }

  /** The next message; undefined where there is none now. */
  next(): Told | undefined {
    const feed = this.#feed;
    if (this.#isEnded) return undefined;
    if (feed.failure !== undefined) return this.#tellEnd({ kind: "failed", error: feed.failure });
    if (this.#place !== undefined && this.#place < feed.beganAt) this.#beginAnew("view-changed");
    if (this.#begun !== undefined) return this.#piece(this.#begun);
    if (!feed.isReady || this.#isHeld) return undefined;
    if (this.#place !== undefined && this.#place < feed.knownFrom) this.#beginAnew("too-long-ago");
    if (this.#place === undefined || this.#place < feed.place || this.#owesAnswer) {
      if (!this.#isDue()) return undefined;
      this.#begun = { whole: feed.whole(this.#place), reset: this.#reset, next: 0 };
      this.#place = this.#begun.whole.head.place;
      this.#reset = undefined;
      this.#owesAnswer = false;
      return this.#piece(this.#begun);
    }
    const reason = feed.options.view.failure;
    return reason === undefined ? undefined : this.#tellEnd({ kind: "stopped", reason });
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#begun = undefined;
    this.#unlisten();
    this.#pace?.cancel(this.#onNews);
    this.#onEnd();
  }

  #hold(until: Promise<void> | undefined): void {
    if (until === undefined) return;
    this.#isHeld = true;
    void until.then(() => {
      this.#isHeld = false;
      this.#onNews();
    });
  }

  #piece(begun: Begun): Told {
    const { whole, reset } = begun;
    const piece = whole.piece(begun.next++);
    if (!piece.isLast) return { kind: "piece", piece, reset, resume: undefined };
    this.#begun = undefined;
    this.#toldStep = whole.head.step;
    return { kind: "piece", piece, reset, resume: whole.head.resume };
  }

  #tellEnd(told: Told): Told | undefined {
    if (this.#hasToldEnd) return undefined;
    this.#hasToldEnd = true;
    return told;
  }

  /** What was not told of before is not worth it. */
  #beginAnew(reset: ResetReason): void {
    this.#begun = undefined;
    this.#place = undefined;
    this.#reset = reset;
    this.#hasToldEnd = false;
  }

  /** Whether the pace lets it tell something; where not, it will be asked again when it does. */
  #isDue(): boolean {
    if (this.#pace === undefined) return true;
    const { span } = this.#pace;
    if (span === this.#span) {
      this.#pace.atNext(this.#onNews);
      return false;
    }
    this.#span = span;
    return true;
  }
}
