/** Where simulated events go: the terminal, a file, a folder with a file a stream, or a server. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { quickwaterError } from "../../errors/quickwater-error.ts";

export interface EventTarget {
  /** As people would name it. */
  readonly name: string;
  /** Takes lines of one stream. */
  send(stream: string, lines: string): Promise<void>;
  /** Of one that tries again: what waits for that fails. */
  giveUp?(): void;
  close(): Promise<void>;
}

const retryMsDefault = 5_000;

export function openTarget(to: string, streams: readonly string[], retryMs = retryMsDefault): EventTarget {
  if (/^https?:/.test(to)) return new ServerTarget(to, retryMs);
  if (to === "-") return terminalTarget(streams);
  return fileTarget(to, streams);
}

/**
 * One that has taken something is waited for when it is away or busy. What is sent again has its key, so that
 * it is taken once.
 */
class ServerTarget implements EventTarget {
  readonly name: string;
  readonly #retryMs: number;
  readonly #stopper = new AbortController();
  #hasTaken = false;
  #isAway = false;

  constructor(address: string, retryMs: number) {
    this.name = address;
    this.#retryMs = retryMs;
  }

  async send(stream: string, lines: string): Promise<void> {
    const url = new URL(`/v1/streams/${stream}/events`, this.name);
    const headers = { "content-type": "application/x-ndjson", "idempotency-key": randomUUID() };
    for (;;) {
      const failure = await failureOf(url, { method: "POST", body: lines, headers });
      if (failure === undefined) break;
      if (!failure.passes || !this.#hasTaken || this.#stopper.signal.aborted) throw failure.error;
      this.#tellAway(failure.error);
      await sleep(this.#retryMs, undefined, { signal: this.#stopper.signal }).catch(() => {
        // Given up: it is tried once more, and fails with its own error.
      });
    }
    this.#hasTaken = true;
    if (this.#isAway) process.stderr.write(`${this.name} takes events again.\n`);
    this.#isAway = false;
  }

  giveUp(): void {
    this.#stopper.abort();
  }

  async close(): Promise<void> {}

  #tellAway({ message, cause }: Error): void {
    if (this.#isAway) return;
    this.#isAway = true;
    const why = cause instanceof Error ? cause.message : message;
    process.stderr.write(
      `${this.name} takes nothing (${why}); tried again every ${this.#retryMs / 1000} s.\n`,
    );
  }
}

/** Why it was not taken; `passes` where that may be otherwise soon. */
async function failureOf(
  url: URL,
  request: RequestInit,
): Promise<{ readonly error: Error; readonly passes: boolean } | undefined> {
  try {
    const answer = await fetch(url, request);
    const text = await answer.text();
    if (answer.ok) return undefined;
    const passes = answer.status === 429 || answer.status === 503;
    return { error: new Error(`${answer.status} ${text}`), passes };
  } catch (error) {
    return { error: error as Error, passes: true };
  }
}

function terminalTarget(streams: readonly string[]): EventTarget {
  if (streams.length > 1) {
    throw quickwaterError("run.bad-argument", {
      problem:
        `It makes events of several streams (${streams.join(", ")}): choose one with --stream, ` +
        "or a folder with --to, which gets a file a stream",
      verb: "simulate",
    });
  }
  return { name: "-", send: (_, lines) => write(process.stdout, lines), close: async () => {} };
}

/** Events of one stream are a file, those of several a folder. */
function fileTarget(path: string, streams: readonly string[]): EventTarget {
  const isFolder = streams.length > 1;
  if (isFolder) makeFolder(path);
  const files = new Map(
    streams.map((stream) => [stream, openFile(isFolder ? join(path, `${stream}.ndjson`) : path)] as const),
  );
  return {
    name: path,
    send: (stream, lines) => write(files.get(stream)!, lines),
    close: async () => {
      for (const file of files.values()) file.end();
      await Promise.all([...files.values()].map((file) => once(file, "finish")));
    },
  };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw unwritable(path, error);
  }
}

function openFile(path: string): Writable {
  try {
    return createWriteStream(path, { fd: openSync(path, "w") });
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown) {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  return quickwaterError("run.unwritable-file", { path, reason }, { cause: error });
}

async function write(output: Writable, lines: string): Promise<void> {
  if (!output.write(`${lines}\n`)) await once(output, "drain");
}
