/** A disk in memory, for a journal that nobody wants back: a flush does nothing. */
import type { FileLayer, OpenFile } from "../log/journal/file-layer.ts";

const firstBytes = 64 * 1024;

class MemoryFile {
  #content = Buffer.alloc(firstBytes);
  size = 0;

  read(into: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(into.length, this.size - position));
    this.#content.copy(into, 0, position, position + length);
    return length;
  }

  write(pieces: readonly Uint8Array[], position: number): void {
    let at = position;
    for (const piece of pieces) {
      this.#makeRoom(at + piece.length);
      this.#content.set(piece, at);
      at += piece.length;
      this.size = Math.max(this.size, at);
    }
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#content.length) return;
    const larger = Buffer.alloc(Math.max(bytes, this.#content.length * 2));
    this.#content.copy(larger, 0, 0, this.size);
    this.#content = larger;
  }
}

export class MemoryFiles implements FileLayer {
  readonly #files = new Map<string, MemoryFile>();
  /** By folder: names are asked for after each step, and change seldom. */
  readonly #lists = new Map<string, readonly string[]>();

  makeFolder(): void {}

  flushFolder(): void {}

  list(folder: string): readonly string[] {
    let names = this.#lists.get(folder);
    if (names === undefined) {
      const inside = [...this.#files.keys()].filter((path) => path.startsWith(`${folder}/`));
      names = inside.map((path) => path.slice(folder.length + 1));
      this.#lists.set(folder, names);
    }
    return names;
  }

  exists(path: string): boolean {
    return this.#files.has(path);
  }

  remove(path: string): void {
    this.#files.delete(path);
    this.#lists.clear();
  }

  rename(from: string, to: string): void {
    this.#files.set(to, this.#named(from));
    this.remove(from);
  }

  open(path: string, mode: "read" | "write" | "create"): OpenFile {
    if (mode === "create") {
      if (this.#files.has(path)) throw Object.assign(new Error(`${path} is there`), { code: "EEXIST" });
      this.#files.set(path, new MemoryFile());
      this.#lists.clear();
    }
    const file = this.#named(path);
    return {
      path,
      size: () => file.size,
      read: (into, position) => file.read(into, position),
      write: (pieces, position) => file.write(pieces, position),
      truncate: (size) => {
        file.size = size;
      },
      flush: () => {},
      close: () => {},
    };
  }

  #named(path: string): MemoryFile {
    const file = this.#files.get(path);
    if (file === undefined) throw Object.assign(new Error(`${path} is not there`), { code: "ENOENT" });
    return file;
  }
}
