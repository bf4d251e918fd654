import { expect, test } from "vitest";
import { readRange, wallText } from "./range-text.ts";

const noonMs = Date.parse("2026-03-01T12:00:00Z");

test("a form has the clock of its zone, and reads it back", () => {
  expect(wallText(noonMs, "UTC")).toBe("2026-03-01T12:00:00");
  const there = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "medium" }).format(noonMs);
  expect(wallText(noonMs, "Here/There")).toBe(there.replace(" ", "T"));
  for (const zone of ["UTC", "Here/There"]) {
    const range = readRange(wallText(noonMs, zone), wallText(noonMs + 90_000, zone), zone);
    expect(range).toEqual({ fromMs: noonMs, toMs: noonMs + 90_000 });
  }
});

test("seconds may be left out, as browsers do", () => {
  const range = readRange("2026-03-01T12:00", "2026-03-01T12:01", "UTC");
  expect(range).toEqual({ fromMs: noonMs, toMs: noonMs + 60_000 });
});

test("what is no range says why", () => {
  expect(readRange("", "2026-03-01T12:00", "UTC")).toEqual({ refusal: "Say from when." });
  expect(readRange("2026-03-01T12:00", "", "UTC")).toEqual({ refusal: "Say until when." });
  const none = { refusal: "It has to begin before it ends." };
  expect(readRange("2026-03-01T12:00", "2026-03-01T12:00", "UTC")).toEqual(none);
});
