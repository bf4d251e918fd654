/** Dead letters as the main thread asks for them: each time in a thread of its own, which then is gone. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { assert, QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { workerUrl } from "../../values/worker-url.ts";
import { workerExit } from "../worker-exit.ts";
import type { LetterList } from "./dead-letters.ts";
import type { LateList } from "./late-list.ts";
import type { ReadLetter } from "./letter-check.ts";
import type { FromLetters, LetterThreadData } from "./letter-messages.ts";

type Job<Kind> = LetterThreadData & { readonly job: { readonly kind: Kind } };

export function letterList(data: Job<"list">): Promise<LetterList> {
  return answered(data, (message) => (message.type === "list" ? message.list : undefined));
}

export function lateList(data: Job<"late">): Promise<LateList> {
  return answered(data, (message) => (message.type === "late" ? message.late : undefined));
}

async function answered<T>(
  data: LetterThreadData,
  read: (message: FromLetters) => T | undefined,
): Promise<T> {
  const worker = started(data);
  const answer = read(await told(worker));
  await workerExit(worker);
  assert(answer !== undefined, "the thread answers what it was asked");
  return answer;
}

/** In batches: the next one is read when it is asked for. */
export async function* lettersRead(data: Job<"read">): AsyncGenerator<readonly ReadLetter[]> {
  const worker = started(data);
  try {
    for (let message = await told(worker); message.type === "letters"; message = await told(worker)) {
      yield message.letters;
      worker.postMessage({ type: "next" });
    }
  } finally {
    worker.postMessage({ type: "close" });
    await workerExit(worker);
  }
}

function started(data: LetterThreadData): Worker {
  return new Worker(workerUrl(import.meta.url, "./letter-thread"), { workerData: data, name: "letters" });
}

/** `once` rejects with what the thread died of. */
async function told(worker: Worker): Promise<FromLetters> {
  try {
    const [message] = await once(worker, "message");
    return message as FromLetters;
  } catch (error) {
    if (error instanceof QuickwaterError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw quickwaterError("run.thread-died", { thread: "letters", reason }, { cause: error });
  }
}
