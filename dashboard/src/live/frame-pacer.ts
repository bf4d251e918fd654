/**
 * Turns "something is new", said any number of times, into at most one drawing in a while, each in a frame,
 * and none in a hidden tab.
 */

/** People cannot read numbers that change faster, and ten drawings a second leave the machine to its work. */
export const drawingGapMsMin = 100;

export interface FramePacer {
  request(): void;
  /** The gap is another one: what is requested may be due. */
  reconsider(): void;
  cancel(): void;
}

/** The browser's, where a test has none of its own. */
export interface Frames {
  now(): number;
  request(run: () => void): number;
  cancel(frame: number): void;
  wait(run: () => void, ms: number): unknown;
  stopWaiting(timer: unknown): void;
}

/** All that is requested for a frame runs in one call of it: React draws once after each call. */
export function framesTogether(nextFrame: (run: () => void) => void): Pick<Frames, "request" | "cancel"> {
  const requested = new Map<number, () => void>();
  let last = 0;
  let isAsked = false;
  const ask = (): void => {
    isAsked = requested.size > 0;
    if (isAsked) nextFrame(runAll);
  };
  const runAll = (): void => {
    try {
      for (const [frame, run] of [...requested]) if (requested.delete(frame)) run();
    } finally {
      // What came meanwhile, and what stands behind one that failed.
      ask();
    }
  };
  return {
    request(run) {
      requested.set(++last, run);
      if (!isAsked) ask();
      return last;
    },
    cancel: (frame) => requested.delete(frame),
  };
}

/** A browser gives a hidden tab no frames: what is requested then is drawn when the tab is seen again. */
const browserFrames: Frames = {
  ...framesTogether((run) => requestAnimationFrame(run)),
  now: () => performance.now(),
  wait: (run, ms) => setTimeout(run, ms),
  stopWaiting: (timer) => clearTimeout(timer as number),
};

/** `gapMs` is asked each time: it may change, and while it is Infinity nothing is drawn. */
export function pacedByFrames(
  draw: () => void,
  gapMs: () => number = () => drawingGapMsMin,
  frames: Frames = browserFrames,
): FramePacer {
  let isRequested = false;
  let frame: number | undefined;
  let timer: unknown;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const stop = (): void => {
    if (frame !== undefined) frames.cancel(frame);
    if (timer !== undefined) frames.stopWaiting(timer);
    frame = undefined;
    timer = undefined;
  };
  const step = (): void => {
    stop();
    isRequested = false;
    drawnAt = frames.now();
    draw();
  };
  const plan = (): void => {
    timer = undefined;
    const waitMs = drawnAt + gapMs() - frames.now();
    if (waitMs === Number.POSITIVE_INFINITY) return;
    if (waitMs <= 0) frame = frames.request(step);
    else timer = frames.wait(plan, waitMs);
  };
  return {
    request() {
      if (isRequested) return;
      isRequested = true;
      plan();
    },
    reconsider() {
      if (!isRequested || frame !== undefined) return;
      stop();
      plan();
    },
    cancel() {
      stop();
      isRequested = false;
    },
  };
}
