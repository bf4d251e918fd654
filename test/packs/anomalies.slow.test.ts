/** A quiet day with its curve, nights and evenings: nothing about it is unusual. */
import { describe, expect, test } from "vitest";
import { judgedTraffic, packsThatJudge } from "../support/watched-traffic.ts";

const startMs = Date.parse("2026-03-02T00:00:00Z");
/** Of segments: what plays a user. Several at once double what goes on at night, which is unusual. */
const ofScripts = '"properties":{"page":"/item","device":"desktop"}';

describe.each(packsThatJudge)("of $pack", (traffic) => {
  test("X14: a quiet seeded day has no flag", { timeout: 300_000 }, async () => {
    const day = { seed: 1, startMs, hours: 24 };
    const rows = await judgedTraffic(traffic, day, ({ line }) => line.includes(ofScripts));
    expect(rows.filter(({ usual }) => usual >= 600).length).toBeGreaterThan(100);
    expect(rows.filter(({ direction }) => direction !== null)).toEqual([]);
  });
});
