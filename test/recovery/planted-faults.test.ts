/** The kill harness is worth something only where it finds what is broken. */
import { expect, test, vi } from "vitest";
import { scratchFolder } from "../support/scratch-folder.ts";
import { killHarness } from "./kill-harness.ts";
import { type PlantName, plantNames } from "./process/plants.ts";

vi.setConfig({ testTimeout: 240_000 });

const lost = new RegExp(
  [
    "acknowledged rows .*were lost|keys of requests were lost|dead letters were lost",
    // Of a segment the bytes in its midst, or those that it begins with.
    "journal is damaged in|does not begin as a segment does",
  ].join("|"),
);
const expected: Readonly<Record<PlantName, RegExp>> = {
  "no flush": lost,
  "reply before flush": lost,
  "checkpoint ahead of its step": /differs from what DuckDB computes|was stopped/,
  "dedup forgotten on restart": /rows with a key are there twice|answered \{.*not \{"accepted":0/,
};
/** Most are found at the first kills: on a machine that does much else little is sent until then. */
const kills = Array.from({ length: 12 }, () => undefined);

test.each(plantNames)("it finds a server with the fault: %s", async (plant) => {
  const plan = { folder: scratchFolder(), world: "writing", seed: 3, kills, powerLoss: 1, plant } as const;
  await expect(killHarness(plan)).rejects.toThrow(expected[plant]);
});
