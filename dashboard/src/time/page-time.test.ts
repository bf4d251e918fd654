import { describe, expect, test } from "vitest";
import { pageTime, readTimeSearch } from "./page-time.ts";

const noon = Date.parse("2026-03-04T12:00:00Z");
const hour = 3_600_000;

describe("what a page shows of time", () => {
  test("is a span up to now, and what it is compared with as long", () => {
    const { fromMs, toMs, endsNow, before } = pageTime({}, "1h", noon);
    expect([fromMs, toMs, endsNow]).toEqual([noon - hour, noon, true]);
    expect(before).toEqual({ fromMs: noon - 2 * hour, toMs: noon - hour, words: "the hour before" });
  });

  test("moves on by steps, and is never behind now", () => {
    const at = (ms: number) => pageTime({ span: "1h" }, "15m", noon + ms).toMs - noon;
    expect([at(1), at(6_000), at(6_001)]).toEqual([6_000, 6_000, 12_000]);
    expect(pageTime({ span: "7d" }, "15m", noon + 1).toMs - noon).toBe(10_000);
  });

  test("of a day is compared with the same weekday", () => {
    const { fromMs, before } = pageTime({ span: "24h" }, "1h", noon);
    expect(before?.fromMs).toBe(fromMs - 7 * 24 * hour);
    expect(new Date(before!.fromMs).getUTCDay()).toBe(new Date(fromMs).getUTCDay());
    expect(before!.toMs - before!.fromMs).toBe(24 * hour);
  });

  test("is what the address says, where that can be", () => {
    const search = readTimeSearch({ from: "2026-03-01T00:00:00Z", to: "2026-03-02T00:00:00Z", span: "7d" });
    const { fromMs, toMs, endsNow, before } = pageTime(search, "1h", noon);
    expect([toMs - fromMs, endsNow, before?.toMs]).toEqual([24 * hour, false, fromMs]);
    expect(readTimeSearch({ from: "2026-03-02T00:00:00Z", to: "2026-03-01T00:00:00Z" })).toEqual({});
    expect(readTimeSearch({ from: "soon", to: "later", span: "24h" })).toEqual({ span: "24h" });
    expect(readTimeSearch({ span: "constructor" })).toEqual({});
  });

  test("stands at the moment that the address says, whatever span it shows", () => {
    const at = "2026-03-04T11:00:00.250Z";
    expect(readTimeSearch({ at })).toEqual({ at });
    expect(readTimeSearch({ at: "2026-03-04T12:00:00.25+01:00", span: "7d" })).toEqual({ at, span: "7d" });
    const range = { from: "2026-03-01T00:00:00.000Z", to: "2026-03-02T00:00:00.000Z" };
    expect(readTimeSearch({ ...range, at })).toEqual({ ...range, at });
    expect(readTimeSearch({ at: "then" })).toEqual({});
    // As wide as it was drawn then.
    expect(pageTime({ at }, "1h", Date.parse(at))).toEqual(pageTime({}, "1h", Date.parse(at)));
  });
});
