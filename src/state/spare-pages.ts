/**
 * Memory for the copies of pages that are written while an image holds them: fresh memory costs ten times the
 * copying. There is one set of them in a thread, as there is one engine.
 *
 * Only who promises to let an image go, with `hold`, gives its pages back: then they are written as they are,
 * and those that were copied meanwhile are memory for the next. A page that any other image may have is never
 * used again.
 */
import { type Page, pageBytes } from "./keyed-state.ts";

/** What the system gives out memory by. */
const memoryPageBytes = 4096;
/** Of pages that no image has had: who fills a state for the first time does not write all of it again. */
const preparedForNewMax = 128;

class SparePages {
  /** The present or last hold, from 1. */
  #hold = 0;
  #isHeld = false;
  #isFreezing = false;
  /** Of pages that were replaced while an image holds them. */
  #replaced: ArrayBuffer[] = [];
  readonly #spare: ArrayBuffer[] = [];
  /** Since the last freeze: as many are likely to be copied behind the next. */
  #copied = 0;
  #added = 0;

  /** What a freeze writes into its pages: the hold that it is of, or 0. */
  get freezing(): number {
    return this.#isFreezing ? this.#hold : 0;
  }

  /** Makes some of those that the next image may need; answers whether there are enough. */
  prepare(count: number): boolean {
    for (let made = 0; made < count && this.#spare.length < this.#needed; made++) {
      const bytes = new Uint8Array(pageBytes);
      for (let at = 0; at < pageBytes; at += memoryPageBytes) bytes[at] = 1;
      this.#spare.push(bytes.buffer);
    }
    return this.#spare.length >= this.#needed;
  }

  /** Freezes; until `letGo` the image stays as it is. One image is held at a time. */
  hold<Image>(freeze: () => Image): Image {
    this.#hold++;
    this.#isHeld = true;
    this.#isFreezing = true;
    this.#giveBackSome();
    this.#copied = 0;
    this.#added = 0;
    try {
      return freeze();
    } finally {
      this.#isFreezing = false;
    }
  }

  /** The held image is not looked at any more. */
  letGo(): void {
    this.#isHeld = false;
    this.#spare.push(...this.#replaced);
    this.#replaced = [];
  }

  /** A page that is in no image yet. */
  noteAdded(): void {
    this.#added++;
  }

  /** Whether no image has the page any more. */
  isLetGo({ hold }: Page): boolean {
    return hold !== 0 && !this.#isHeld;
  }

  /** A copy takes the place of the page. */
  replace({ hold, u8 }: Page): void {
    if (u8.length !== pageBytes) return;
    this.#copied++;
    if (hold !== 0) this.#replaced.push(u8.buffer as ArrayBuffer);
  }

  take(): ArrayBuffer | undefined {
    return this.#spare.pop();
  }

  get #needed(): number {
    return this.#copied + Math.min(this.#added, preparedForNewMax);
  }

  /** A quarter of those beyond the need: one quiet interval says little of the next. */
  #giveBackSome(): void {
    const beyond = this.#spare.length - this.#needed;
    if (beyond > 0) this.#spare.length -= Math.ceil(beyond / 4);
  }
}

export const sparePages = new SparePages();
