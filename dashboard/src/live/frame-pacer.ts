/**
 * Turns "something is new", said any number of times, into at most one drawing a frame, and none in a
 * hidden tab.
 */

/** People cannot read numbers that change faster, and ten drawings a second leave the machine to its work. */
const drawingGapMsMin = 100;

export interface FramePacer {
  request(): void;
  cancel(): void;
}

export interface Frames {
  request(run: (timeMs: number) => void): number;
  cancel(frame: number): void;
}

/** A browser gives a hidden tab no frames: what is requested then is drawn when the tab is seen again. */
const browserFrames: Frames = {
  request: (run) => requestAnimationFrame(run),
  cancel: (frame) => cancelAnimationFrame(frame),
};

export function pacedByFrames(draw: () => void, frames: Frames = browserFrames): FramePacer {
  let frame: number | undefined;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const step = (timeMs: number): void => {
    if (timeMs - drawnAt < drawingGapMsMin) {
      frame = frames.request(step);
      return;
    }
    frame = undefined;
    drawnAt = timeMs;
    draw();
  };
  return {
    request() {
      frame ??= frames.request(step);
    },
    cancel() {
      if (frame !== undefined) frames.cancel(frame);
      frame = undefined;
    },
  };
}
