/** Half of the traffic goes missing: said within two windows. A whole quiet day is in the slow tests. */
import { describe, expect, test } from "vitest";
import { judgedTraffic, packsThatJudge } from "../support/watched-traffic.ts";

const minuteMs = 60_000;
const windowMs = 5 * minuteMs;
const startMs = Date.parse("2026-03-02T17:00:00Z");
/** In the middle of a window, when an hour and a half are known. */
const changesMs = startMs + 92 * minuteMs;
const evening = { seed: 4, startMs, hours: 2 };

describe.each(packsThatJudge)("of $pack", (traffic) => {
  test("X14: half of the events missing is flagged within two windows, and nothing is before", {
    timeout: 180_000,
  }, async () => {
    const rows = await judgedTraffic(
      traffic,
      evening,
      ({ timeMs }, number) => timeMs >= changesMs && number % 2 === 0,
    );
    const before = rows.filter(({ endMs }) => endMs <= changesMs);
    // What is busy enough to be judged.
    const busy = new Set(before.filter(({ usual }) => usual >= 600).map(({ what }) => what));
    expect(busy.size).toBeGreaterThan(0);
    expect(before.filter(({ direction }) => direction !== null)).toEqual([]);
    const since = rows.filter(({ endMs }) => endMs > changesMs && endMs <= changesMs + 2 * windowMs);
    const flagged = since.filter(({ direction }) => direction === "down").map(({ what }) => what);
    expect(flagged).not.toEqual([]);
    expect(flagged.filter((what) => !busy.has(what))).toEqual([]);
    expect(since.filter(({ direction }) => direction === "up")).toEqual([]);
  });
});
