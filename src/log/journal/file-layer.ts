/**
 * The disk as the journal sees it. It is handed in, so that tests can drop what was not flushed, fill the
 * disk or fail a write at a chosen instant. All calls block: the log thread has nothing better to do than
 * wait for its flush, and while it waits the next group gathers.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writevSync,
} from "node:fs";
import { dirname } from "node:path";

export interface OpenFile {
  readonly path: string;
  readonly size: () => number;
  /** Reads what is there, at most the buffer's length; answers how many bytes. */
  readonly read: (into: Uint8Array, position: number) => number;
  /** Appends all of the pieces at `position`. */
  readonly write: (pieces: readonly Uint8Array[], position: number) => void;
  readonly truncate: (size: number) => void;
  /** When this returns, everything written before survives the loss of power. */
  readonly flush: () => void;
  readonly close: () => void;
}

export interface FileLayer {
  /** Makes the folder where it is missing; its name survives the loss of power. */
  makeFolder(path: string): void;
  list(folder: string): readonly string[];
  open(path: string, mode: "read" | "write" | "create"): OpenFile;
  exists(path: string): boolean;
  remove(path: string): void;
  /** Gives the file its name at once, in place of the one that had it. */
  rename(from: string, to: string): void;
  /** Makes names that were created or removed in the folder survive the loss of power. */
  flushFolder(path: string): void;
}

export const nodeFileLayer: FileLayer = {
  makeFolder: (path) => {
    mkdirSync(path, { recursive: true });
    // The folder above holds its name. A journal lies in a data folder, which may be as new as it is.
    flushFolder(dirname(path));
    flushFolder(dirname(dirname(path)));
  },
  list: (folder) => readdirSync(folder),
  open: (path, mode) => {
    const file = openSync(path, mode === "read" ? "r" : mode === "write" ? "r+" : "wx+");
    return {
      path,
      size: () => fstatSync(file).size,
      read: (into, position) => readSync(file, into, 0, into.length, position),
      write: (pieces, position) => writeAll(file, pieces, position),
      truncate: (size) => ftruncateSync(file, size),
      flush: () => fdatasyncSync(file),
      close: () => closeSync(file),
    };
  },
  exists: (path) => existsSync(path),
  remove: (path) => rmSync(path),
  rename: (from, to) => renameSync(from, to),
  flushFolder,
};

function flushFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** The system may write fewer bytes than it was given: goes on until all are written. */
function writeAll(file: number, pieces: readonly Uint8Array[], position: number): void {
  let at = position;
  let rest = pieces.filter((piece) => piece.length > 0);
  while (rest.length > 0) {
    let written = writevSync(file, rest, at);
    at += written;
    while (rest.length > 0 && written >= rest[0]!.length) {
      written -= rest[0]!.length;
      rest = rest.slice(1);
    }
    if (written > 0) rest = [rest[0]!.subarray(written), ...rest.slice(1)];
  }
}

/** Undefined where what it asks for is not there: another thread or process may just have removed it. */
export function orAbsent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
