/**
 * A disk that fills under a real server: one sentence and exit code 2, and when there is room again every
 * acknowledged event is there.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import {
  projectFolder,
  type ServerProcess,
  startCommand,
  startServerProcess,
} from "../support/server-process.ts";
import { mountSmallDisk, whyNoSmallDisk } from "../support/small-disk.ts";
import { order, shopSql } from "../support/test-server.ts";

const rowsPerBatch = 500;
const noSmallDisk = whyNoSmallDisk();
if (noSmallDisk !== undefined) console.warn(`The test of a full disk is skipped: ${noSmallDisk}`);

/** Sends batches, each with a key of its own, until one is not taken; answers how many were. */
async function sendUntilRefused({ url }: ServerProcess): Promise<number> {
  for (let batch = 0; ; batch++) {
    const rows = Array.from({ length: rowsPerBatch }, (_, id) => JSON.stringify(order(id, 1, `b${batch}`)));
    const request = {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: rows.join("\n"),
    };
    const response = await fetch(`${url}/v1/streams/orders/events`, request).catch(() => undefined);
    // The server ends at once: its last answer may be lost with its connection.
    if (response === undefined) return batch;
    const answer = (await response.json()) as { code?: string };
    if (response.status === 503) {
      expect([answer.code, response.headers.get("retry-after")]).toEqual(["request.not-durable", "1"]);
      return batch;
    }
    expect(answer).toMatchObject({ accepted: rowsPerBatch });
  }
}

/** The rows of each batch as a server counts them that was started anew. */
async function batchesOf({ url }: ServerProcess): Promise<ReadonlyMap<string, number>> {
  await expect.poll(async () => (await fetch(`${url}/ready`)).status, { timeout: 10_000 }).toBe(200);
  const answer = await fetch(`${url}/v1/views/sales?limit=100000`);
  const { rows } = (await answer.json()) as { rows: readonly { k: string; n: number }[] };
  return new Map(rows.map(({ k, n }) => [k, n]));
}

function expectAcknowledged(found: ReadonlyMap<string, number>, batches: number): void {
  const lost = Array.from({ length: batches }, (_, batch) => `b${batch}`).filter(
    (key) => found.get(key) !== rowsPerBatch,
  );
  expect(batches).toBeGreaterThan(2);
  expect(lost, "batches that were acknowledged and are not there").toEqual([]);
}

test.skipIf(noSmallDisk !== undefined)("a disk that fills", async () => {
  const scratch = scratchFolder();
  // History would have part of the room.
  const project = projectFolder(scratch, shopSql, "history: none\n");
  const disk = join(scratch, "disk");
  const data = join(disk, "data");
  mkdirSync(disk);
  const { within, fill, makeRoom } = await mountSmallDisk(disk, 8 * 1024 * 1024);
  const sentence = `The disk that holds ${join(data, "journal")} is full.`;
  const hint = "Free space there; every event that was acknowledged is kept.";

  const server = await startServerProcess(project, data, within);
  fill(300_000);
  const batches = await sendUntilRefused(server);
  const { code, stderr } = await server.finished;
  expect([code, stderr]).toEqual([2, `${sentence}\n${hint}\n`]);

  fill(0);
  const early = await runToEnd([...within, ...startCommand(project, data)], { cwd: projectRoot });
  expect([early.code, early.stderr]).toEqual([
    2,
    expect.stringMatching(/^The disk that holds \S+.* is full\.\n/),
  ]);

  makeRoom();
  const again = await startServerProcess(project, data, within);
  expectAcknowledged(await batchesOf(again), batches);
  again.child.kill("SIGKILL");
  await again.finished;
});

test.skipIf(process.platform === "win32")("a limit on the size of files", async () => {
  const scratch = scratchFolder();
  const project = projectFolder(scratch, shopSql);
  const data = join(scratch, "data");
  // In blocks of 512 bytes.
  const server = await startServerProcess(project, data, ["sh", "-c", 'ulimit -f 600 && exec "$@"', "sh"]);
  const batches = await sendUntilRefused(server);
  const { code, stderr } = await server.finished;
  const path = join(data, "journal");
  expect([code, stderr.split("\n")[0]]).toEqual([
    2,
    `Writing ${path} failed: a file may not become larger, by a limit of this user or of the disk.`,
  ]);
  const again = await startServerProcess(project, data);
  expectAcknowledged(await batchesOf(again), batches);
  again.child.kill("SIGKILL");
  await again.finished;
});
