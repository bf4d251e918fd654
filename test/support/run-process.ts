/** Starting processes in tests: their output is collected, and none outlives its test file. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll } from "vitest";

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly finished: Promise<Finished>;
  /** Resolves with the first match in stdout. */
  readonly waitForOutput: (pattern: RegExp) => Promise<RegExpMatchArray>;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Standard input; without it there is none. */
  readonly input?: string | undefined;
}

const started = new Set<ChildProcess>();

afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
});

export async function runToEnd(command: readonly string[], options: RunOptions): Promise<Finished> {
  return await start(command, options).finished;
}

export function start(command: readonly string[], { cwd, env = process.env, input }: RunOptions): Running {
  const [file, ...args] = command;
  const startedAtMs = performance.now();
  const child = spawn(file!, args, {
    cwd,
    env,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  child.stdin?.end(input);
  started.add(child);
  let stdout = "";
  let stderr = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const finished = once(child, "close").then(([code, signal]): Finished => {
    return { code, signal, stdout, stderr, seconds: (performance.now() - startedAtMs) / 1_000 };
  });
  const waitForOutput = async (pattern: RegExp): Promise<RegExpMatchArray> => {
    for (;;) {
      const match = stdout.match(pattern);
      if (match !== null) return match;
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`ended before it printed ${pattern}: ${stdout}${stderr}`);
      await sleep(20);
    }
  };
  return { child, pid: child.pid!, finished, waitForOutput };
}

/** Whether a process is there and not only waits to be reaped, which in a container can take its time. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false; // There is no such process, which is the answer.
  }
}

/** Polls until the condition holds; fails loudly where it does not within the time. */
export async function until(what: string, timeMsMax: number, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + timeMsMax;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeMsMax} ms`);
    await sleep(20);
  }
}
