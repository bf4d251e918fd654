/**
 * A disk in memory that keeps its promises and nothing more: what was not flushed may be gone after a
 * crash, or be there in part. Names of new files last once their folder was flushed. Failures are put in by
 * the test.
 */
import type { FileLayer, OpenFile } from "../../src/log/journal/file-layer.ts";

export type Fault = (call: "write" | "flush" | "create", path: string) => Error | undefined;

interface StoredFile {
  /** As the process sees it. */
  content: Buffer;
  /** As it is after a crash. */
  flushed: Buffer;
  /** Whether its name is in the folder after a crash. */
  named: boolean;
}

export interface LossyOptions {
  /** A flush that does nothing: what a harness that works must notice. */
  readonly flushIsOff?: boolean | undefined;
}

export class LossyFileLayer implements FileLayer {
  readonly #files = new Map<string, StoredFile>();
  readonly #flushIsOff: boolean;
  /** Answers the error that the call has to end with. */
  fault: Fault = () => undefined;
  flushCount = 0;

  constructor({ flushIsOff = false }: LossyOptions = {}) {
    this.#flushIsOff = flushIsOff;
  }

  /**
   * What is left after the power was lost: flushed bytes, and of those behind them as many as `kept` says
   * (0 to 1), as the system may have written some by itself.
   */
  crash(kept: () => number = () => 0): LossyFileLayer {
    const after = new LossyFileLayer({ flushIsOff: this.#flushIsOff });
    for (const [path, { content, flushed, named }] of this.#files) {
      const share = kept();
      if (!named && share === 0) continue;
      const more = Math.max(0, content.length - flushed.length);
      const left = Buffer.concat([
        flushed,
        content.subarray(flushed.length).subarray(0, Math.floor(more * share)),
      ]);
      after.#files.set(path, { content: Buffer.from(left), flushed: left, named: true });
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
    for (const [path, content] of files) {
      layer.#files.set(path, { content: Buffer.from(content), flushed: Buffer.from(content), named: true });
    }
    return layer;
  }

  makeFolder(): void {}

  list(folder: string): readonly string[] {
    const inside = [...this.#files.keys()].filter((path) => path.startsWith(`${folder}/`));
    return inside.map((path) => path.slice(folder.length + 1));
  }

  remove(path: string): void {
    this.#files.delete(path);
  }

  flushFolder(path: string): void {
    this.#throwFault("flush", path);
    if (this.#flushIsOff) return;
    for (const [name, file] of this.#files) if (name.startsWith(`${path}/`)) file.named = true;
  }

  open(path: string, mode: "read" | "write" | "create"): OpenFile {
    if (mode === "create") {
      this.#throwFault("create", path);
      if (this.#files.has(path)) throw Object.assign(new Error("there already"), { code: "EEXIST" });
      this.#files.set(path, { content: Buffer.alloc(0), flushed: Buffer.alloc(0), named: false });
    }
    const file = this.#files.get(path);
    if (file === undefined) throw Object.assign(new Error("not there"), { code: "ENOENT" });
    return this.#handle(path, file);
  }

  #handle(path: string, file: StoredFile): OpenFile {
    return {
      path,
      size: () => file.content.length,
      read: (into, position) => file.content.copy(into, 0, position, position + into.length),
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
      close: () => {},
    };
  }

  #throwFault(call: "flush" | "create", path: string): void {
    const fault = this.fault(call, path);
    if (fault !== undefined) throw fault;
  }
}

export function diskFault(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}
