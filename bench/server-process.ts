/** A real server in a process of its own, and what the system says of its processor time. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const ticksPerSecond = 100;

export interface BenchServer {
  readonly url: string;
  readonly pid: number;
  cpuSeconds(): number;
  residentMegabytes(): number;
  stop(): Promise<void>;
  /** Without warning; its folder stays. */
  kill(): Promise<void>;
}

/** Without a folder it has one of its own until it is stopped. */
export async function startBenchServer(
  project: string,
  folder?: string,
  more: readonly string[] = ["--no-simulators"],
): Promise<BenchServer> {
  const data = folder ?? mkdtempSync(join(tmpdir(), "quickwater-bench-"));
  const args = [join(root, "bin", "quickwater.js"), "start", project, ...more, "--port", "0", "--data", data];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const url = await addressOf(child);
  const pid = child.pid!;
  return {
    url,
    pid,
    cpuSeconds: () => {
      // Fields 14 and 15, behind the name in brackets: user and system time of all threads.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    },
    residentMegabytes: () => {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    },
    stop: async () => {
      await ended(child, "SIGTERM");
      if (folder === undefined) rmSync(data, { recursive: true, force: true });
    },
    kill: () => ended(child, "SIGKILL"),
  };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await exit;
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout!.on("data", (data: Buffer) => {
      said += data.toString();
      const found = /Read\s+(http:\S+)\/v1\/views/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
}
