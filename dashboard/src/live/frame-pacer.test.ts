import { expect, it } from "vitest";
import { type Frames, framesTogether, pacedByFrames } from "./frame-pacer.ts";

/** A clock, frames and timers that move when the test says so. */
class HandFrames implements Frames {
  #frames = new Map<number, () => void>();
  #timers = new Map<number, { readonly atMs: number; readonly run: () => void }>();
  #next = 1;
  #nowMs = 0;

  get waiting(): number {
    return this.#frames.size + this.#timers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  request(run: () => void): number {
    this.#frames.set(this.#next, run);
    return this.#next++;
  }

  cancel(frame: number): void {
    this.#frames.delete(frame);
  }

  wait(run: () => void, ms: number): number {
    this.#timers.set(this.#next, { atMs: this.#nowMs + ms, run });
    return this.#next++;
  }

  stopWaiting(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  show(timeMs: number): void {
    this.#nowMs = timeMs;
    for (const [timer, { atMs, run }] of [...this.#timers]) {
      if (atMs > timeMs || !this.#timers.delete(timer)) continue;
      run();
    }
    const due = [...this.#frames.values()];
    this.#frames.clear();
    for (const run of due) run();
  }
}

const every100 = () => 100;

it("draws once for any number of requests, and nothing without one", () => {
  const frames = new HandFrames();
  let drawn = 0;
  const pacer = pacedByFrames(() => drawn++, every100, frames);
  for (let times = 0; times < 100; times++) pacer.request();
  expect(frames.waiting).toBe(1);
  frames.show(0);
  frames.show(500);
  expect(drawn).toBe(1);
});

it("draws nothing once it is cancelled, whatever it was waiting for", () => {
  const frames = new HandFrames();
  let drawn = 0;
  const pacer = pacedByFrames(() => drawn++, every100, frames);
  pacer.request();
  pacer.cancel();
  frames.show(0);
  expect([drawn, frames.waiting]).toEqual([0, 0]);
  pacer.request();
  frames.show(1);
  pacer.request();
  pacer.cancel();
  frames.show(500);
  expect([drawn, frames.waiting]).toEqual([1, 0]);
});

it("leaves a gap between two drawings, and then shows the newest", () => {
  const frames = new HandFrames();
  const drawnAt: number[] = [];
  const pacer = pacedByFrames(() => drawnAt.push(frames.now()), every100, frames);
  for (let now = 0; now <= 320; now += 16) {
    frames.show(now);
    pacer.request();
  }
  expect(drawnAt).toEqual([16, 128, 240]);
});

it("X5: keeps what is requested while it is paused, and draws it at once when it goes on", () => {
  const frames = new HandFrames();
  let gapMs = 5_000;
  let drawn = 0;
  const pacer = pacedByFrames(
    () => drawn++,
    () => gapMs,
    frames,
  );
  pacer.request();
  frames.show(0);
  pacer.request();
  frames.show(4_999);
  expect(drawn).toBe(1);
  gapMs = Number.POSITIVE_INFINITY;
  pacer.reconsider();
  frames.show(60_000);
  expect([drawn, frames.waiting]).toEqual([1, 0]);
  gapMs = 5_000;
  pacer.reconsider();
  frames.show(60_001);
  expect(drawn).toBe(2);
  pacer.reconsider();
  frames.show(70_000);
  expect(drawn).toBe(2);
});

it("X5: any number of pacers ask the browser for one frame, and draw together in it", () => {
  const asked: (() => void)[] = [];
  const hand = new HandFrames();
  const together = framesTogether((run) => asked.push(run));
  const frames: Frames = { ...together, now: () => hand.now(), wait: () => 0, stopWaiting: () => {} };
  const drawn: string[] = [];
  const pacerOf = (name: string) => pacedByFrames(() => drawn.push(name), undefined, frames);
  const [first, second, third] = [pacerOf("first"), pacerOf("second"), pacerOf("third")];
  for (const pacer of [first, second, third]) pacer.request();
  second.cancel();
  expect(asked.length).toBe(1);
  asked.shift()?.();
  expect(drawn).toEqual(["first", "third"]);
  second.request();
  expect(asked.length).toBe(1);
  asked.shift()?.();
  expect(drawn).toEqual(["first", "third", "second"]);
});

it("draws the others though one fails", () => {
  const asked: (() => void)[] = [];
  const frames = framesTogether((run) => asked.push(run));
  const drawn: string[] = [];
  frames.request(() => {
    throw new Error("a picture that cannot be drawn");
  });
  frames.request(() => drawn.push("second"));
  expect(asked.shift()).toThrow("a picture that cannot be drawn");
  asked.shift()?.();
  expect([drawn, asked.length]).toEqual([["second"], 0]);
});
