/**
 * Work that is done slice by slice: a generator that yields where others may have their turn, a few
 * milliseconds after the last time at most, and answers when it is done.
 */
export type Slices<Result> = Generator<undefined, Result>;

/** Short against a frame of a screen, long against a turn of the event loop. */
const turnMsMax = 4;

export function atOnce<Result>(slices: Slices<Result>): Result {
  for (;;) {
    const { done, value } = slices.next();
    if (done === true) return value;
  }
}

/** Lets whatever else the thread has to do go on in between. */
export async function inTurns<Result>(slices: Slices<Result>): Promise<Result> {
  let untilMs = performance.now() + turnMsMax;
  for (;;) {
    const { done, value } = slices.next();
    if (done === true) return value;
    if (performance.now() < untilMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    untilMs = performance.now() + turnMsMax;
  }
}
