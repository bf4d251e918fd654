/**
 * Every command of the README, run by a shell as it stands there, in a folder that is the checkout by
 * links, so that what the commands write lies beside nobody's data.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { projectRoot } from "../../scripts/project.js";

const readme = readFileSync(join(projectRoot, "README.md"), "utf8");
const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map((match) => match[1]!.trim());
const linked = new Set(["bin", "dashboard", "demo", "node_modules", "packs", "scripts", "src"]);
const linkedFiles = new Set(["package.json", "package-lock.json"]);

let folder = "";
let server: ChildProcess | undefined;
let said = "";

function block(beginning: string): string {
  const found = blocks.find((text) => text.startsWith(beginning));
  if (found === undefined) throw new Error(`the README has no block that begins with ${beginning}`);
  return found;
}

function shell(command: string): string {
  return execFileSync("bash", ["-euo", "pipefail", "-c", command], { cwd: folder, encoding: "utf8" });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

const portIsFree = await isFree(8080);
if (!portIsFree) console.warn("skipped: the README's port 8080 is in use");

describe.skipIf(!portIsFree && process.env.CI !== "true")("the README's commands", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "quickwater-readme-"));
    for (const name of readdirSync(projectRoot)) {
      if (linked.has(name) || linkedFiles.has(name)) symlinkSync(join(projectRoot, name), join(folder, name));
    }
    server = spawn("bash", ["-c", `exec ${block("npm start")}`], { cwd: folder, detached: true });
    const collect = (data: Buffer) => {
      said += data.toString();
    };
    server.stdout!.on("data", collect);
    server.stderr!.on("data", collect);
    await vi.waitFor(() => expect(said).toMatch(/Open\s+http:\/\/127\.0\.0\.1:8080/), { timeout: 60_000 });
  }, 70_000);

  afterAll(async () => {
    if (server?.pid !== undefined && server.exitCode === null) {
      const ended = new Promise((resolve) => server!.once("exit", resolve));
      process.kill(-server.pid, "SIGINT");
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test("no command is left out here", () => {
    expect(blocks.map((text) => text.split(/\s/, 2).join(" "))).toEqual([
      "npm start",
      "curl http://127.0.0.1:8080/v1/streams/transaction_events/events",
      "curl http://127.0.0.1:8080/v1/views/sales_per_minute",
      "bin/quickwater.js simulate",
    ]);
  });

  test("an event is taken, and the view counts it", async () => {
    const sent = shell(block("curl http://127.0.0.1:8080/v1/streams"));
    expect(JSON.parse(sent)).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    const euros = () => {
      const answer = JSON.parse(shell(block("curl http://127.0.0.1:8080/v1/views"))) as {
        rows: { currency: string; orders: number; revenue: string }[];
      };
      return answer.rows.filter((row) => row.currency === "EUR");
    };
    await expect.poll(euros).toMatchObject([{ orders: 1, revenue: "12.50" }]);
  });

  test("the page that it says to open is there", async () => {
    const page = await fetch("http://127.0.0.1:8080/", { headers: { accept: "text/html" } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<title>");
  });

  test("the script runs over the simulated file", () => {
    const printed = shell(block("bin/quickwater.js simulate"));
    for (const method of ["credit_card", "debit_card", "paypal", "apple_pay"])
      expect(printed).toContain(method);
  });
});
