import { expect, test } from "vitest";
import { scratchFolder } from "../support/scratch-folder.ts";
import { killRounds } from "./kill-rounds.ts";

test.each([1, 2, 3])("kill -9, 12 rounds, seed %i", async (seed) => {
  const { acknowledged, restored } = await killRounds(scratchFolder(), 12, seed);
  expect(restored).toBeGreaterThan(3);
  expect(acknowledged).toBeGreaterThan(500);
});
