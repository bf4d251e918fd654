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

/** A browser gives a hidden tab no frames: what is requested then is drawn when the tab is seen again. */
const browserFrames: Frames = {
  now: () => performance.now(),
  request: (run) => requestAnimationFrame(run),
  cancel: (frame) => cancelAnimationFrame(frame),
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
