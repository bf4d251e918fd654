import { setImmediate as otherTurns } from "node:timers/promises";
import { expect, test } from "vitest";
import { LiveView } from "../../views/live-view.ts";
import type { ViewRow } from "../../views/view.ts";
import { ShownRows } from "./shown-rows.ts";

const row = (id: number): ViewRow => ({ key: `[${id}]`, text: String(id), final: true, revision: 0 });

test("what changes while the rows are being looked at counts, not what was there before", async () => {
  const view = new LiveView({
    name: "ids",
    schema: { columns: [{ name: "id", type: { kind: "INT", nullable: false } }] },
    key: [0],
    emit: "changes",
  });
  view.apply({
    view: "ids",
    stepNumber: 1,
    freshness: { lastRowAtMs: undefined, watermarkMs: undefined },
    counters: { rowsTaken: 0, rowsFiltered: 0, rowsLate: 0 },
    upserts: Array.from({ length: 100 }, (_, id) => row(id)),
    removedKeys: [],
  });
  const shown = new ShownRows();
  let looked = 0;
  const finding = shown.find(view, () => {
    looked++;
    const untilMs = performance.now() + 1;
    while (performance.now() < untilMs);
    return true;
  });
  // Others have their turn after a few rows of a millisecond each.
  await otherTurns();
  expect(looked).toBeLessThan(50);
  expect(shown.take("[98]", false)).toBe(false);
  expect(shown.take("[99]", true)).toBe(true);
  expect(shown.take("[0]", false)).toBe(true);
  await finding;
  expect(shown.keys.size).toBe(98);
  expect(shown.keys.has("[98]") || shown.keys.has("[0]")).toBe(false);
});
