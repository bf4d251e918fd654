/** The real server as a process of its own: started, asked, and killed as by a power cut. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = join(import.meta.dirname, "../..");
/** A first start installs nothing in a test run, but may build the dashboard. */
const startMsMax = 60_000;

export interface ServerProcessOptions {
  readonly port: number;
  readonly dataFolder: string;
}

export class ServerProcess {
  readonly url: string;
  readonly #options: ServerProcessOptions;
  #child: ChildProcess | undefined;
  #output = "";

  constructor(options: ServerProcessOptions) {
    this.#options = options;
    this.url = `http://127.0.0.1:${options.port}`;
  }

  /** Resolves when the server answers requests. */
  async start(): Promise<void> {
    const { port, dataFolder } = this.#options;
    const args = ["start", "--port", String(port), "--data", dataFolder, "--no-simulators"];
    // The pinned Node runs this test, so the launcher needs no child of its own: the pid is the server's.
    const child = spawn(process.execPath, [join(root, "bin/quickwater.js"), ...args], { cwd: root });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => {
        this.#output = (this.#output + data.toString()).slice(-10_000);
      });
    }
    const deadline = Date.now() + startMsMax;
    while (!(await this.#answers())) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`The server did not start (exit code ${child.exitCode}):\n${this.#output}`);
      }
      await sleep(50);
    }
  }

  /** As a power cut: nothing is flushed, nobody is told. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/v1/views`)).ok;
    } catch {
      // Nobody listens yet; the caller asks again until its deadline.
      return false;
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
