/**
 * A lock between processes: a file made with O_EXCL that names its holder and the tool that the holder runs.
 *
 * It is stale when both are dead. A holder that was killed may leave its npm running, and a second npm beside
 * that one would spoil node_modules, so the tool counts too, with everything it started (its process group).
 * Taking a stale lock over is done under a claim, a second O_EXCL file: without it, two processes that both
 * saw the dead holder could remove each other's new locks.
 */
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { SetupFailure } from "./failure.js";

const pollMs = 200;
const waitMsMax = 20 * 60_000;
/** A lock or a claim without readable content is one whose writer died between two system calls. */
const unreadableMsMax = 5_000;

/**
 * @typedef {{ pid: number, born: string | undefined }} ProcessMark
 * @typedef {{ token: string, holder: ProcessMark, tool?: ProcessMark }} LockContent
 * @typedef {{ noteTool: (pid: number) => void }} HeldLock
 */

/**
 * Runs `work` while holding the lock. A process that ends by a signal leaves the file behind on purpose:
 * whoever comes next waits for its tool and takes the lock over.
 *
 * @template T
 * @param {string} path
 * @param {(line: string) => void} log
 * @param {(lock: HeldLock) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, log, work) {
  /** @type {LockContent} */
  const content = { token: randomUUID(), holder: markOf(process.pid) };
  await acquire(path, content, log);
  try {
    return await work({
      noteTool(pid) {
        const aside = `${path}.${process.pid}`;
        writeFileSync(aside, JSON.stringify({ ...content, tool: markOf(pid) }));
        renameSync(aside, path);
      },
    });
  } finally {
    rmSync(path, { force: true });
  }
}

/**
 * @param {string} path
 * @param {LockContent} content
 * @param {(line: string) => void} log
 */
async function acquire(path, content, log) {
  const deadline = Date.now() + waitMsMax;
  let hasTold = false;
  while (!createExclusively(path, JSON.stringify(content))) {
    const text = readIfThere(path);
    if (text === undefined) continue;
    const owner = livingOwner(path, text);
    if (owner === "dead") {
      if (!takeAway(path, text)) await sleep(pollMs);
      continue;
    }
    if (owner !== "unknown" && !hasTold) {
      hasTold = true;
      log(`Another start is setting Quickwater up (process ${owner.pid}); waiting for it…`);
    }
    if (Date.now() > deadline) {
      throw new SetupFailure(
        `Another setup has held ${path} for ${waitMsMax / 60_000} minutes; end it or delete that file.`,
      );
    }
    await sleep(pollMs);
  }
}

/**
 * @param {string} path
 * @param {string} text
 * @returns {ProcessMark | "dead" | "unknown"}
 */
function livingOwner(path, text) {
  /** @type {LockContent} */
  let content;
  try {
    content = JSON.parse(text);
  } catch {
    return ageMs(path) > unreadableMsMax ? "dead" : "unknown";
  }
  if (isAlive(content.holder)) return content.holder;
  if (content.tool !== undefined && isGroupAlive(content.tool)) return content.tool;
  return "dead";
}

/**
 * Removes the lock if it is still the stale one that was read; true where it was.
 *
 * @param {string} path
 * @param {string} staleText
 */
function takeAway(path, staleText) {
  const claim = `${path}.claim`;
  if (!createExclusively(claim, String(process.pid))) {
    if (ageMs(claim) > unreadableMsMax) rmSync(claim, { force: true });
    return false;
  }
  try {
    const same = readIfThere(path) === staleText;
    if (same) rmSync(path, { force: true });
    return same;
  } finally {
    rmSync(claim, { force: true });
  }
}

/**
 * @param {string} path
 * @param {string} content
 */
function createExclusively(path, content) {
  try {
    writeFileSync(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** @param {string} path */
function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** @param {string} path */
function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

/** @param {ProcessMark} mark */
function isAlive(mark) {
  return answersSignals(mark.pid) && markOf(mark.pid).born === mark.born;
}

/**
 * A group lives while one of its processes does, even after its leader. On Linux the processes are looked at
 * one by one: in a container that nobody cleans, dead ones stay as zombies, which still answer signals.
 *
 * @param {ProcessMark} leader
 */
function isGroupAlive(leader) {
  if (!answersSignals(-leader.pid)) return false;
  if (leader.born === undefined) return true;
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.some((pid) => {
    const found = statOf(Number(pid));
    if (found === undefined || found.isZombie || found.group !== leader.pid) return false;
    // A leader born at another time means that the number was given away again.
    return Number(pid) !== leader.pid || found.born === leader.born;
  });
}

/** @param {number} pid a process, or a process group where negative */
function answersSignals(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

/**
 * A process id comes back after a while, so on Linux the time of birth goes with it; a zombie counts as dead.
 *
 * @param {number} pid
 * @returns {ProcessMark}
 */
function markOf(pid) {
  const found = statOf(pid);
  return { pid, born: found?.isZombie ? "zombie" : found?.born };
}

/**
 * What Linux tells about a process; undefined where there is none, or no Linux.
 *
 * @param {number} pid
 */
function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything, so the fields are counted from its end.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { isZombie: fields[0] === "Z", group: Number(fields[2]), born: fields[19] };
  } catch {
    return undefined;
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function hasCode(error, code) {
  return error instanceof Error && "code" in error && error.code === code;
}
