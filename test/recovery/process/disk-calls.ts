/**
 * Puts itself between the program and the disk: what the program does in a folder by `node:fs` is told to
 * observers before and after. The program's own code knows nothing of it.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname } from "node:path";

interface OfFile {
  readonly path: string;
  readonly file: number;
  readonly inode: number;
}

export interface DiskWrite extends OfFile {
  readonly name: "write";
  readonly position: number;
  readonly pieces: readonly Uint8Array[];
}

export type DiskCall =
  | DiskWrite
  | (OfFile & { readonly name: "truncate"; readonly size: number })
  | (OfFile & { readonly name: "flush" })
  | (OfFile & { readonly name: "read" })
  | { readonly name: "create"; readonly path: string }
  | { readonly name: "rename"; readonly path: string; readonly from: string }
  | { readonly name: "remove"; readonly path: string }
  | { readonly name: "flush-folder"; readonly path: string };

export interface DiskObserver {
  readonly before?: (call: DiskCall) => void;
  readonly after?: (call: DiskCall) => void;
}

/** As they are without anybody between. */
export const disk = { ...fs };
const openHandle = fs.promises.open;

export function observeDisk(folder: string, observers: readonly DiskObserver[]): void {
  const between = new Between(folder, observers);
  Object.assign(fs, ofOpenFiles(between), ofNames(between));
  Object.assign(fs.promises, {
    open: (path: string, flags?: string, mode?: number) => openObserved(between, path, flags, mode),
  });
  syncBuiltinESMExports();
}

class Between {
  readonly #folder: string;
  readonly #observers: readonly DiskObserver[];
  readonly #files = new Map<number, OfFile>();

  constructor(folder: string, observers: readonly DiskObserver[]) {
    this.#folder = folder;
    this.#observers = observers;
  }

  sees(path: unknown): path is string {
    return typeof path === "string" && path.startsWith(this.#folder);
  }

  /** What is in the data folder itself says which process has it. */
  seesNameOf(path: unknown): path is string {
    return this.sees(path) && dirname(path) !== this.#folder;
  }

  opened(path: string, file: number): OfFile {
    const of = { path, file, inode: disk.fstatSync(file).ino };
    this.#files.set(file, of);
    return of;
  }

  closed(file: number): void {
    this.#files.delete(file);
  }

  tell<Result>(call: DiskCall, work: () => Result): Result {
    for (const { before } of this.#observers) before?.(call);
    const result = work();
    if (result instanceof Promise) return result.then((value) => this.#told(call, value)) as Result;
    return this.#told(call, result);
  }

  /** Of a file that was opened in the folder. */
  tellOf<Result>(file: number, callOf: (of: OfFile) => DiskCall, work: () => Result): Result {
    const of = this.#files.get(file);
    return of === undefined ? work() : this.tell(callOf(of), work);
  }

  #told<Result>(call: DiskCall, result: Result): Result {
    for (const { after } of this.#observers) after?.(call);
    return result;
  }
}

function ofOpenFiles(between: Between) {
  return {
    closeSync: (file: number) => {
      between.closed(file);
      disk.closeSync(file);
    },
    writevSync: (file: number, pieces: Uint8Array[], position?: number) =>
      between.tellOf(
        file,
        (of) => ({ name: "write", ...of, pieces, position: position ?? disk.fstatSync(file).size }),
        () => disk.writevSync(file, pieces, position),
      ),
    readSync: (file: number, into: Uint8Array, offset: number, length: number, position: number) =>
      between.tellOf(
        file,
        (of) => ({ name: "read", ...of }),
        () => disk.readSync(file, into, offset, length, position),
      ),
    ftruncateSync: (file: number, size: number) =>
      between.tellOf(
        file,
        (of) => ({ name: "truncate", ...of, size }),
        () => disk.ftruncateSync(file, size),
      ),
    fdatasyncSync: (file: number) =>
      between.tellOf(
        file,
        (of) => ({ name: "flush", ...of }),
        () => disk.fdatasyncSync(file),
      ),
    fsyncSync: (file: number) =>
      between.tellOf(
        file,
        ({ path }) => ({ name: "flush-folder", path }),
        () => disk.fsyncSync(file),
      ),
  };
}

function ofNames(between: Between) {
  return {
    openSync: (path: string, flags = "r", mode?: number) => {
      const open = () => disk.openSync(path, flags, mode);
      if (!between.sees(path)) return open();
      const file = flags.startsWith("w") ? between.tell({ name: "create", path }, open) : open();
      between.opened(path, file);
      return file;
    },
    renameSync: (from: string, path: string) => {
      const rename = () => disk.renameSync(from, path);
      if (between.seesNameOf(path)) between.tell({ name: "rename", path, from }, rename);
      else rename();
    },
    rmSync: (path: string, options?: fs.RmOptions) => {
      const remove = () => disk.rmSync(path, options);
      if (between.seesNameOf(path) && disk.existsSync(path)) between.tell({ name: "remove", path }, remove);
      else remove();
    },
  };
}

/** Checkpoints are written without waiting, by a handle. */
async function openObserved(between: Between, path: string, flags?: string, mode?: number) {
  if (!between.sees(path) || flags !== "w") return openHandle(path, flags, mode);
  const handle = await between.tell({ name: "create", path }, () => openHandle(path, flags, mode));
  const of = between.opened(path, handle.fd);
  const { writev, datasync, close } = handle;
  return Object.assign(handle, {
    writev: (pieces: Uint8Array[]) => {
      const position = disk.fstatSync(of.file).size;
      return between.tell({ name: "write", ...of, pieces, position }, () => writev.call(handle, pieces));
    },
    datasync: () => between.tell({ name: "flush", ...of }, () => datasync.call(handle)),
    close: () => {
      between.closed(of.file);
      return close.call(handle);
    },
  });
}
