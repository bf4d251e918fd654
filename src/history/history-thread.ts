/**
 * The thread of history: follows the journal at its own pace, behind everybody else. What goes wrong is
 * told and tried again later; nothing waits for it but the journal's retention.
 */
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../errors/quickwater-error.ts";
import { nodeFileLayer } from "../log/journal/file-layer.ts";
import { FlushedPosition } from "../log/journal/flushed-position.ts";
import { journalIdOf } from "../log/journal/journal-id.ts";
import { JournalReader } from "../log/journal/journal-reader.ts";
import type { FromHistory, HistoryThreadData, ToHistory } from "./history-messages.ts";
import { History } from "./history-service.ts";

/** Of the thread alone, and of those that DuckDB begins in it: whoever serves goes first. */
const niceness = 10;
const retryMs = 10_000;

const port = parentPort;
assert(port !== null, "the thread of history was started without a parent");
const { folder, journal, flushed, timeZone, settings } = workerData as HistoryThreadData;
const position = new FlushedPosition(flushed);
const post = (message: FromHistory) => port.postMessage(message);
let closing = false;
let wake = () => {};

port.on("message", (message: ToHistory) => {
  closing = message.type === "close";
  wake();
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
    if (closing) wake();
  });
}

/** Until it is closed, or something fails. */
async function follow(): Promise<void> {
  const reader = new JournalReader(nodeFileLayer, journal, () => position.step);
  const id = journalIdOf(nodeFileLayer, journal);
  assert(id !== undefined, "history was started without a journal");
  const history = await History.open({ folder, reader, journalId: id, timeZone, settings });
  try {
    history.refuseOther(position.step);
    while (!closing) {
      const isBehind = await history.pass(Date.now());
      post({ type: "state", state: history.state });
      if (!isBehind) await pause(settings.everyMs);
    }
  } finally {
    history.close();
    reader.close();
  }
}

async function stay(): Promise<void> {
  try {
    setPriority(niceness);
  } catch {
    // A machine that does not let it goes without.
  }
  while (!closing) {
    try {
      await follow();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      post({ type: "problem", problem });
      await pause(retryMs);
    }
  }
  port!.close();
}

void stay();
