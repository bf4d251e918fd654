/** Where simulated events go: the terminal, a file, a folder with a file a stream, or a server. */
import { once } from "node:events";
import { createWriteStream, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { quickwaterError } from "../../errors/quickwater-error.ts";

export interface EventTarget {
  /** As people would name it. */
  readonly name: string;
  /** Takes lines of one stream. */
  send(stream: string, lines: string): Promise<void>;
  close(): Promise<void>;
}

export function openTarget(to: string, streams: readonly string[]): EventTarget {
  if (/^https?:/.test(to)) return serverTarget(to);
  if (to === "-") return terminalTarget(streams);
  return fileTarget(to, streams);
}

function serverTarget(address: string): EventTarget {
  const headers = { "content-type": "application/x-ndjson" };
  return {
    name: address,
    send: async (stream, lines) => {
      const url = new URL(`/v1/streams/${stream}/events`, address);
      const answer = await fetch(url, { method: "POST", body: lines, headers });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    },
    close: async () => {},
  };
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
