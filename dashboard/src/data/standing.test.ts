import { describe, expect, it } from "vitest";
import { around, noon, readingOf } from "./fixture.ts";
import { standingNotes, standingOf } from "./standing.ts";

const columns = { window_start: "timestamp", window_end: "timestamp" } as const;
const instant = (minutes: number) => new Date(noon + minutes * 60_000).toISOString();
const whole = [instant(-60), instant(0)];

function notesOf(windows: readonly (readonly string[])[], isOpen: (place: number) => boolean) {
  const reading = readingOf(columns, windows);
  const rows = reading.rows.map((row, place) => ({ ...row, final: !isOpen(place) }));
  return standingNotes(reading, rows, "window_start", around);
}

describe("what is said of open windows", () => {
  it.each([
    [[instant(-15), instant(45)], "25 % of the hour"],
    [[instant(-62 * 1.44 * 10), instant(38 * 1.44 * 10)], "62 % of the day"],
    [[instant(-20), instant(40)], "33 % of the hour"],
    [[instant(-1), instant(4)], "20 % of the 5 min"],
    [[instant(0), instant(1)], "0 % of the minute"],
  ])("is how much of its time has passed", (open, words) => {
    expect(notesOf([whole, open, open], (place) => place > 0)).toEqual([`Dashed: still open, ${words}.`]);
  });

  it("is no share where there are several, or where they do not say when they are", () => {
    const several = [
      [instant(-15), instant(45)],
      [instant(-15), instant(30)],
    ];
    const later = [[instant(1), instant(2)]];
    const unknown = [["never", "ever"]];
    for (const windows of [several, later, unknown]) {
      expect(notesOf(windows, () => true)).toEqual(["Dashed: of windows that are still open."]);
    }
  });

  it("is nothing where all are final, or where rows are of no window", () => {
    expect(notesOf([whole], () => false)).toEqual([]);
    const { rows } = readingOf(columns, [whole]);
    const changed = rows.map((row) => ({ ...row, final: false, revision: 3 }));
    expect(standingOf(changed, null)).toEqual({ isOpen: false, isCorrected: false });
    expect(standingOf(changed, "window_start")).toEqual({ isOpen: true, isCorrected: true });
    expect(standingNotes(readingOf(columns, []), changed, "window_start", around)).toHaveLength(2);
  });
});
