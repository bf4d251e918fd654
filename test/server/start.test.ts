/** What keeps a server from starting is one clear sentence and exit code 2, through the real command line. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { projectRoot } from "../../scripts/project.js";
import { runToEnd } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { projectFolder, startCommand, startServerProcess } from "../support/server-process.ts";
import { order, shopSql } from "../support/test-server.ts";

const run = (project: string, data: string, port?: number) =>
  runToEnd(startCommand(project, data, port), { cwd: projectRoot });

function folders() {
  const scratch = scratchFolder();
  return { project: projectFolder(scratch, shopSql), data: join(scratch, "data"), scratch };
}

describe("start", () => {
  test("names the port that is in use", async () => {
    const { project, data } = folders();
    const taken = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as { port: number };
    const { code, stderr } = await run(project, data, port);
    expect([code, stderr.split("\n")[0]]).toEqual([2, `Port ${port} on 127.0.0.1 is in use.`]);
  });

  test("names a data folder that cannot be one", async () => {
    const { project } = folders();
    const { code, stderr } = await run(project, "/dev/null/x");
    expect(code).toBe(2);
    expect(stderr.split("\n")[0]).toBe(
      "The data folder /dev/null/x cannot be used: a part of the path is a file.",
    );
  });

  test("names the process that has the folder, and leaves a dead one's claim aside", async () => {
    const { project, data } = folders();
    const first = await startServerProcess(project, data);
    const second = await run(project, data);
    expect([second.code, second.stderr.split("\n")[0]]).toEqual([
      2,
      `The data folder ${data} is in use by process ${first.pid}.`,
    ]);
    first.child.kill("SIGKILL");
    await first.finished;
    const third = await startServerProcess(project, data);
    third.child.kill("SIGKILL");
    await third.finished;
  });

  test("refuses the data of another project, and leaves them as they are", async () => {
    const { project, data } = folders();
    const first = await startServerProcess(project, data);
    first.child.kill("SIGKILL");
    await first.finished;
    const before = readdirSync(data);
    const other = join(scratchFolder(), "other");
    mkdirSync(other);
    const { code, stderr } = await run(projectFolder(other, shopSql, "name: bakery\n"), data);
    expect([code, stderr.split("\n")[0]]).toEqual([
      2,
      `The data folder ${data} holds the data of the project project; this one is bakery.`,
    ]);
    expect(readdirSync(data)).toEqual(before);
    const again = await startServerProcess(project, data);
    again.child.kill("SIGKILL");
    await again.finished;
  });

  test("refuses a journal of somebody else and leaves it as it is", async () => {
    const { project, data } = folders();
    const file = join(data, "journal", `${"1".padStart(20, "0")}.qwj`);
    mkdirSync(join(data, "journal"), { recursive: true });
    writeFileSync(file, "Dear diary, ".repeat(20));
    const { code, stderr } = await run(project, data);
    expect([code, stderr.split("\n")[0]]).toEqual([
      2,
      `${file} is not a journal of this version: it does not begin as a segment does.`,
    ]);
  });

  test("Ctrl-C stops it within two seconds with exit code 0, and what was taken is there again", async () => {
    const { project, data } = folders();
    const server = await startServerProcess(project, data);
    const body = JSON.stringify([order(1, 1), order(2, 2)]);
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${server.url}/v1/streams/orders/events`, { method: "POST", headers, body });
    expect(await answer.json()).toMatchObject({ accepted: 2 });
    const stoppedAt = performance.now();
    server.child.kill("SIGINT");
    const { code } = await server.finished;
    expect([code, performance.now() - stoppedAt < 2_000]).toEqual([0, true]);
    const again = await startServerProcess(project, data);
    await expect.poll(async () => (await fetch(`${again.url}/ready`)).status, { timeout: 10_000 }).toBe(200);
    const view = (await (await fetch(`${again.url}/v1/views/sales`)).json()) as { rows: unknown[] };
    expect(view.rows).toMatchObject([{ k: "a", n: 2 }]);
    again.child.kill("SIGINT");
    await again.finished;
    rmSync(data, { recursive: true });
  });
});
