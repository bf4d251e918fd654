import { expect, test, vi } from "vitest";
import { scratchFolder } from "../support/scratch-folder.ts";
import { killRounds } from "./kill-rounds.ts";

vi.setConfig({ testTimeout: 120_000 });

const rounds = 4;
const seed = 20_260_301;

test("kill -9 in mid-load loses no acknowledged event, and the view counts the journal", async () => {
  const { acknowledged, unacknowledgedKept, restored } = await killRounds(scratchFolder(), rounds, seed);
  process.stdout.write(
    `${rounds} kills (seed ${seed}): ${acknowledged} acknowledged, all kept, ${unacknowledgedKept} others, \
${restored} restarts from a checkpoint\n`,
  );
  expect(restored).toBeGreaterThan(0);
  expect(acknowledged).toBeGreaterThan(100);
});
