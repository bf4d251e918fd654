/** The Nexmark queries over many events of one millisecond each, so that times and prices are often equal. */
import { describe, expect, test } from "vitest";
import { type NexmarkWay, NexmarkWorld } from "./nexmark-world.ts";
import { runningQueries } from "./refused.ts";

const many = { eventCount: 120_000, eventsPerSecond: 4_000 };

const ways: readonly NexmarkWay[] = [
  { ...many, seed: 21, form: "one table", mode: "compiled", chunkRows: 1024, scrambledEvents: 1 },
  { ...many, seed: 22, form: "three tables", mode: "interpreted", chunkRows: 1024, scrambledEvents: 6_000 },
];

describe.each(ways.map((way) => ({ name: `seed ${way.seed}, ${way.form}, ${way.mode}`, way })))(
  "$name",
  ({ way }) => {
    test("every query gives what DuckDB gives", async () => {
      const world = await NexmarkWorld.open(way);
      try {
        for (const name of runningQueries()) {
          const { lines, rowsLate, schema } = await world.answer(name);
          expect(rowsLate, name).toBe(0);
          expect(lines, name).toEqual(await world.expected(name, schema));
        }
      } finally {
        world.close();
      }
    });
  },
);
