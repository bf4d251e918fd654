import { expect, test, vi } from "vitest";
import { instants } from "./instants.ts";
import { metIn, runPlans, shortPlans } from "./kill-plans.ts";

vi.setConfig({ testTimeout: 240_000 });

const seed = Number(process.env.KILL_SEED ?? 20_260_301);

test("kill -9 in mid-load, 15 times: what was answered is there once, in streams and views", async () => {
  const met = metIn(await runPlans(shortPlans(seed)));
  const groups = new Set(instants.map(({ group }) => group));
  const missed = [...groups].filter(
    (group) => !instants.some((each) => each.group === group && met.get(each.name)! > 0),
  );
  expect(missed, "of these instants no server was killed at any").toEqual([]);
});
