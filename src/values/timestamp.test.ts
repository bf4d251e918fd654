import fc from "fast-check";
import { expect, test } from "vitest";
import {
  civilFromDays,
  daysFromCivil,
  formatDate,
  formatInstantMs,
  formatTime,
  formatTimestampMicros,
  formatTimestampMs,
  parseDate,
  parseTime,
  parseTimestampMicros,
  parseTimestampMs,
} from "./timestamp.ts";

test("a day that does not exist is no date", () => {
  expect(parseDate("2026-02-28")).toBe(20_512);
  expect(parseDate("2026-02-29")).toBeUndefined();
  expect(parseDate("2024-02-29")).toBe(19_782);
  expect(parseDate("1900-02-29")).toBeUndefined();
  expect(parseDate("2000-02-29")).toBe(11_016);
  expect(parseDate("2026-13-01")).toBeUndefined();
  expect(parseDate("2026-00-10")).toBeUndefined();
});

test("SQL and ISO-8601 texts are the same instant", () => {
  const ms = Date.UTC(2026, 2, 1, 12, 30);
  expect(parseTimestampMs("2026-03-01 12:30:00")).toBe(ms);
  expect(parseTimestampMs("2026-03-01T12:30:00.000")).toBe(ms);
  expect(parseTimestampMs("2026-03-01T12:30:00.000Z", "required")).toBe(ms);
  expect(parseTimestampMs("2026-03-01T14:30:00+02:00", "optional")).toBe(ms);
  expect(parseTimestampMs("2026-03-01T07:00:00-05:30", "required")).toBe(ms);
});

test("a zone stands only where the type has one", () => {
  expect(parseTimestampMs("2026-03-01 12:30:00Z")).toBeUndefined();
  expect(parseTimestampMs("2026-03-01T12:30:00", "required")).toBeUndefined();
  expect(parseTimestampMs("2026-03-01T12:30:00+19:00", "required")).toBeUndefined();
});

test("a clock beyond the day is refused", () => {
  expect(parseTime("24:00:00")).toBeUndefined();
  expect(parseTime("23:60:00")).toBeUndefined();
  expect(parseTime("23:59:59.999")).toBe(86_399_999);
  expect(parseTimestampMs("2026-03-01 12:30:60")).toBeUndefined();
});

test("digits finer than the type fall away toward the past", () => {
  expect(parseTimestampMs("1969-12-31 23:59:59.9999")).toBe(-1);
  expect(parseTimestampMicros("2026-03-01 12:30:00.123456789")).toBe(1_772_368_200_123_456n);
});

test("texts have the digits of the precision", () => {
  expect(formatTimestampMs(1_772_368_200_000)).toBe("2026-03-01 12:30:00.000");
  expect(formatTimestampMs(-1, 0)).toBe("1969-12-31 23:59:59");
  expect(formatTimestampMicros(-1n)).toBe("1969-12-31 23:59:59.999999");
  expect(formatInstantMs(1_772_368_200_000)).toBe("2026-03-01T12:30:00.000Z");
  expect(formatTime(3_661_005, 3)).toBe("01:01:01.005");
});

test("days and the calendar agree with the machine's own calendar", () => {
  fc.assert(
    fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (days) => {
      const { year, month, day } = civilFromDays(days);
      const date = new Date(days * 86_400_000);
      expect([year, month, day]).toEqual([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]);
      expect(daysFromCivil(year, month, day)).toBe(days);
      if (year >= 1000) expect(parseDate(formatDate(days))).toBe(days);
    }),
  );
});
