/**
 * The same journal, read in batches of one row and of thousands, with restarts and without, interpreted and
 * compiled: what queries write has the same bytes.
 */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import { Random } from "../../src/simulate/random.ts";
import { readAll } from "../log/log-driver.ts";
import { boundProject, LogWorld } from "../support/engine-world.ts";
import { MemoryCheckpointFiles } from "../support/memory-checkpoint-files.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

vi.setConfig({ testTimeout: 60_000 });

const startMs = Date.UTC(2026, 2, 1);
const streams = ["decisions", "decisions$late", "minutes", "visits", "paid", "largest"] as const;
const sql = `CREATE TABLE payments (
  id INT NOT NULL, card STRING NOT NULL, amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
);
CREATE TABLE orders (
  id INT NOT NULL, card STRING NOT NULL, ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
);
CREATE TABLE decisions (
  id INT NOT NULL, card STRING NOT NULL, seen BIGINT NOT NULL, spent DECIMAL(38, 2), ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('emit' = 'first');
INSERT INTO decisions SELECT id, card, n, spent, ts FROM (
  SELECT id, card, ts,
    COUNT(*) OVER (PARTITION BY card ORDER BY ts
      RANGE BETWEEN INTERVAL '30' SECOND PRECEDING AND CURRENT ROW) AS n,
    SUM(amount) OVER (PARTITION BY card ORDER BY ts
      RANGE BETWEEN INTERVAL '30' SECOND PRECEDING AND CURRENT ROW) AS spent FROM payments);
INSERT INTO decisions
  SELECT id, card, CAST(0 AS BIGINT), CAST(NULL AS DECIMAL(38, 2)), ts FROM decisions$late;
CREATE TABLE minutes (
  started TIMESTAMP(3) NOT NULL, card STRING NOT NULL, n BIGINT NOT NULL, total DECIMAL(38, 2), mean DOUBLE
);
INSERT INTO minutes SELECT window_start, card, COUNT(*), SUM(amount), AVG(CAST(amount AS DOUBLE))
  FROM TABLE(HOP(TABLE payments, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '30' SECOND))
  GROUP BY window_start, window_end, card;
CREATE TABLE visits (card STRING NOT NULL, began TIMESTAMP(3) NOT NULL, n BIGINT NOT NULL);
INSERT INTO visits SELECT card, window_start, COUNT(*)
  FROM TABLE(SESSION(TABLE payments PARTITION BY card, DESCRIPTOR(ts), INTERVAL '2' SECOND))
  GROUP BY card, window_start, window_end;
CREATE TABLE paid (id INT NOT NULL, order_id INT, ts TIMESTAMP(3) NOT NULL);
INSERT INTO paid SELECT p.id, o.id, p.ts FROM payments AS p LEFT JOIN orders AS o
  ON p.card = o.card AND o.ts BETWEEN p.ts - INTERVAL '3' SECOND AND p.ts;
CREATE TABLE largest (started TIMESTAMP(3) NOT NULL, id INT NOT NULL, place BIGINT NOT NULL);
INSERT INTO largest SELECT window_start, id, place FROM (
  SELECT window_start, id, ROW_NUMBER() OVER (
    PARTITION BY window_start, window_end ORDER BY amount DESC, id) AS place
  FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '20' SECOND))) WHERE place <= 3;`;

/** Steps of one row and of thousands, rows out of order and late ones, and a clock that goes on. */
function writeJournal(folder: string): void {
  const random = new Random(20_260_301);
  const log = new LogWorld(folder, boundProject(sql).tables, startMs);
  let id = 0;
  const row = (second: number, fields: object) => {
    const isLate = random.unit() < 0.01;
    const ms = startMs + Math.round(1000 * (second - random.unit() * (isLate ? 60 : 5)));
    return {
      id: id++,
      card: `c${random.between(0, 20)}`,
      ts: new Date(ms).toISOString().slice(0, -1),
      ...fields,
    };
  };
  for (let second = 1, step = 0; second < 90; step++) {
    const count = step % 5 === 0 ? 1 : step % 17 === 0 ? 3_000 : random.between(2, 60);
    const from = second;
    const at = (place: number) => from + (place * Math.min(20, count / 30)) / count;
    const payments = Array.from({ length: count }, (_, place) =>
      row(at(place), { amount: random.between(1, 99_999) / 100 }),
    );
    log.send("payments", payments);
    log.send(
      "orders",
      Array.from({ length: 1 + (count >> 2) }, (_, place) => row(at(place * 4), {})),
    );
    second += Math.min(20, count / 30);
    log.tick(startMs + second * 1000);
  }
  // Nobody sends any more, and every window closes.
  for (let second = 120; second < 180; second += 5) log.tick(startMs + second * 1000);
  log.service.close();
}

interface Reading {
  readonly mode: "compiled" | "interpreted";
  readonly batchRows: number;
  /** A new engine goes on after so many steps: from a checkpoint, and once from the front. */
  readonly restartSteps?: number | undefined;
}

/** The program with another size of batches, which is one number that everything shares. */
async function programWith(batchRows: number) {
  vi.resetModules();
  vi.doMock("../../src/dataflow/runtime/batches.ts", () => ({
    batchRowsMax: batchRows,
    identitySelection: Int32Array.from({ length: batchRows }, (_, row) => row),
  }));
  const { EngineWorld, LogWorld: Log } = await import("../support/engine-world.ts");
  const { CheckpointStore } = await import("../../src/state/checkpoint/checkpoint-store.ts");
  return { EngineWorld, Log, CheckpointStore };
}

afterEach(() => {
  vi.doUnmock("../../src/dataflow/runtime/batches.ts");
  vi.resetModules();
});

async function writtenBy(journal: string, { mode, batchRows, restartSteps }: Reading) {
  const { EngineWorld, Log, CheckpointStore } = await programWith(batchRows);
  const folder = join(scratchFolder(), "journal");
  cpSync(journal, folder, { recursive: true });
  const project = boundProject(sql);
  const files = new MemoryCheckpointFiles();
  const open = (isFromFront: boolean) => {
    const log = new Log(folder, project.tables, startMs);
    if (isFromFront) files.files.clear();
    const checkpoints = new CheckpointStore(files, "/c", () => 0);
    const engine = new EngineWorld(folder, [], mode, nodeFileLayer, { ...project, log, checkpoints });
    return { log, engine };
  };
  let running = open(true);
  let restarts = 0;
  for (let steps = 0; running.engine.engine.work(0, () => 1); steps++) {
    expect(running.engine.failures).toEqual([]);
    if (restartSteps === undefined || steps < restartSteps) continue;
    steps = 0;
    await running.engine.checkpoint();
    running.log.service.close();
    restarts++;
    running = open(restarts === 2);
    expect(running.engine.startedAt > 0).toBe(restarts !== 2);
  }
  running.engine.catchUp();
  expect(running.engine.failures).toEqual([]);
  running.log.service.close();
  return { restarts, rows: streams.map((stream) => bytesOf(folder, stream)) };
}

/** Each row with its cause. */
function bytesOf(folder: string, stream: string): readonly string[] {
  const steps = readAll(nodeFileLayer, 1, folder);
  const ids = new Map<number, string>();
  return steps.flatMap(({ kind, text, streamId, rows, cause, causeIndexes, rowKinds }) => {
    if (kind === 3) {
      const payload = JSON.parse(text);
      if (payload.kind === "stream") ids.set(payload.streamId, payload.table.name);
    }
    if (kind !== 1 || ids.get(streamId) !== stream) return [];
    return rows.map((row, at) => `${cause?.step} ${causeIndexes?.[at]} ${rowKinds?.[at] ?? 0} ${row}`);
  });
}

const readings: readonly Reading[] = [
  { mode: "compiled", batchRows: 1 },
  { mode: "interpreted", batchRows: 1, restartSteps: 60 },
  { mode: "compiled", batchRows: 4096, restartSteps: 60 },
  { mode: "interpreted", batchRows: 4096 },
];

test("written streams have the same bytes however their journal is read", async () => {
  const journal = scratchFolder();
  writeJournal(journal);
  const expected = await writtenBy(journal, { mode: "compiled", batchRows: 1024 });
  expect(expected.rows.map(({ length }) => length > 10)).toEqual(streams.map(() => true));
  for (const reading of readings) {
    const { rows, restarts } = await writtenBy(journal, reading);
    const of = JSON.stringify(reading);
    for (const [place, stream] of streams.entries())
      expect(rows[place]!.join("\n") === expected.rows[place]!.join("\n"), `${stream}: ${of}`).toBe(true);
    if (reading.restartSteps !== undefined) expect(restarts, of).toBeGreaterThan(3);
  }
});
