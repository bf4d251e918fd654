/**
 * Whoever serves goes first: the thread that calls this, those that begin in it, and those of Node's pool, in
 * which DuckDB runs its statements, step back where the machine knows what that is.
 */
import { readdirSync, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { setPriority } from "node:os";

const niceness = 10;
const tasks = "/proc/self/task";

export async function stepBack(): Promise<void> {
  // The pool begins with the first work that it is given.
  await stat(".");
  for (const thread of [0, ...poolThreads()]) {
    try {
      setPriority(thread, niceness);
    } catch {
      // A machine that does not let it goes without.
    }
  }
}

function poolThreads(): readonly number[] {
  try {
    const all = readdirSync(tasks);
    return all.filter((task) => nameOf(task) === "libuv-worker").map(Number);
  } catch {
    // Where there is no such folder, threads have no priority of their own.
    return [];
  }
}

/** Undefined for one that has just ended. */
function nameOf(task: string): string | undefined {
  try {
    return readFileSync(`${tasks}/${task}/comm`, "utf8").trim();
  } catch {
    // It is none of the pool's, which stay.
    return undefined;
  }
}
