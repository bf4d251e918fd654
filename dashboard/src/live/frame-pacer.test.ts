import { expect, it } from "vitest";
import { type Frames, pacedByFrames } from "./frame-pacer.ts";

class HandFrames implements Frames {
  #waiting = new Map<number, (timeMs: number) => void>();
  #next = 1;

  get waiting(): number {
    return this.#waiting.size;
  }

  request(run: (timeMs: number) => void): number {
    this.#waiting.set(this.#next, run);
    return this.#next++;
  }

  cancel(frame: number): void {
    this.#waiting.delete(frame);
  }

  show(timeMs: number): void {
    const due = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const run of due) run(timeMs);
  }
}

it("draws once for any number of requests, and nothing without one", () => {
  const frames = new HandFrames();
  let drawn = 0;
  const pacer = pacedByFrames(() => drawn++, frames);
  for (let times = 0; times < 100; times++) pacer.request();
  expect(frames.waiting).toBe(1);
  frames.show(0);
  frames.show(500);
  expect(drawn).toBe(1);
});

it("draws nothing while no frame is given, as in a hidden tab", () => {
  const frames = new HandFrames();
  let drawn = 0;
  const pacer = pacedByFrames(() => drawn++, frames);
  pacer.request();
  expect(drawn).toBe(0);
  pacer.cancel();
  frames.show(0);
  expect(drawn).toBe(0);
});

it("leaves a gap between two drawings, and then shows the newest", () => {
  const frames = new HandFrames();
  const drawnAt: number[] = [];
  let now = 0;
  const pacer = pacedByFrames(() => drawnAt.push(now), frames);
  for (now = 0; now <= 320; now += 16) {
    pacer.request();
    frames.show(now);
  }
  expect(drawnAt).toEqual([0, 112, 224]);
});
