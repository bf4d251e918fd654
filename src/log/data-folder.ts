/** The folder that holds everything a server must not lose. One process at a time works in it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { quickwaterError } from "../errors/quickwater-error.ts";
import { folderError } from "./folder-error.ts";

export interface DataFolder {
  readonly path: string;
  readonly journal: string;
  release(): void;
}

/** Claims of this process, which its own id in the file cannot tell from one that was left behind. */
const openHere = new Set<string>();

export function openDataFolder(path: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true });
    claim(join(path, "owner.pid"), path);
  } catch (error) {
    throw folderError(error, path);
  }
  const release = () => {
    openHere.delete(resolve(join(path, "owner.pid")));
    rmSync(join(path, "owner.pid"), { force: true });
  };
  return { path, journal: join(path, "journal"), release };
}

/** Writes this process's id where no living process has written its own. */
function claim(file: string, folder: string): void {
  if (openHere.has(resolve(file)))
    throw quickwaterError("run.data-folder-owned", { path: folder, pid: process.pid });
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      openHere.add(resolve(file));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const pid = Number(readFileSync(file, "utf8"));
      if (pid !== process.pid && isAlive(pid)) {
        throw quickwaterError("run.data-folder-owned", { path: folder, pid });
      }
      // Left behind by a process that was killed.
      rmSync(file, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
