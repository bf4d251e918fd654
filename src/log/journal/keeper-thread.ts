/** One pass of the keeper, in a thread of its own: it reads, packs and writes for as long as it takes. */
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../../errors/quickwater-error.ts";
import { nodeFileLayer } from "./file-layer.ts";
import { JournalKeeper } from "./journal-keeper.ts";
import { diskError } from "./journal-writer.ts";
import type { FromKeeper, KeeperThreadData } from "./log-messages.ts";
import { postedError } from "./posted-error.ts";

const port = parentPort;
assert(port !== null, "the keeper was started without a parent");
const { folder, stop, ...options } = workerData as KeeperThreadData;
const stopped = new Int32Array(stop);
const mayGoOn = () => Atomics.load(stopped, 0) === 0;

function pass(): FromKeeper {
  try {
    return { compacted: new JournalKeeper(nodeFileLayer, folder, { ...options, mayGoOn }).pass() };
  } catch (error) {
    return { problem: postedError(diskError(error, folder), "keeper") };
  }
}

port.postMessage(pass());
