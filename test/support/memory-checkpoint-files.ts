/**
 * A disk in memory for checkpoints. What was not flushed is lost in a crash, or there in part; failures are
 * put in by the test.
 */
import type { CheckpointFiles } from "../../src/state/checkpoint/checkpoint-files.ts";

interface StoredFile {
  content: Buffer;
  flushedBytes: number;
}

export class MemoryCheckpointFiles implements CheckpointFiles {
  readonly files = new Map<string, StoredFile>();
  /** Answers the error that the call has to end with. */
  fault: (call: "create" | "append" | "flush" | "rename" | "read", path: string) => Error | undefined = () =>
    undefined;
  /** Bytes that were appended so far. */
  appendedBytes = 0;

  /** What is left after the power was lost: flushed bytes, and this share of those behind them. */
  crash(kept: number): MemoryCheckpointFiles {
    const after = new MemoryCheckpointFiles();
    for (const [path, { content, flushedBytes }] of this.files) {
      const length = flushedBytes + Math.floor((content.length - flushedBytes) * kept);
      after.files.set(path, { content: Buffer.from(content.subarray(0, length)), flushedBytes: length });
    }
    return after;
  }

  names(): readonly string[] {
    return [...this.files.keys()].map((path) => path.slice(path.lastIndexOf("/") + 1)).sort();
  }

  list(folder: string): readonly string[] {
    const inside = [...this.files.keys()].filter((path) => path.startsWith(`${folder}/`));
    return inside.map((path) => path.slice(folder.length + 1));
  }

  makeFolder(): void {}

  async create(path: string) {
    this.#throwFault("create", path);
    const file: StoredFile = { content: Buffer.alloc(0), flushedBytes: 0 };
    this.files.set(path, file);
    return {
      append: async (pieces: readonly Uint8Array[]) => {
        const fault = this.fault("append", path);
        const all = Buffer.concat(pieces);
        const taken = fault === undefined ? all : all.subarray(0, all.length >> 1);
        file.content = Buffer.concat([file.content, taken]);
        this.appendedBytes += taken.length;
        if (fault !== undefined) throw fault;
      },
      flush: async () => {
        this.#throwFault("flush", path);
        file.flushedBytes = file.content.length;
      },
      close: async () => {},
    };
  }

  open(path: string) {
    const file = this.files.get(path);
    if (file === undefined) return undefined;
    return {
      size: file.content.length,
      read: (position: number, length: number) => {
        this.#throwFault("read", path);
        return Uint8Array.from(file.content.subarray(position, position + length));
      },
      close: () => {},
    };
  }

  rename(folder: string, from: string, to: string): void {
    this.#throwFault("rename", `${folder}/${to}`);
    this.files.set(`${folder}/${to}`, this.files.get(`${folder}/${from}`)!);
    this.files.delete(`${folder}/${from}`);
  }

  remove(path: string): void {
    this.files.delete(path);
  }

  #throwFault(call: "create" | "flush" | "rename" | "read", path: string): void {
    const fault = this.fault(call, path);
    if (fault !== undefined) throw fault;
  }
}
