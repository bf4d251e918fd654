/**
 * A disk in memory that keeps its promises and nothing more: what was not flushed may be gone after a
 * crash, or be there in part. Names that were given, changed or taken last once their folder was flushed;
 * before that a crash leaves them as they were at some instant since. Failures are put in by the test.
 */
import type { FileLayer, OpenFile } from "../../src/log/journal/file-layer.ts";

type Call = "read" | "write" | "flush" | "create" | "rename" | "remove";
export type Fault = (call: Call, path: string) => Error | undefined;

interface StoredFile {
  /** As the process sees it. */
  content: Buffer;
  /** As it is after a crash. */
  flushed: Buffer;
}

type Names = Map<string, StoredFile>;

export interface LossyOptions {
  /** A flush that does nothing: what a harness that works must notice. */
  readonly flushIsOff?: boolean | undefined;
}

export class LossyFileLayer implements FileLayer {
  readonly #files: Names = new Map();
  /** As they are after a crash. */
  #flushedNames: Names = new Map();
  /** What was done to names since, in order. */
  #changes: { readonly path: string; readonly change: (names: Names) => void }[] = [];
  readonly #flushIsOff: boolean;
  /** Answers the error that the call has to end with. */
  fault: Fault = () => undefined;
  flushCount = 0;
  readBytes = 0;
  openFiles = 0;

  constructor({ flushIsOff = false }: LossyOptions = {}) {
    this.#flushIsOff = flushIsOff;
  }

  /**
   * What is left after the power was lost: flushed bytes, and of those behind them as many as `kept` says
   * (0 to 1), as the system may have written some by itself.
   */
  crash(kept: () => number = () => 0): LossyFileLayer {
    const after = new LossyFileLayer({ flushIsOff: this.#flushIsOff });
    const names: Names = new Map(this.#flushedNames);
    const changes = this.#changes.slice(0, Math.ceil(kept() * this.#changes.length));
    for (const { change } of changes) change(names);
    for (const [path, { content, flushed }] of names) {
      const more = content.subarray(flushed.length);
      const left = Buffer.concat([flushed, more.subarray(0, Math.floor(more.length * kept()))]);
      after.put(path, left);
    }
    return after;
  }

  contentOf(path: string): Buffer {
    return Buffer.from(this.#files.get(path)!.content);
  }

  paths(): readonly string[] {
    return [...this.#files.keys()].sort();
  }

  /** A disk that holds exactly these files, all flushed. */
  static holding(files: ReadonlyMap<string, Buffer>): LossyFileLayer {
    const layer = new LossyFileLayer();
    for (const [path, content] of files) layer.put(path, content);
    return layer;
  }

  /** A file that is there, flushed. */
  put(path: string, content: Buffer): void {
    const file = { content: Buffer.from(content), flushed: Buffer.from(content) };
    this.#files.set(path, file);
    this.#flushedNames.set(path, file);
  }

  #change(path: string, change: (names: Names) => void): void {
    change(this.#files);
    this.#changes.push({ path, change });
  }

  makeFolder(): void {}

  list(folder: string): readonly string[] {
    const inside = [...this.#files.keys()].filter((path) => path.startsWith(`${folder}/`));
    return inside.map((path) => path.slice(folder.length + 1));
  }

  exists(path: string): boolean {
    return this.#files.has(path);
  }

  remove(path: string): void {
    this.#throwFault("remove", path);
    this.#change(path, (names) => names.delete(path));
  }

  rename(from: string, to: string): void {
    this.#throwFault("rename", to);
    const file = this.#files.get(from)!;
    this.#change(to, (names) => {
      names.delete(from);
      names.set(to, file);
    });
  }

  flushFolder(path: string): void {
    this.#throwFault("flush", path);
    if (this.#flushIsOff) return;
    const inside = this.#changes.filter((each) => each.path.startsWith(`${path}/`));
    for (const { change } of inside) change(this.#flushedNames);
    this.#changes = this.#changes.filter((each) => !inside.includes(each));
  }

  open(path: string, mode: "read" | "write" | "create"): OpenFile {
    if (mode === "create") {
      this.#throwFault("create", path);
      if (this.#files.has(path)) throw Object.assign(new Error("there already"), { code: "EEXIST" });
      const made = { content: Buffer.alloc(0), flushed: Buffer.alloc(0) };
      this.#change(path, (names) => names.set(path, made));
    }
    const file = this.#files.get(path);
    if (file === undefined) throw Object.assign(new Error("not there"), { code: "ENOENT" });
    this.openFiles++;
    return this.#handle(path, file);
  }

  #handle(path: string, file: StoredFile): OpenFile {
    return {
      path,
      size: () => file.content.length,
      read: (into, position) => {
        this.#throwFault("read", path);
        const read = file.content.copy(into, 0, position, position + into.length);
        this.readBytes += read;
        return read;
      },
      write: (pieces, position) => {
        const fault = this.fault("write", path);
        const all = Buffer.concat(pieces);
        // A disk that fills up takes a part of what it is given.
        const bytes = fault === undefined ? all : all.subarray(0, all.length >> 1);
        const grown = Buffer.alloc(Math.max(file.content.length, position + bytes.length));
        file.content.copy(grown);
        bytes.copy(grown, position);
        file.content = grown;
        if (fault !== undefined) throw fault;
      },
      truncate: (size) => {
        file.content = Buffer.from(file.content.subarray(0, size));
        file.flushed = Buffer.from(file.flushed.subarray(0, size));
      },
      flush: () => {
        this.#throwFault("flush", path);
        this.flushCount++;
        if (!this.#flushIsOff) file.flushed = Buffer.from(file.content);
      },
      close: () => {
        this.openFiles--;
      },
    };
  }

  #throwFault(call: Call, path: string): void {
    const fault = this.fault(call, path);
    if (fault !== undefined) throw fault;
  }
}

export function diskFault(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}
