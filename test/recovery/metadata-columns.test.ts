/** What the log knows of a row is the same live, in a view that comes later, after restarts, in a query. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Engine, type EngineOptions, openEngine } from "../../src/index.ts";
import { stepKind } from "../../src/log/event-log.ts";
import { nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import { JournalReader } from "../../src/log/journal/journal-reader.ts";
import { listSegments } from "../../src/log/journal/segments.ts";
import { queriedRows } from "../support/queried-rows.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const tables = `
CREATE TABLE hits (
  id INT NOT NULL, note STRING,
  \`offset\` BIGINT NOT NULL METADATA VIRTUAL,
  taken TIMESTAMP_LTZ(3) NOT NULL METADATA FROM 'timestamp' VIRTUAL,
  part INT METADATA FROM 'partition' VIRTUAL, topic STRING METADATA VIRTUAL,
  WATERMARK FOR taken AS taken
) WITH ('retention' = '1 h');
CREATE TABLE others (n INT);`;
const columns = "id, `offset`, CAST(taken AS STRING) AS taken, part, topic";
const known = (name: string) => `CREATE MATERIALIZED VIEW ${name} WITH ('retention' = '24 h') AS
  SELECT ${columns}, COUNT(*) AS n FROM hits GROUP BY id, \`offset\`, CAST(taken AS STRING), part, topic;`;
const minutes = `CREATE MATERIALIZED VIEW minutes AS
  SELECT window_start, window_end, COUNT(*) AS n, MIN(\`offset\`) AS lowest, MAX(\`offset\`) AS highest
  FROM TABLE(TUMBLE(TABLE hits, DESCRIPTOR(taken), INTERVAL '1' HOUR)) GROUP BY window_start, window_end;`;
const sql = `${tables}${known("seen")}${minutes}`;

const waiting = { timeout: 20_000, interval: 50 };

async function open(data: string, changes: EngineOptions = {}): Promise<Engine> {
  const log = { segmentBytesMax: 20_000, upkeepMs: 50, packAfterMs: 0 };
  const engine = await openEngine({ data, sql, log, checkpointMs: 100, ...changes });
  onTestFinished(() => engine.close());
  await engine.ready;
  return engine;
}

/** Requests of one row and of many, rows that are not taken among them, and another stream's between. */
async function send(engine: Engine, from: number, to: number): Promise<void> {
  const note = "x".repeat(200);
  for (let id = from; id < to; ) {
    const many = id % 7 === 0 ? 1500 : 1 + (id % 3);
    const rows = Array.from({ length: Math.min(many, to - id) }, (_, index) => ({ id: id + index, note }));
    await engine.send("hits", id % 2 === 0 ? rows : [{ id: "none" }, ...rows]);
    await engine.send("others", { n: id });
    id += rows.length;
  }
}

/** As the journal itself has them. */
function written(data: string) {
  const reader = new JournalReader(nodeFileLayer, join(data, "journal"));
  const rows: (readonly unknown[])[] = [];
  for (let step = reader.next(); step !== undefined; step = reader.next()) {
    if (step.kind !== stepKind.rows) continue;
    let begins = 0;
    for (const end of step.rowEnds.subarray(0, step.rowCount)) {
      const { id } = JSON.parse(new TextDecoder().decode(step.bytes.subarray(begins, end)));
      begins = end;
      const taken = new Date(step.appendTimeMs).toISOString().replace("T", " ").replace("Z", "");
      if (id !== undefined) rows.push([id, rows.length, taken, step.partition, "hits"]);
    }
  }
  reader.close();
  return rows;
}

const shown = (engine: Engine, view: string) =>
  engine
    .rows(view)
    .map(({ id, offset, taken, part, topic }) => [id, Number(offset), taken, part, topic] as const)
    .sort(([, one], [, other]) => one - other);

const windowsOf = (engine: Engine) =>
  engine.rows("minutes").map(({ n, lowest, highest }) => [n, lowest, highest]);

async function queried(engine: Engine) {
  type Hit = [number, number | string, string, number, string];
  const rows = await queriedRows<Hit>(engine, `SELECT ${columns} FROM hits`);
  return rows.map(([id, offset, ...rest]) => [id, Number(offset), ...rest]);
}

test("live, in a view that comes later, after restarts with and without checkpoint, in a query", async () => {
  const data = scratchFolder();
  const first = await open(data);
  await send(first, 0, 2500);
  await vi.waitFor(() => expect(first.rows("seen")).toHaveLength(2500), waiting);
  const before = written(data);
  expect(before).toHaveLength(2500);
  expect(new Set(before.map(([, , taken]) => taken)).size).toBeGreaterThan(1);
  expect(shown(first, "seen")).toEqual(before);
  expect(await queried(first)).toEqual(before);
  await first.execute(known("later"));
  await vi.waitFor(() => expect(first.rows("later")).toHaveLength(2500), waiting);
  expect(shown(first, "later")).toEqual(before);
  const windows = windowsOf(first);
  await vi.waitFor(() => expect(existsSync(join(data, "checkpoints"))).toBe(true), waiting);
  await first.close();

  rmSync(join(data, "checkpoints"), { recursive: true });
  const replayed = await open(data);
  expect(shown(replayed, "seen")).toEqual(before);
  expect(windowsOf(replayed)).toEqual(windows);
  await send(replayed, 2500, 2600);
  await vi.waitFor(() => expect(replayed.rows("seen")).toHaveLength(2600), waiting);
  await vi.waitFor(() => expect(existsSync(join(data, "checkpoints"))).toBe(true), waiting);
  await replayed.close();

  const restored = await open(data);
  await send(restored, 2600, 2700);
  await vi.waitFor(() => expect(restored.rows("seen")).toHaveLength(2700), waiting);
  const after = written(data);
  expect(after.slice(0, 2500)).toEqual(before);
  expect(shown(restored, "seen")).toEqual(after);
  expect(await queried(restored)).toEqual(after);
});

test("an offset stays a row's own where the rows before it are gone", async () => {
  const data = scratchFolder();
  const short = sql.replace("'retention' = '1 h'", "'retention' = '1 ms'");
  const engine = await open(data, { sql: short });
  for (let id = 0; id < 150; id++) await engine.send("hits", { id, note: "x".repeat(400) });
  await vi.waitFor(
    () => expect(listSegments(nodeFileLayer, join(data, "journal"))[0]).toBeGreaterThan(1),
    waiting,
  );
  await engine.close();
  rmSync(join(data, "checkpoints"), { recursive: true });
  const again = await open(data, { sql: short });
  const left = shown(again, "seen");
  expect(left.length).toBeLessThan(150);
  expect(left.length).toBeGreaterThan(0);
  // Rows were sent in the order of their ids, each once.
  for (const [id, offset] of left) expect(offset).toBe(id);
  // More of them may be gone by now.
  const found = await queried(again);
  expect(found).toEqual(left.slice(-found.length));
});
