/**
 * Writes rows into a new file of a folder, beside those that are there, as Flink does: INSERT INTO adds.
 * The file has a name that begins with a point until it is whole, so that nobody reads half of it.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { LineWriter } from "../../functions/row-text/line-writer.ts";
import type { ColumnBatch } from "../../values/column-batch.ts";
import type { Sink } from "../connector.ts";

const bufferedCharactersMax = 256 * 1024;

export class FileSink implements Sink {
  readonly #folder: string;
  readonly #extension: string;
  readonly #line: LineWriter;
  #file: { readonly descriptor: number; readonly path: string; readonly finalPath: string } | undefined;
  #lines = "";

  constructor(folder: string, extension: string, line: LineWriter) {
    this.#folder = folder;
    this.#extension = extension;
    this.#line = line;
  }

  write(batch: ColumnBatch): void {
    for (let row = 0; row < batch.rowCount; row++) {
      this.#lines += `${this.#line(batch, row)}\n`;
      if (this.#lines.length > bufferedCharactersMax) this.#writeOut();
    }
  }

  async flush(): Promise<void> {
    this.#writeOut();
    if (this.#file !== undefined) this.#guard(() => fsyncSync(this.#file!.descriptor));
  }

  /** What was flushed becomes a file of the folder. */
  async close(): Promise<void> {
    this.#end(({ path, finalPath }) => renameSync(path, finalPath));
  }

  async abort(): Promise<void> {
    this.#end(({ path }) => rmSync(path));
  }

  #end(how: (file: { readonly path: string; readonly finalPath: string }) => void): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    this.#guard(() => {
      closeSync(file.descriptor);
      how(file);
    });
  }

  #writeOut(): void {
    if (this.#lines === "") return;
    this.#guard(() => {
      this.#file ??= this.#create();
      const bytes = Buffer.from(this.#lines);
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file.descriptor, bytes, at);
    });
    this.#lines = "";
  }

  #create() {
    mkdirSync(this.#folder, { recursive: true });
    const numbers = readdirSync(this.#folder).map((name) => Number(/^part-(\d+)\./.exec(name)?.[1] ?? -1));
    const name = `part-${String(Math.max(-1, ...numbers) + 1).padStart(5, "0")}${this.#extension}`;
    const path = join(this.#folder, `.${name}.inprogress`);
    return { descriptor: openSync(path, "w"), path, finalPath: join(this.#folder, name) };
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      const isFile = code === "EEXIST" || code === "ENOTDIR";
      const reason = isFile ? "a folder is needed, and this is a file" : message;
      throw quickwaterError("run.unwritable-folder", { path: this.#folder, reason }, { cause });
    }
  }
}
