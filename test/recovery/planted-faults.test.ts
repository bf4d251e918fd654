/** The kill harness is worth something only where it finds what is broken. */
import { expect, test, vi } from "vitest";
import { scratchFolder } from "../support/scratch-folder.ts";
import { killHarness } from "./kill-harness.ts";
import { type PlantName, plantNames } from "./process/plants.ts";

vi.setConfig({ testTimeout: 120_000 });

const anywhere = undefined;
const lost =
  /acknowledged rows .*were lost|keys of requests were lost|dead letters were lost|journal is damaged in/;
const expected: Readonly<
  Record<PlantName, { readonly kills: readonly (string | undefined)[]; readonly error: RegExp }>
> = {
  "no flush": {
    kills: [anywhere, anywhere, anywhere],
    error: lost,
  },
  "reply before flush": {
    kills: [anywhere, anywhere, anywhere, anywhere],
    error: lost,
  },
  "checkpoint ahead of its step": {
    kills: [anywhere, anywhere, anywhere],
    error: /differs from what DuckDB computes|was stopped/,
  },
  "dedup forgotten on restart": {
    kills: [anywhere, anywhere, anywhere],
    error: /rows with a key are there twice|answered \{.*not \{"accepted":0/,
  },
};

test.each(plantNames)("it finds a server with the fault: %s", async (plant) => {
  const { kills, error } = expected[plant];
  const plan = { folder: scratchFolder(), world: "writing", seed: 3, kills, powerLoss: 1, plant } as const;
  await expect(killHarness(plan)).rejects.toThrow(error);
});
