/**
 * The log thread: takes bodies, checks, appends, flushes, answers. Everything that arrived while it was
 * waiting for a flush goes into the next group, so that the busier it is the more events share one flush.
 */
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../../errors/quickwater-error.ts";
import { padding } from "../../values/json/scan.ts";
import { SharedFigures } from "../shared-figures.ts";
import { nodeFileLayer } from "./file-layer.ts";
import { FlushedPosition } from "./flushed-position.ts";
import { LogBooks } from "./log-books.ts";
import type { FromLog, LogThreadData, ToLog } from "./log-messages.ts";
import { LogService } from "./log-service.ts";
import { postedError } from "./posted-error.ts";

const port = parentPort;
assert(port !== null, "the log thread was started without a parent");
const { folder, settings, flushed, books } = workerData as LogThreadData;
const position = new FlushedPosition(flushed);
const post = (message: FromLog) => port.postMessage(message);

function openService(): LogService | undefined {
  try {
    return new LogService(
      nodeFileLayer,
      folder,
      () => Date.now(),
      settings,
      new LogBooks(new SharedFigures(books)),
    );
  } catch (error) {
    post({ type: "cannot-open", error: postedError(error, "log") });
    return undefined;
  }
}

/** Small bodies are gathered in one buffer a group: a body of its own would cost more than its check. */
function joinChunks(chunks: readonly Uint8Array<ArrayBuffer>[]): { body: Uint8Array; length: number } {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const body = new Uint8Array(length + padding);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return { body, length };
}

function serve(service: LogService): void {
  let commitScheduled = false;
  const commit = () => {
    commitScheduled = false;
    const replies = service.commit();
    if (service.failure === undefined) position.raise(service.lastStep);
    else post({ type: "failed", error: postedError(service.failure, "log") });
    if (replies.length > 0) post({ type: "replies", replies });
    service.tidy();
  };
  const schedule = () => {
    if (commitScheduled) return;
    commitScheduled = true;
    // Behind all messages that have arrived already: they share the flush.
    setImmediate(commit);
  };
  const ticks = setInterval(() => {
    if (service.failure !== undefined) return;
    service.tick();
    schedule();
  }, settings.tickMs);
  port!.on("message", (message: ToLog) => {
    if (message.type === "append") {
      const { body, length } = joinChunks(message.chunks);
      service.take({ ...message, body, length });
      schedule();
    } else if (message.type === "write") {
      service.write(message.id, message.entries);
      schedule();
    } else if (message.type === "declare") {
      try {
        const declarations = service.declare(message.tables);
        position.raise(service.lastStep);
        post({ type: "declared", id: message.id, declarations });
      } catch (error) {
        post({ type: "refused", id: message.id, error: postedError(error, "log") });
        if (service.failure !== undefined)
          post({ type: "failed", error: postedError(service.failure, "log") });
      }
    } else {
      clearInterval(ticks);
      commit();
      service.close();
      port!.close();
    }
  });
  position.raise(service.lastStep);
  post({ type: "ready", lastStep: service.lastStep, cutBytes: service.cutBytes });
}

const service = openService();
if (service !== undefined) serve(service);
