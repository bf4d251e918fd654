import { expect, test, vi } from "vitest";
import { longPlan, metIn, noteKills, runPlans } from "./kill-plans.ts";

vi.setConfig({ testTimeout: 40 * 60_000 });

const seed = Number(process.env.KILL_SEED ?? 1);

test("kill -9 at each instant that has a name, 200 times", async () => {
  const plans = [0, 1, 2, 3].map((place) => longPlan("writing", seed + place, 35));
  const more = [0, 1].map((place) => longPlan("letting-go", seed + place, 30));
  const reports = await runPlans([...plans, ...more]);
  noteKills(reports);
  const met = metIn(reports);
  const missed = [...met].filter(([, count]) => count === 0).map(([name]) => name);
  expect(missed, "at these instants no server was killed").toEqual([]);
});
