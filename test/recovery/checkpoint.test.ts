/** Checkpoints of a real server: what the next one begins with, and what it says where it cannot. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { expect, test, vi } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import type { ServerHealth } from "../../src/serving/answers.ts";
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import {
  projectFolder,
  type ServerProcess,
  startCommand,
  startServerProcess,
} from "../support/server-process.ts";
import { order, shopSql } from "../support/test-server.ts";

// Each starts several servers.
vi.setConfig({ testTimeout: 120_000 });

const settings = "engine:\n  checkpoint-ms: 20\n";

async function healthOf({ url }: ServerProcess): Promise<ServerHealth> {
  return (await (await fetch(`${url}/health`)).json()) as ServerHealth;
}

async function salesOf({ url }: ServerProcess): Promise<unknown> {
  return ((await (await fetch(`${url}/v1/views/sales`)).json()) as { readonly rows: unknown }).rows;
}

async function send({ url }: ServerProcess, rows: readonly object[]): Promise<void> {
  const headers = { "content-type": "application/json" };
  const request = { method: "POST", headers, body: JSON.stringify(rows) };
  expect((await fetch(`${url}/v1/streams/orders/events`, request)).status).toBe(200);
}

/** A server that has written a checkpoint of everything that it was sent, and was killed then. */
async function killedServer() {
  const scratch = scratchFolder();
  const project = projectFolder(scratch, shopSql, settings);
  const data = join(scratch, "data");
  const server = await startServerProcess(project, data);
  const rows = Array.from({ length: 50 }, (_, id) => order(id, id, id % 3 === 0 ? "a" : "b"));
  await send(server, rows);
  const sentMs = Date.now();
  const isSince = async () => {
    const { last } = (await healthOf(server)).checkpoint;
    return last !== null && Date.now() - last.ageMs > sentMs;
  };
  await expect.poll(isSince, { timeout: 20_000 }).toBe(true);
  const { last } = (await healthOf(server)).checkpoint;
  const sales = await salesOf(server);
  server.child.kill("SIGKILL");
  await server.finished;
  return { project, data, sales, last: last!, folder: join(data, "checkpoints") };
}

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .sort();

function content(folder: string): readonly string[] {
  return filesOf(folder).flatMap((path) => {
    // The claim on the folder names who has it.
    if (!/\.qw[jc]$/.test(path)) return [];
    return [`${path} ${crc32(readFileSync(path))}`];
  });
}

test("the next server goes on from the last checkpoint with the same rows", async () => {
  const { project, data, sales, last } = await killedServer();
  expect(last.stateBytes).toBeGreaterThanOrEqual(last.writtenBytes);
  expect(last.durationMs).toBeGreaterThanOrEqual(last.stoppedMs);
  const server = await startServerProcess(project, data);
  const { restoredStep } = (await healthOf(server)).checkpoint;
  expect(restoredStep).toBeGreaterThanOrEqual(last.step);
  expect(await salesOf(server)).toEqual(sales);
  await send(server, [order(100, 48, "b")]);
  await expect.poll(async () => JSON.stringify(await salesOf(server))).not.toEqual(JSON.stringify(sales));
  server.child.kill("SIGKILL");
  await server.finished;
});

test("damaged checkpoints are said and passed over", async () => {
  const { project, data, sales, folder } = await killedServer();
  for (const path of filesOf(folder)) {
    const bytes = readFileSync(path);
    bytes[bytes.length - 5]! ^= 1;
    writeFileSync(path, bytes);
  }
  const server = await startServerProcess(project, data);
  expect((await healthOf(server)).checkpoint.restoredStep).toBeNull();
  expect(await salesOf(server)).toEqual(sales);
  server.child.kill("SIGKILL");
  const { stderr } = await server.finished;
  expect(stderr).toMatch(/The checkpoint .+\.qwc is passed over: its end is cut off or damaged\./);
  expect(stderr).toContain("No checkpoint is left: all is made of the journal again.");
});

test("one of a newer version or of another journal is refused, and nothing is written", async () => {
  const { project, data, folder } = await killedServer();
  const [path] = filesOf(folder).filter((each) => each.endsWith(".qwc"));
  const whole = readFileSync(path!);
  const refused = async (problem: string) => {
    const before = content(data);
    const { code, stderr } = await runToEnd([...startCommand(project, data)], { cwd: projectRoot });
    expect([code, stderr.split("\n")[0]]).toEqual([2, `The checkpoint ${path} cannot be taken: ${problem}.`]);
    expect(content(data)).toEqual(before);
  };
  const changed = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(whole);
    change(bytes);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
    writeFileSync(path!, bytes);
  };
  changed((bytes) => bytes.writeUInt16LE(9, 8));
  await refused("its format is version 9, this program reads 1");
  changed((bytes) => bytes.fill(0xab, 16, 32));
  await refused("it was made of another journal");
  changed(() => {});
  rmSync(join(data, "journal"), { recursive: true });
  await refused("the journal that it was made of is not there");
});
