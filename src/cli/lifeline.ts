/**
 * When a command has to end: a signal, or the loss of the launcher that started it.
 *
 * One press of Ctrl-C arrives several times (from the terminal, from npm, from the launcher), so what follows
 * the first signal within half a second belongs to it. After that a second signal, or two seconds, end the
 * process at once: what was acknowledged is on disk, and a hard end costs nothing but a longer start.
 */
import { constants } from "node:os";

export type ShutdownReason = "SIGINT" | "SIGTERM" | "SIGHUP" | "launcher gone";

export type ShutdownCallback = (reason: ShutdownReason) => Promise<void> | void;

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Under two seconds, so that Ctrl-C is through within them, the end of the process included. */
const shutdownMsMax = 1_800;
const sameSignalMsMax = 500;

const callbacks = new Set<ShutdownCallback>();
let startedAtMs: number | undefined;
let isHeld = false;

/**
 * Calls back once when the process has to end; all callbacks run at the same time, and the process exits when
 * the last is done. Returns what takes the callback away again. Without a callback a signal ends the process
 * as it always does.
 */
export function onShutdown(callback: ShutdownCallback): () => void {
  holdLifeline();
  if (callbacks.size === 0) for (const signal of signals) process.on(signal, shutDown);
  callbacks.add(callback);
  return () => {
    if (!callbacks.delete(callback) || callbacks.size > 0 || startedAtMs !== undefined) return;
    for (const signal of signals) process.off(signal, shutDown);
  };
}

/**
 * Ends the process when its launcher dies, where it has one; the channel itself does not keep the process
 * alive.
 */
export function holdLifeline(): void {
  // `send` outlives the channel: with it and without a connection the launcher died before we got here.
  if (isHeld || process.send === undefined) return;
  isHeld = true;
  process.on("disconnect", () => shutDown("launcher gone"));
  if (process.connected) process.channel?.unref();
  else shutDown("launcher gone");
}

function shutDown(reason: ShutdownReason): void {
  if (startedAtMs !== undefined) {
    if (reason !== "launcher gone" && performance.now() - startedAtMs > sameSignalMsMax) endNow(reason);
    return;
  }
  startedAtMs = performance.now();
  setTimeout(() => endNow(reason), shutdownMsMax);
  void runCallbacks(reason);
}

async function runCallbacks(reason: ShutdownReason): Promise<void> {
  const running = [...callbacks].map(async (callback) => callback(reason));
  let exitCode = running.length === 0 ? exitCodeOf(reason) : 0;
  for (const result of await Promise.allSettled(running)) {
    if (result.status === "fulfilled") continue;
    exitCode = 2;
    const cause: unknown = result.reason;
    process.stderr.write(`Stopping failed: ${cause instanceof Error ? cause.message : String(cause)}\n`);
  }
  process.exit(exitCode);
}

/**
 * By the signal itself: where something is left of the process, a thread in the midst of DuckDB's work aborts
 * it, with another exit code and words that nobody can use.
 */
function endNow(reason: ShutdownReason): never {
  const signal = signalOf(reason);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // The first process of a container outlives it.
  process.exit(exitCodeOf(reason));
}

function exitCodeOf(reason: ShutdownReason): number {
  return 128 + constants.signals[signalOf(reason)];
}

function signalOf(reason: ShutdownReason): (typeof signals)[number] {
  return reason === "launcher gone" ? "SIGHUP" : reason;
}
