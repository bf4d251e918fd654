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
  /** A folder; without it the demo. */
  readonly project?: string | undefined;
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
  async start(settings: readonly string[] = ["--no-simulators"]): Promise<void> {
    const { port, dataFolder, project } = this.#options;
    const of = project === undefined ? [] : [project];
    const args = ["start", ...of, "--port", String(port), "--data", dataFolder, ...settings];
    // The pinned Node runs this test, so the launcher needs no child of its own: the pid is the server's.
    const child = spawn(process.execPath, [join(root, "bin/quickwater.js"), ...args], { cwd: root });
    this.#child = child;
    this.#output = "";
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

  /** Resolves when it has said so. */
  async says(words: string, withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!this.#output.includes(words)) {
      if (Date.now() > deadline) throw new Error(`The server did not say "${words}":\n${this.#output}`);
      await sleep(100);
    }
  }

  /** As Ctrl-C does: all that was acknowledged is on disk, and everybody is told. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** As a power cut: nothing is flushed, nobody is told. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
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
