/**
 * One server after the other on the same folder, each killed without warning in the middle of its load.
 * What was acknowledged has to be in the journal exactly as it was sent, and in the view's counts.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { nodeFileLayer } from "../../src/log/journal/file-layer.ts";
import type { ServerHealth } from "../../src/serving/protocol.ts";
import { readAll, rowsOf } from "../log/log-driver.ts";
import { projectFolder, type ServerProcess, startServerProcess } from "../support/server-process.ts";

// A server that has to make much again is quiet for a while: nothing is late for that.
const sql = `CREATE TABLE events (
  id BIGINT NOT NULL, k STRING NOT NULL, note STRING, ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '1' DAY
) WITH ('idle-timeout' = '1 d');
CREATE MATERIALIZED VIEW per_key AS
SELECT window_start, window_end, k, COUNT(*) AS n, SUM(id) AS total
FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '1' HOUR)) GROUP BY window_start, window_end, k;
CREATE TABLE numbered (id BIGINT NOT NULL, of_key BIGINT NOT NULL) WITH ('emit' = 'first');
INSERT INTO numbered SELECT id, COUNT(*) OVER (PARTITION BY k ORDER BY ts
  RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) FROM events;`;

interface Load {
  readonly acknowledged: Map<number, string>;
  readonly sent: Map<number, string>;
  nextId: number;
}

/** The same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Posts batches until the server is gone. */
async function post(
  { url }: ServerProcess,
  load: Load,
  random: () => number,
  stopped: () => boolean,
): Promise<void> {
  while (!stopped()) {
    const rows = new Map<number, string>();
    const count = 1 + Math.floor(random() * 200);
    for (let row = 0; row < count; row++) {
      const id = load.nextId++;
      const note = `é"${"x".repeat(Math.floor(random() * 400))}`;
      rows.set(id, JSON.stringify({ id, k: `k${id % 5}`, note, ts: "2026-03-01T00:30:00.000" }));
    }
    for (const [id, row] of rows) load.sent.set(id, row);
    const body = [...rows.values()].join("\n");
    const headers = { "content-type": "application/x-ndjson" };
    const answer = await fetch(`${url}/v1/streams/events/events`, { method: "POST", headers, body })
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch(() => undefined);
    // No answer, or half of one: the server was killed, and nothing was promised.
    if (answer === undefined) return;
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    for (const [id, row] of rows) load.acknowledged.set(id, row);
  }
}

export interface Rounds {
  /** How many servers went on from a checkpoint of the one before. */
  readonly restored: number;
  readonly acknowledged: number;
  readonly unacknowledgedKept: number;
}

export async function killRounds(folder: string, rounds: number, seed: number): Promise<Rounds> {
  const random = randomFrom(seed);
  const project = projectFolder(folder, sql, "engine:\n  checkpoint-ms: 25\n");
  const data = join(folder, "data");
  const load: Load = { acknowledged: new Map(), sent: new Map(), nextId: 1 };
  let restored = 0;
  for (let round = 0; round < rounds; round++) {
    const server = await startServerProcess(project, data);
    if ((await checkpointOf(server)).restoredStep !== null) restored++;
    let killed = false;
    const clients = Array.from({ length: 4 }, () => post(server, load, random, () => killed));
    await sleep(20 + random() * 400);
    // The others are killed wherever they are; after this one there is a checkpoint to go on from.
    if (round === 0) await expect.poll(async () => (await checkpointOf(server)).last).not.toBeNull();
    server.child.kill("SIGKILL");
    killed = true;
    await Promise.all([...clients, server.finished]);
    compare(load, join(data, "journal"));
  }
  const server = await startServerProcess(project, data);
  await compareView(server, load, join(data, "journal"));
  await compareNumbered(join(data, "journal"));
  server.child.kill("SIGKILL");
  await server.finished;
  const kept = compare(load, join(data, "journal"));
  const { size } = load.acknowledged;
  return { restored, acknowledged: size, unacknowledgedKept: kept - size };
}

async function checkpointOf({ url }: ServerProcess): Promise<ServerHealth["checkpoint"]> {
  return ((await (await fetch(`${url}/health`)).json()) as ServerHealth).checkpoint;
}

/** Every acknowledged row is there once and as sent, and nothing is there that was not sent. */
function compare(load: Load, journal: string): number {
  const rows = rowsOf(readAll(nodeFileLayer, 1, journal), "events").map((row) => row.trim());
  const found = new Map(rows.map((row) => [(JSON.parse(row) as { id: number }).id, row]));
  expect(found.size, "no row is there twice").toBe(rows.length);
  const lost = [...load.acknowledged].filter(([id, row]) => found.get(id) !== row);
  expect(lost.slice(0, 3), `${lost.length} acknowledged rows were lost or changed`).toEqual([]);
  expect([...found].filter(([id, row]) => load.sent.get(id) !== row).slice(0, 3)).toEqual([]);
  return found.size;
}

/** What the query wrote is there once for each event, in their order, whoever was killed between the two. */
async function compareNumbered(journal: string): Promise<void> {
  const counts = new Map<string, number>();
  const wanted = rowsOf(readAll(nodeFileLayer, 1, journal), "events").map((row) => {
    const { id, k } = JSON.parse(row) as { id: number; k: string };
    const count = (counts.get(k) ?? 0) + 1;
    counts.set(k, count);
    return `{"id":${id},"of_key":${count}}`;
  });
  const found = () => rowsOf(readAll(nodeFileLayer, 1, journal), "numbered");
  await expect.poll(() => found().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(wanted.length);
  expect(found()).toEqual(wanted);
}

/** The view counts exactly the rows of the journal. */
async function compareView({ url }: ServerProcess, load: Load, journal: string): Promise<void> {
  for (let attempt = 0; (await fetch(`${url}/ready`)).status !== 200; attempt++) {
    if (attempt > 500) throw new Error("the server did not become ready");
    await sleep(10);
  }
  const expected = new Map<string, { n: number; total: number }>();
  for (const row of rowsOf(readAll(nodeFileLayer, 1, journal), "events")) {
    const { id, k } = JSON.parse(row) as { id: number; k: string };
    const group = expected.get(k) ?? { n: 0, total: 0 };
    expected.set(k, { n: group.n + 1, total: group.total + id });
  }
  expect(load.acknowledged.size).toBeGreaterThan(0);
  const wanted = [...expected].map(([k, sums]) => ({ k, ...sums })).sort((a, b) => (a.k < b.k ? -1 : 1));
  const answer = (await (await fetch(`${url}/v1/views/per_key`)).json()) as {
    rows: { k: string; n: number; total: number }[];
  };
  expect(
    answer.rows.map(({ k, n, total }) => ({ k, n, total })).sort((a, b) => (a.k < b.k ? -1 : 1)),
  ).toEqual(wanted);
}
