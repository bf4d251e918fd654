import { expect, test } from "vitest";
import { atOnce, inTurns, type Slices } from "./slices.ts";

/** Takes a millisecond a slice. */
function* busy(slices: number): Slices<number> {
  let done = 0;
  for (; done < slices; done++) {
    const untilMs = performance.now() + 1;
    while (performance.now() < untilMs);
    yield;
  }
  return done;
}

test("in turns others have theirs meanwhile, and it comes to the same", async () => {
  let turnsOfOthers = 0;
  let isDone = false;
  const other = (): void => {
    turnsOfOthers++;
    if (!isDone) setImmediate(other);
  };
  setImmediate(other);
  const made = await inTurns(busy(100));
  isDone = true;
  // A turn takes 4 ms, and a slice more at most.
  expect(turnsOfOthers).toBeGreaterThanOrEqual(20);
  expect(made).toBe(atOnce(busy(100)));
});
