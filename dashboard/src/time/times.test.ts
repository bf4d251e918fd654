import { describe, expect, it } from "vitest";
import { isUtc, timesIn } from "./times.ts";

const noon = Date.UTC(2026, 6, 1, 12, 5);

describe("times", () => {
  it("are of the zone, summer time included", () => {
    expect(timesIn("Europe/Berlin").minute(noon)).toBe("14:05");
    expect(timesIn("UTC").minute(noon)).toBe("12:05");
    expect(timesIn("Asia/Kathmandu").minute(noon)).toBe("17:50");
  });

  it("carry their day where the zone moves it", () => {
    expect(timesIn("Pacific/Auckland").moment(noon)).toContain("2");
    expect(timesIn("Pacific/Auckland").moment(noon)).not.toBe(timesIn("UTC").moment(noon));
  });

  it("are made once for each zone", () => {
    expect(timesIn("UTC")).toBe(timesIn("UTC"));
  });
});

it("knows UTC by its names", () => {
  expect(["UTC", "Etc/UTC", "Etc/GMT", "GMT"].every(isUtc)).toBe(true);
  expect(["Europe/London", "Etc/GMT+5", "Africa/Abidjan"].some(isUtc)).toBe(false);
});
