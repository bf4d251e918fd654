/**
 * The thread of history: follows the journal at its own pace, behind everybody else. What goes wrong is
 * told and tried again later; nothing waits for it but the journal's retention.
 */
import { parentPort, workerData } from "node:worker_threads";
import { assert, quickwaterError } from "../errors/quickwater-error.ts";
import { nodeFileLayer } from "../log/journal/file-layer.ts";
import { FlushedPosition } from "../log/journal/flushed-position.ts";
import { journalIdOf } from "../log/journal/journal-id.ts";
import { JournalReader } from "../log/journal/journal-reader.ts";
import { postedError } from "../log/journal/posted-error.ts";
import { Exports } from "./export/exports.ts";
import type { FromHistory, HistoryThreadData, ToHistory } from "./history-messages.ts";
import { History } from "./history-service.ts";
import { NeededViews } from "./needed-views.ts";
import { stepBack } from "./step-back.ts";

const retryMs = 10_000;

const port = parentPort;
assert(port !== null, "the thread of history was started without a parent");
const { folder, journal, flushed, timeZone, settings, stop } = workerData as HistoryThreadData;
const position = new FlushedPosition(flushed);
const post = (message: FromHistory, moved: readonly ArrayBuffer[] = []) => port.postMessage(message, moved);
const stopped = new Int32Array(stop);
const mayGoOn = () => Atomics.load(stopped, 0) === 0;
let closing = false;
let wake = () => {};

/** Undefined until it is open, and while it cannot be. */
let open: History | undefined;
let problem = "it is being opened";
const asked = new Set<Promise<void>>();
/** What ends each question. */
const endings = new Map<number, AbortController>();
/** Questions that wait for rows of views. */
const needing = new Map<number, NeededViews>();
const exports = new Exports(post);

port.on("message", (message: ToHistory) => {
  switch (message.type) {
    case "ask":
      return wait(answer(message));
    case "view-rows":
      return needing.get(message.id)?.take(message.view);
    case "export":
      return wait(exports.run(message.id, message.query, async (to) => opened().export(message.query, to)));
    case "taken":
      return exports.take(message.id);
    case "leave":
      needing.get(message.id)?.take(undefined);
      endings.get(message.id)?.abort(quickwaterError("request.query-ended", {}));
      return exports.end(message.id);
    case "close":
      closing = true;
      // Nobody waits for their answers any more; the process would have to end in the midst of them.
      for (const ending of endings.values()) ending.abort(quickwaterError("request.query-ended", {}));
      open?.interrupt();
      wake();
  }
});

function wait(work: Promise<void>): void {
  const done = work.finally(() => asked.delete(done));
  asked.add(done);
}

async function answer({ id, query }: Extract<ToHistory, { type: "ask" }>): Promise<void> {
  const ending = new AbortController();
  endings.set(id, ending);
  try {
    const viewRows = (views: readonly string[]) => {
      const needed = new NeededViews();
      needing.set(id, needed);
      post({ type: "needs", id, views });
      return needed.all;
    };
    post({ type: "answer", id, answer: await opened().ask(query, viewRows, ending.signal) });
  } catch (error) {
    post({ type: "refused", id, error: postedError(error, "history") });
  } finally {
    endings.delete(id);
    needing.delete(id);
  }
}

function opened(): History {
  if (open === undefined) throw quickwaterError("request.history-closed", { reason: problem });
  return open;
}

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
  const history = await History.open({ folder, reader, journalId: id, timeZone, settings, mayGoOn });
  try {
    history.refuseOther(position.step);
    open = history;
    while (!closing) {
      const isBehind = await history.pass(Date.now(), () => asked.size > 0);
      post({ type: "state", state: history.state });
      if (!isBehind) await pause(settings.everyMs);
    }
  } finally {
    open = undefined;
    exports.endAll();
    await Promise.all(asked);
    history.close();
    reader.close();
  }
}

async function stay(): Promise<void> {
  await stepBack();
  while (!closing) {
    try {
      await follow();
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      post({ type: "problem", problem });
      await pause(retryMs);
    }
  }
  port!.close();
}

void stay();
