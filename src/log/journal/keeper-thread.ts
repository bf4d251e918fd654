/** The keeper's thread: each pass reads, packs and writes for as long as it takes. */
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../../errors/quickwater-error.ts";
import { nodeFileLayer } from "./file-layer.ts";
import { JournalKeeper, type KeeperOptions } from "./journal-keeper.ts";
import { diskError } from "./journal-writer.ts";
import type { FromKeeper, KeeperThreadData, ToKeeper } from "./log-messages.ts";
import { postedError } from "./posted-error.ts";

const port = parentPort;
assert(port !== null, "the keeper was started without a parent");
const { folder, stop } = workerData as KeeperThreadData;
const stopped = new Int32Array(stop);
const mayGoOn = () => Atomics.load(stopped, 0) === 0;

function pass(options: Omit<KeeperOptions, "mayGoOn">): FromKeeper {
  try {
    return { compacted: new JournalKeeper(nodeFileLayer, folder, { ...options, mayGoOn }).pass() };
  } catch (error) {
    return { problem: postedError(diskError(error, folder), "keeper") };
  }
}

port.on("message", (message: ToKeeper) => {
  if (message.type === "pass") port.postMessage(pass(message));
  else port.close();
});
