/**
 * Which process has a folder. A claim is a file `owner.<number>` that says whose it is; the highest number
 * counts, and a claim is only ever followed by a higher one. So the highest number never falls, and whoever
 * finds, after it took a number, that this is the highest, knows that no other was taken in between: of any
 * number of processes that all find the last owner dead, one wins. (A claim that is removed to make place
 * for the next could be the one that somebody else has just put there.)
 *
 * A process that was killed leaves its claim, and its number (pid) is given to another one some day. A claim
 * therefore says when its process started as well, where the system tells.
 */
import { randomUUID } from "node:crypto";
import {
  constants,
  copyFileSync,
  linkSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { quickwaterError } from "../errors/quickwater-error.ts";

export interface FolderClaim {
  release(): void;
}

/** A draft this old belongs to a process that was killed while it claimed. */
const draftMsMax = 60_000;
const released = "released";

/** Claims of this process, for systems on which its own id cannot be told from one that was left behind. */
const openHere = new Set<string>();

/** Throws `run.data-folder-owned` where a living process has the folder. */
export function claimFolder(folder: string): FolderClaim {
  const path = realpathSync(folder);
  if (openHere.has(path)) throw quickwaterError("run.data-folder-owned", { path: folder, pid: process.pid });
  const draft = join(path, `owner.draft.${randomUUID()}`);
  try {
    const { started } = stateOf(process.pid) ?? {};
    writeFileSync(draft, started === undefined ? `${process.pid}` : `${process.pid} ${started}`, {
      flag: "wx",
    });
    const claim = follow(path, folder, draft);
    openHere.add(path);
    const release = () => {
      openHere.delete(path);
      writeOver(claim, released);
    };
    return { release };
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Puts the draft behind the last claim, which must be nobody's; answers its file. */
function follow(path: string, folder: string, draft: string): string {
  for (;;) {
    const last = highestClaim(path);
    if (last > 0) {
      const owner = readClaim(claimFile(path, last));
      // Gone because it was followed: whoever did that is the one to look at.
      if (owner === undefined) continue;
      if (owner.isAlive) throw quickwaterError("run.data-folder-owned", { path: folder, pid: owner.pid });
    }
    const file = claimFile(path, last + 1);
    if (!putWhereNone(draft, file)) continue;
    if (highestClaim(path) === last + 1) {
      removeOlder(path, last + 1);
      return file;
    }
    rmSync(file, { force: true });
  }
}

function claimFile(path: string, number: number): string {
  return join(path, `owner.${number}`);
}

/** 0 where there is none. */
function highestClaim(path: string): number {
  return Math.max(0, ...readdirSync(path).map(claimNumber));
}

function claimNumber(name: string): number {
  const match = /^owner\.(\d{1,15})$/.exec(name);
  return match === null ? 0 : Number(match[1]);
}

function removeOlder(path: string, number: number): void {
  for (const name of readdirSync(path)) {
    const claim = claimNumber(name);
    const isOld = name.startsWith("owner.draft.") ? ageMs(join(path, name)) > draftMsMax : claim > 0;
    if (isOld && claim < number) rmSync(join(path, name), { force: true });
  }
}

function ageMs(file: string): number {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}

/** Gives the draft its name with all that is in it, at once; false where there is a file of that name. */
function putWhereNone(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (code === "EPERM" || code === "ENOTSUP" || code === "ENOSYS") return copyWhereNone(draft, file);
    throw error;
  }
}

/** For disks without links, such as FAT: there the file is empty for an instant. */
function copyWhereNone(draft: string, file: string): boolean {
  try {
    copyFileSync(draft, file, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** In place: the file stays, needs no room on a full disk, and may be gone together with its folder. */
function writeOver(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "r+" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

interface Claim {
  readonly pid: number;
  readonly isAlive: boolean;
}

function readClaim(file: string): Claim | undefined {
  try {
    const [pid = "", started] = readFileSync(file, "utf8").split(" ");
    return { pid: Number(pid), isAlive: isOwnerAlive(Number(pid), started) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isOwnerAlive(pid: number, started: string | undefined): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const state = stateOf(pid);
  if (state !== undefined && started !== undefined) return !state.isDead && state.started === started;
  return pid !== process.pid && exists(pid);
}

interface ProcessState {
  /** It ended, and only waits to be reaped. */
  readonly isDead: boolean;
  /** Which boot of the machine and when within it: no other process of this number has the same. */
  readonly started: string;
}

/** Undefined where the system does not tell: there is no such process, or it is not Linux. */
function stateOf(pid: number): ProcessState | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    // From the third field on: the second is the program's name, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { isDead: fields[0] === "Z" || fields[0] === "X", started: `${boot}:${fields[19]}` };
  } catch {
    return undefined; // Not told, which is the answer.
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
