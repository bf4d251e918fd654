/** A quiet day with its curve, nights and evenings: nothing about it is unusual. */
import { describe, expect, test } from "vitest";
import { judgedTraffic, packsThatJudge } from "../support/watched-traffic.ts";

const startMs = Date.parse("2026-03-02T00:00:00Z");

describe.each(packsThatJudge)("of $pack", (traffic) => {
  test("X14: a quiet seeded day has no flag", { timeout: 300_000 }, async () => {
    const rows = await judgedTraffic(traffic, { seed: 1, startMs, hours: 24 });
    expect(rows.filter(({ usual }) => usual >= 600).length).toBeGreaterThan(100);
    expect(rows.filter(({ direction }) => direction !== null)).toEqual([]);
  });
});
