/**
 * Goes before the program in each of its threads (`node --import`): sets what cannot be set from outside,
 * writes down calls of the disk, kills the process at a named instant, plants a fault. Nothing of it is in
 * the program itself.
 */
import { flushCompileCache } from "node:module";
import { isMainThread, parentPort, threadName, Worker } from "node:worker_threads";
import { defaultLogSettings } from "../../../src/log/log-settings.ts";
import { observeDisk } from "./disk-calls.ts";
import { diskRecord } from "./disk-record.ts";
import { killPoint } from "./kill-point.ts";
import { ordersOfThisProcess } from "./orders.ts";
import { plantFault } from "./plants.ts";

/** A process that is killed keeps nothing of what it compiled, unless it does so before. */
const compiledMs = 600;

const orders = ordersOfThisProcess();
const thread = isMainThread ? "main" : String(threadName);

if (orders.clockAheadMs > 0) {
  const now = Date.now;
  Date.now = () => now() + orders.clockAheadMs;
}
Object.assign(defaultLogSettings, orders.log);
setTimeout(flushCompileCache, compiledMs).unref();

const kills = killPoint(orders, thread);
// What is killed before it is done was not done: the record comes first, and the flush is noted last.
observeDisk(orders.data, [diskRecord(orders.record, thread), ...(kills === undefined ? [] : [kills])]);
if (orders.plant !== undefined) await plantFault(orders.plant, thread);

if (kills !== undefined) {
  const sender = isMainThread ? Worker.prototype : parentPort!;
  const post = sender.postMessage;
  sender.postMessage = function (this: typeof sender, message: unknown, ...others: never[]) {
    kills.message(message);
    return post.call(this, message, ...others);
  };
}
