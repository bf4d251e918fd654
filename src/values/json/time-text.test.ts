import fc from "fast-check";
import { expect, test } from "vitest";
import { microsOfLastRead, readDate, readTime, readTimestamp, type TimeStyle } from "./time-text.ts";

const encoder = new TextEncoder();
const instant = (text: string, style: TimeStyle = "iso") =>
  readTimestamp(encoder.encode(text), 0, text.length, style, "required");
const local = (text: string, style: TimeStyle = "iso") =>
  readTimestamp(encoder.encode(text), 0, text.length, style, "none");
const date = (text: string) => readDate(encoder.encode(text), 0, text.length);
const time = (text: string) => readTime(encoder.encode(text), 0, text.length);

test("reads every instant that the platform writes", () => {
  const between = { min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59.999Z") };
  fc.assert(
    fc.property(fc.date({ ...between, noInvalidDate: true }), (moment) => {
      const text = moment.toISOString();
      expect(instant(text)).toBe(moment.getTime());
      expect(local(text.slice(0, -1))).toBe(moment.getTime());
      expect(instant(text.replace("T", " "), "sql")).toBe(moment.getTime());
      expect(date(text.slice(0, 10))).toBe(Math.floor(moment.getTime() / 86_400_000));
    }),
    { numRuns: 3_000 },
  );
});

test("an offset is taken off", () => {
  expect(instant("2026-03-01T12:30:00+01:00")).toBe(Date.UTC(2026, 2, 1, 11, 30));
  expect(instant("2026-03-01T12:30-05:30")).toBe(Date.UTC(2026, 2, 1, 18));
});

test("parts of a second: milliseconds, microseconds beside them, nothing finer", () => {
  expect(local("2026-03-01T00:00:00.5")).toBe(Date.UTC(2026, 2, 1) + 500);
  expect(microsOfLastRead()).toBe(0);
  expect(local("2026-03-01T00:00:00.123456789")).toBe(Date.UTC(2026, 2, 1) + 123);
  expect(microsOfLastRead()).toBe(456);
  expect(time("23:59:59.999")).toBe(86_399_999);
});

test("dates that do not exist are not read", () => {
  const missing = ["2026-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "1900-02-29"];
  for (const text of missing) {
    expect(date(text), text).toBeNaN();
    expect(instant(`${text}T00:00:00Z`), text).toBeNaN();
  }
  expect(date("2024-02-29")).toBe(Date.UTC(2024, 1, 29) / 86_400_000);
  expect(date("2000-02-29")).toBe(Date.UTC(2000, 1, 29) / 86_400_000);
});

test("what is nearly a time is none", () => {
  const instants = [
    "2026-03-01T12:30:00",
    "2026-03-01 12:30:00Z",
    "2026-03-01T24:00:00Z",
    "2026-03-01T12:60:00Z",
    "2026-03-01T12:30:60Z",
    "2026-03-01T12:30:00.Z",
    "2026-03-01T12:30:00.1234567890Z",
    "2026-03-01T12:30:00+1:00",
    "2026-03-01T12:30:00+19:00",
    "2026-3-01T12:30:00Z",
    "2026-03-01T12:30:0aZ",
    "2026-03-01T12:30:00ZZ",
    "2026-03-01T12:30Z00",
    "+2026-03-01T12:30Z",
    "",
    "Z",
  ];
  for (const text of instants) expect(instant(text), text).toBeNaN();
  for (const text of ["2026-03-01T12:30:00Z", "2026-03-01T12:30:00+00:00"]) expect(local(text)).toBeNaN();
  for (const text of ["2026-03-01T12:30:00Z"]) expect(instant(text, "sql"), text).toBeNaN();
  for (const text of ["1:00", "12:3", "12-30", "12:30:", "12:30:00,5", ""])
    expect(time(text), text).toBeNaN();
});
