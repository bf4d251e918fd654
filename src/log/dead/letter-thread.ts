/** The thread that reads dead letters from the journal: it lists them, or reads them again batch by batch. */
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../../errors/quickwater-error.ts";
import { nodeFileLayer } from "../journal/file-layer.ts";
import { JournalReader } from "../journal/journal-reader.ts";
import { listLate } from "./late-list.ts";
import { readLetters } from "./letter-check.ts";
import { listLetters } from "./letter-list.ts";
import type { FromLetters, LetterThreadData, ToLetters } from "./letter-messages.ts";

const port = parentPort;
assert(port !== null, "the thread of dead letters was started without a parent");
const { folder, lastStep, job } = workerData as LetterThreadData;
const post = (message: FromLetters) => port.postMessage(message);
const reader = new JournalReader(nodeFileLayer, folder, () => lastStep);

function end(): void {
  reader.close();
  port!.close();
}

if (job.kind === "list") {
  post({ type: "list", list: listLetters(reader, job.dead, job.choice, job.limit) });
  end();
} else if (job.kind === "late") {
  post({ type: "late", late: listLate(reader, job) });
  end();
} else {
  const batches = readLetters(reader, job);
  const tell = () => {
    const batch = batches.next();
    if (batch.done !== true) post({ type: "letters", letters: batch.value });
    else {
      post({ type: "end" });
      end();
    }
  };
  port.on("message", ({ type }: ToLetters) => (type === "next" ? tell() : end()));
  tell();
}
