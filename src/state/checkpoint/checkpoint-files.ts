/**
 * The disk as checkpoints see it, handed in so that tests can fail it. Writing does not block: the engine
 * goes on with its steps meanwhile. Reading does, because at a restart there is nothing else to do.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface WrittenFile {
  /** Appends all of the pieces. Until it resolves they must not change. */
  readonly append: (pieces: readonly Uint8Array[]) => Promise<void>;
  /** When this resolves, everything appended before survives the loss of power. */
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface ReadFile {
  readonly size: number;
  /** The bytes in memory of their own; fewer where the file ends. */
  readonly read: (position: number, length: number) => Uint8Array<ArrayBuffer>;
  readonly close: () => void;
}

export interface CheckpointFiles {
  /** Names in the folder; none where it is not there. */
  list(folder: string): readonly string[];
  makeFolder(folder: string): void;
  create(path: string): Promise<WrittenFile>;
  /** Undefined where it is not there. */
  open(path: string): ReadFile | undefined;
  /** The new name survives the loss of power when this returns. */
  rename(folder: string, from: string, to: string): void;
  remove(path: string): void;
}

export const nodeCheckpointFiles: CheckpointFiles = {
  list: (folder) => absent(() => readdirSync(folder)) ?? [],
  makeFolder: (folder) => {
    if (mkdirSync(folder, { recursive: true }) !== undefined) flushFolder(dirname(folder));
  },
  create: async (path) => {
    const file = await open(path, "w");
    return {
      append: async (pieces) => {
        let rest = [...pieces];
        while (rest.length > 0) {
          let { bytesWritten } = await file.writev(rest);
          while (rest.length > 0 && bytesWritten >= rest[0]!.length) bytesWritten -= rest.shift()!.length;
          if (bytesWritten > 0) rest = [rest[0]!.subarray(bytesWritten), ...rest.slice(1)];
        }
      },
      flush: () => file.datasync(),
      close: () => file.close(),
    };
  },
  open: (path) => absent(() => readable(path)),
  rename: (folder, from, to) => {
    renameSync(join(folder, from), join(folder, to));
    flushFolder(folder);
  },
  remove: (path) => rmSync(path, { force: true }),
};

function readable(path: string): ReadFile {
  const file = openSync(path, "r");
  return {
    size: fstatSync(file).size,
    read: (position, length) => {
      const into = new Uint8Array(length);
      let at = 0;
      while (at < length) {
        const count = readSync(file, into, at, length - at, position + at);
        if (count === 0) return into.slice(0, at);
        at += count;
      }
      return into;
    },
    close: () => closeSync(file),
  };
}

/** What the call answers, or undefined where what it wants is not there. */
function absent<Answer>(call: () => Answer): Answer | undefined {
  try {
    return call();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function flushFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
