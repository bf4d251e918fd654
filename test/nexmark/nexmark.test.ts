/**
 * The Nexmark queries over seeded events: what each gives in the end is what DuckDB gives for all rows at
 * once, in order of time and out of it, in both forms of the tables, however the rows are cut. Those that
 * are refused are listed with their refusal, so that one that begins to run is noticed. UPDATE=1 writes the
 * list: read it before it is committed.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NexmarkGenerator } from "../../bench/nexmark/generator.ts";
import { oneTable, queryNames } from "../../bench/nexmark/tables.ts";
import { type NexmarkWay, NexmarkWorld, refusalOf } from "./nexmark-world.ts";
import { refusedQueries, runningQueries, writeRefusedQueries } from "./refused.ts";

const usual = { eventCount: 3_000, eventsPerSecond: 100, scrambledEvents: 1 };

const ways: readonly NexmarkWay[] = [
  { ...usual, seed: 1, form: "one table", mode: "compiled", chunkRows: 1024 },
  { ...usual, seed: 2, form: "three tables", mode: "interpreted", chunkRows: 7 },
  { ...usual, seed: 3, form: "one table", mode: "interpreted", chunkRows: 1024, scrambledEvents: 120 },
  { ...usual, seed: 4, form: "three tables", mode: "compiled", chunkRows: 1, scrambledEvents: 120 },
  { ...usual, seed: 5, form: "one table", mode: "compiled", chunkRows: 97, restores: true },
];

const wayName = ({ seed, form, mode, chunkRows, scrambledEvents, restores }: NexmarkWay) =>
  [
    `seed ${seed}, ${form}, ${mode}, ${chunkRows} at once`,
    ...(scrambledEvents > 1 ? ["out of order"] : []),
    ...(restores === true ? ["restored after each"] : []),
  ].join(", ");

describe.each(ways.map((way) => ({ name: wayName(way), way })))("$name", ({ way }) => {
  let world: NexmarkWorld;
  beforeAll(async () => {
    world = await NexmarkWorld.open(way);
  });
  afterAll(() => world.close());

  test.each(runningQueries())("%s", async (name) => {
    const { lines, rowsLate, schema } = await world.answer(name);
    const expected = await world.expected(name, schema);
    expect(rowsLate).toBe(0);
    expect(expected.length).toBeGreaterThan(0);
    expect(lines).toEqual(expected);
  });
});

describe.each(["one table", "three tables"] as const)("with %s", (form) => {
  test("the queries that are refused, and why", () => {
    const refused = queryNames
      .map((name) => [name, refusalOf(name, form)] as const)
      .filter(([, refusal]) => refusal !== "");
    if (process.env.UPDATE === "1") writeRefusedQueries(refused);
    else expect(refused).toEqual([...refusedQueries()]);
  });
});

describe("the generator", () => {
  const settings = { ...usual, seed: 11 };
  const eventsOf = (own: typeof settings, count: number) => {
    const generator = new NexmarkGenerator(own);
    return Array.from({ length: count }, () => generator.next());
  };

  test("gives the same bytes for the same seed, others for another", () => {
    const lines = (seed: number) =>
      eventsOf({ ...settings, seed }, 200).map((event) => oneTable.rowOf(event));
    expect(lines(11)).toEqual(lines(11));
    expect(lines(11)).not.toEqual(lines(12));
  });

  test("gives one person, three auctions and 46 bids of 50, in both orders", () => {
    for (const scrambledEvents of [1, 120]) {
      const events = eventsOf({ ...settings, scrambledEvents }, 6_000);
      const count = (kind: string) => events.filter((event) => event.kind === kind).length;
      expect([count("person"), count("auction"), count("bid")]).toEqual([120, 360, 5_520]);
    }
  });

  test("keeps the published shares and sizes", () => {
    const events = eventsOf(settings, 50_000);
    const bids = events.flatMap((event) => (event.kind === "bid" ? [event.row] : []));
    const auctions = events.flatMap((event) => (event.kind === "auction" ? [event.row] : []));
    const share = <T>(rows: readonly T[], holds: (row: T) => boolean) =>
      rows.filter(holds).length / rows.length;
    expect(share(bids, ({ auction }) => auction % 100 === 0)).toBeCloseTo(0.505, 1.5);
    expect(share(bids, ({ bidder }) => bidder % 100 === 1)).toBeCloseTo(0.7525, 1.5);
    expect(share(auctions, ({ seller }) => seller % 100 === 0)).toBeCloseTo(0.7525, 1.5);
    // Each power of ten as often as the next.
    for (const power of [2, 3, 4, 5, 6, 7]) {
      const within = share(bids, ({ price }) => price >= 10 ** power && price < 10 ** (power + 1));
      expect(within).toBeCloseTo(1 / 6, 1.5);
    }
    expect(share(bids, ({ channel }) => !channel.startsWith("channel-"))).toBeCloseTo(0.5, 1.5);
    const named = bids.filter(({ channel }) => channel.startsWith("channel-"));
    expect(share(named, ({ url }) => url.includes("&channel_id="))).toBeCloseTo(0.9, 1.5);
    const sum = bids.reduce((total, { extra }) => total + extra.length, 0);
    expect(sum / bids.length).toBeGreaterThan(60);
    expect(sum / bids.length).toBeLessThan(76);
  });
});
