/** Rows that a stream has let go stay in what the views made of them, over restarts too. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Engine, type EngineOptions, openEngine } from "../../src/index.ts";
import { stepKind } from "../../src/log/event-log.ts";
import { nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import { JournalReader } from "../../src/log/journal/journal-reader.ts";
import { listSegments } from "../../src/log/journal/segments.ts";
import { queriedRows } from "../support/queried-rows.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const sql = `
CREATE TABLE hits (page STRING NOT NULL, note STRING) WITH ('retention' = '1 ms');
CREATE MATERIALIZED VIEW totals WITH ('retention' = '24 h') AS
SELECT page, COUNT(*) AS hits FROM hits GROUP BY page;`;

async function open(data: string, changes: EngineOptions = {}): Promise<Engine> {
  const log = { segmentBytesMax: 20_000, upkeepMs: 50, packAfterMs: 0 };
  const engine = await openEngine({ data, sql, log, checkpointMs: 100, ...changes });
  onTestFinished(() => engine.close());
  await engine.ready;
  return engine;
}

async function send(engine: Engine, count: number): Promise<void> {
  const note = "x".repeat(400);
  for (let sent = 0; sent < count; sent++) await engine.send("hits", { page: `p${sent % 3}`, note });
}

const waiting = { timeout: 20_000, interval: 50 };

const total = (engine: Engine) => engine.rows("totals").reduce((sum, { hits }) => sum + Number(hits), 0);

/** How many rows were there for the view, all of which are in its books. */
async function booked(engine: Engine, view: string): Promise<number> {
  const book = (await engine.books()).views.find((each) => each.view === view)!;
  const { rowsTaken, rowsFiltered, rowsLate } = book;
  const [source] = book.sources;
  expect(source!.logged - source!.inFlight).toBe(rowsTaken + rowsFiltered + rowsLate);
  return source!.logged;
}

test("the front of the journal goes, and no count with it", async () => {
  const data = scratchFolder();
  const journal = join(data, "journal");
  let sent = 0;
  let first = 1;
  for (let round = 0; round < 3; round++) {
    const engine = await open(data);
    expect(total(engine)).toBe(sent);
    await send(engine, 150);
    sent += 150;
    await vi.waitFor(() => {
      expect(listSegments(nodeFileLayer, journal)[0]).toBeGreaterThan(first);
      expect(total(engine)).toBe(sent);
    }, waiting);
    first = listSegments(nodeFileLayer, journal)[0]!;
    expect(engine.upkeepProblem).toBeUndefined();
    expect(await booked(engine, "totals")).toBe(sent);
    await engine.close();
  }
});

test("a view that comes later begins with the rows that are there", async () => {
  const data = scratchFolder();
  const engine = await open(data);
  await send(engine, 150);
  const journal = join(data, "journal");
  await vi.waitFor(() => expect(listSegments(nodeFileLayer, journal)[0]).toBeGreaterThan(1), {
    timeout: 20_000,
  });
  await engine.execute(`CREATE MATERIALIZED VIEW late WITH ('retention' = '24 h') AS
    SELECT page, COUNT(*) AS hits FROM hits GROUP BY page;`);
  const counted = engine.rows("late").reduce((sum, { hits }) => sum + Number(hits), 0);
  expect(counted).toBeLessThan(150);
  await send(engine, 30);
  await vi.waitFor(() => {
    expect(total(engine)).toBe(180);
    expect(engine.rows("late").reduce((sum, { hits }) => sum + Number(hits), 0)).toBe(counted + 30);
  });
  expect([await booked(engine, "totals"), await booked(engine, "late")]).toEqual([180, counted + 30]);
});

test("what a restart makes again says which rows are missing in it", async () => {
  const data = scratchFolder();
  const first = await open(data);
  await send(first, 150);
  await vi.waitFor(
    () => expect(listSegments(nodeFileLayer, join(data, "journal"))[0]).toBeGreaterThan(1),
    waiting,
  );
  await first.close();
  const notices: string[] = [];
  const onNotice = (notice: string) => void notices.push(notice);
  const changed = await open(data, { sql: sql.replace("COUNT(*)", "COUNT(note)"), onNotice });
  const gone = (count: number) =>
    `The journal has let the first ${count} rows of hits go: what is made of it lacks them.`;
  const counted = total(changed);
  expect(notices).toEqual(["Made of the journal again: totals.", gone(150 - counted)]);
  expect(counted).toBeLessThan(150);
  expect(await booked(changed, "totals")).toBe(counted);
  await changed.close();
  notices.length = 0;
  rmSync(join(data, "checkpoints"), { recursive: true });
  const again = await open(data, { onNotice });
  expect(notices).toEqual([gone(150 - total(again))]);
  expect(await booked(again, "totals")).toBe(total(again));
});

test("what queries wrote is there once, also where the rows are gone that it was made of", async () => {
  const data = scratchFolder();
  const written = `${sql}
CREATE TABLE seen (page STRING NOT NULL, note STRING) WITH ('retention' = '1 d');
INSERT INTO seen SELECT page, 'seen' FROM hits;
CREATE MATERIALIZED VIEW seen_totals WITH ('retention' = '24 h') AS
SELECT page, COUNT(*) AS hits FROM seen GROUP BY page;`;
  const seen = (engine: Engine) =>
    engine.rows("seen_totals").reduce((sum, { hits }) => sum + Number(hits), 0);
  const failures: string[] = [];
  const onViewFailure = (name: string, reason: string) => void failures.push(`${name}: ${reason}`);
  const first = await open(data, { sql: written, onViewFailure });
  await send(first, 150);
  const inJournal = async (engine: Engine, stream = "seen") => {
    const sql = `SELECT COUNT(*) AS n FROM ${stream}`;
    return Number((await queriedRows<[number]>(engine, sql))[0]?.[0] ?? 0);
  };
  await vi.waitFor(async () => {
    expect(seen(first)).toBe(150);
    expect(await inJournal(first, "hits")).toBeLessThan(150);
  }, waiting);
  await first.close();
  // All is made of the journal again, which does not hold what was before.
  rmSync(join(data, "checkpoints"), { recursive: true });
  const again = await open(data, { sql: written, onViewFailure });
  expect(await inJournal(again)).toBe(150);
  await send(again, 30);
  await vi.waitFor(async () => expect([await inJournal(again), failures]).toEqual([180, []]), waiting);
});

test("of a table with a PRIMARY KEY replaced rows go, and the latest of each key stays", async () => {
  const data = scratchFolder();
  const keyed = `
CREATE TABLE prices (item INT NOT NULL, price INT NOT NULL, note STRING, PRIMARY KEY (item) NOT ENFORCED)
WITH ('retention' = '1 ms');
CREATE MATERIALIZED VIEW current_prices AS SELECT item, price FROM prices;`;
  const rowSteps = () => {
    const reader = new JournalReader(nodeFileLayer, join(data, "journal"));
    let count = 0;
    for (let step = reader.next(); step !== undefined; step = reader.next())
      if (step.kind === stepKind.rows) count++;
    reader.close();
    return count;
  };
  const shown = (engine: Engine) =>
    engine
      .rows("current_prices")
      .map(({ item, price }) => [item, price])
      .sort(([left], [right]) => Number(left) - Number(right));
  const notices: string[] = [];
  const onNotice = (notice: string) => void notices.push(notice);
  const engine = await open(data, { sql: keyed });
  for (let round = 1; round <= 20; round++) {
    for (let item = 0; item < 10; item++) {
      // One that never changes stays for its own sake.
      if (item === 3 && round > 1) continue;
      await engine.send("prices", { item, price: round, note: "x".repeat(400) });
    }
  }
  const wanted = Array.from({ length: 10 }, (_, item) => [item, item === 3 ? 1 : 20]);
  await vi.waitFor(
    async () => {
      // Steps behind the checkpoint before the last one stay: only with further rows there is a next one.
      await engine.send("prices", { item: 0, price: 20, note: "" });
      expect(shown(engine)).toEqual(wanted);
      expect(rowSteps()).toBeLessThan(100);
    },
    { timeout: 20_000, interval: 500 },
  );
  await engine.close();
  const again = await open(data, { sql: keyed, onNotice });
  expect(shown(again)).toEqual(wanted);
  await again.close();
  rmSync(join(data, "checkpoints"), { recursive: true });
  const anew = await open(data, { sql: keyed, onNotice });
  expect(shown(anew)).toEqual(wanted);
  expect(notices).toEqual([]);
});
