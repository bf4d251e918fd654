/** The end of a thread that was told to end. */
import type { Worker } from "node:worker_threads";

/** A thread that is still there after this is stuck. */
const patienceMs = 10_000;

/**
 * Resolves when the thread has left by itself. It is cut short only where it does not: what a thread is in
 * the middle of when it is cut (starting, writing, leaving) is not always safe for the whole process.
 */
export async function workerExit(worker: Worker): Promise<void> {
  const left = -1;
  if (worker.threadId === left) return;
  const stuck = setTimeout(() => void worker.terminate(), patienceMs);
  await new Promise((resolve) => worker.once("exit", resolve));
  clearTimeout(stuck);
}
