import { expect, it } from "vitest";
import { noon, readingOf } from "./fixture.ts";
import { openWords } from "./window-passed.ts";

const minute = 60_000;

it("is left out where the row does not name its window", () => {
  const windows = readingOf({ window_start: "timestamp", window_end: "timestamp" }, [
    ["2026-03-01T12:00:00.000Z", "2026-03-01T13:00:00.000Z"],
    ["2026-03-01T12:00:00.000Z", null],
    ["2026-03-01T12:00:00.000Z", "2026-03-01T11:00:00.000Z"],
  ]);
  const words = openWords(windows.columns);
  expect(windows.rows.map((row) => words(row, noon + 15 * minute))).toEqual([
    "open, 25 % of the hour",
    "open",
    "open",
  ]);
  const plain = readingOf({ total: "integer" }, [[1]]);
  expect(openWords(plain.columns)(plain.rows[0]!, noon)).toBe("open");
});
