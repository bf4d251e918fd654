import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fetched } from "./fetched.ts";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test.each([
  "Failed to fetch dynamically imported module: http://localhost/a.js",
  "error loading dynamically imported module: http://localhost/a.js",
  "Importing a module script failed.",
])("is asked for again, less and less often: %s", async (words) => {
  const askedMs: number[] = [];
  const startMs = Date.now();
  const load = async () => {
    askedMs.push(Date.now() - startMs);
    if (askedMs.length < 7) throw new TypeError(words);
    return "there";
  };
  const module = fetched(load);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await module).toBe("there");
  expect(askedMs).toEqual([0, 250, 750, 1_750, 3_750, 5_750, 7_750]);
});

test("what the code itself throws is told", async () => {
  const load = () => Promise.reject(new TypeError("x is not a function"));
  await expect(fetched(load)).rejects.toThrow("x is not a function");
});
