/**
 * Where the judgement of a window turns. Each type of event has six windows before the one that is judged: of
 * one number the deviation is its root, of 500 and 700 by turns it is 109.54, of 400 and 800 it is 219.09.
 */
import { expect, test } from "vitest";
import { checkProject } from "../../src/cli/checked-project.ts";
import { rehearsedProject } from "../../src/cli/rehearsed-project.ts";
import { VirtualEngine } from "../../src/rehearsal/virtual-engine.ts";
import { judgedRows, packsThatJudge, partOf } from "../support/watched-traffic.ts";

const startMs = Date.parse("2026-03-02T09:00:00Z");
const windowMs = 300_000;
const before = (...turns: readonly number[]) =>
  Array.from({ length: 6 }, (_, place) => turns[place % turns.length]!);

/** Events of each window, the judged one last, and what it is. */
const types: readonly (readonly [counts: readonly number[], direction: string | null])[] = [
  // Of fewer than 600 nothing is said.
  [[...before(599), 100], null],
  // Two fifths less are 360, four fifths more 1,080.
  [[...before(600), 360], "down"],
  [[...before(600), 361], null],
  [[...before(600), 1080], "up"],
  [[...before(600), 1079], null],
  // Three deviations are 328.62 and 657.27.
  [[...before(500, 700), 271], "down"],
  [[...before(500, 700), 272], null],
  [[...before(400, 800), 100], null],
  [[...before(400, 800), 1258], "up"],
  [[...before(400, 800), 1257], null],
];
/** One window too few to know what is usual. */
const young = [0, ...before(600).slice(1), 100];

/** Of the last window: by the number of the type what it is, for those that are judged. */
async function directions(
  series: readonly (readonly number[])[],
): Promise<ReadonlyMap<string, string | null>> {
  const traffic = packsThatJudge.find(({ pack }) => pack === "clickstream")!;
  const { script, settings } = rehearsedProject(checkProject(partOf(traffic)));
  const engine = new VirtualEngine(script, settings, startMs);
  const windows = series[0]!.length;
  for (let window = 0; window < windows; window++) {
    const beginMs = startMs + window * windowMs;
    const lines = series.flatMap((counts, type) =>
      Array.from({ length: counts[window]! }, (_, place) => {
        const event_ts = new Date(beginMs + place).toISOString();
        const own = { event_id: `${window}-${type}-${place}`, event_type: String(type), event_ts };
        return JSON.stringify({ ...own, user_id: "u_1", session_id: "s_1" });
      }),
    );
    engine.moveTo(beginMs + windowMs - 1_000);
    engine.send("clickstream_events", lines.join("\n"));
  }
  engine.moveTo(startMs + (windows + 1) * windowMs + 1_200_000);
  expect([...engine.failures]).toEqual([]);
  const lastMs = startMs + (windows - 1) * windowMs;
  const rows = (await judgedRows(engine, traffic.view)).filter((row) => row.startMs === lastMs);
  return new Map(rows.map((row) => [row.what, row.direction]));
}

test("X14: a window is unusual from 600, two fifths, four fifths and three deviations on", {
  timeout: 180_000,
}, async () => {
  const judged = await directions([...types.map(([counts]) => counts), young]);
  const told = types.map(([counts], type) => [counts, judged.get(String(type))]);
  expect(told).toEqual(types);
  expect(judged.has(String(types.length))).toBe(false);
});
