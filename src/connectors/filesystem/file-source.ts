/**
 * Files read from front to back, in the order of their names, in pieces: memory is one piece and what the
 * format makes of it, however large a file is. A row may be as long as the limit; the piece grows for it.
 */
import { readdirSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join, relative } from "node:path";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { padding } from "../../values/json/scan.ts";
import type { Source, SourceChunk, SourcePosition } from "../connector.ts";
import type { RowReader } from "./row-reader.ts";

const pieceBytes = 256 * 1024;
const noFile = "";
const byteOrderMark = [0xef, 0xbb, 0xbf];

export class FileSource implements Source {
  readonly bounded = true;
  readonly #files: readonly string[];
  readonly #rows: RowReader;
  readonly #pieceBytesMax: number;
  #nextFile = 0;
  /** Where the next file begins, byte and line: anywhere but at its beginning only after `#resume`. */
  #start = { byte: 0, line: 1 };
  /** Of the present file: where in it `#bytes` ends. */
  #readUntil = 0;
  #handle: FileHandle | undefined;
  #bytes = new Uint8Array(pieceBytes + padding);
  /** The part of `#bytes` that the file filled and no row has taken yet. */
  #from = 0;
  #until = 0;
  #atEnd = false;
  #atStart = false;

  constructor(path: string, rowBytesMax: number, rows: RowReader, from?: SourcePosition) {
    this.#files = filesOf(path);
    this.#rows = rows;
    if (from !== undefined) this.#resume(from);
    // Room for the largest row and for the whole piece that finds out that a line is larger.
    this.#pieceBytesMax = 2 * (rowBytesMax + pieceBytes);
  }

  /** A file, the byte in it and the line that begins there; no file where all have been read. */
  get position(): SourcePosition {
    if (this.#handle === undefined) {
      return [this.#files[this.#nextFile] ?? noFile, this.#start.byte, this.#start.line];
    }
    const byte = this.#readUntil - (this.#until - this.#from);
    return [this.#files[this.#nextFile - 1]!, byte, this.#rows.line];
  }

  get rowsLeftOut(): number {
    return this.#rows.rowsLeftOut;
  }

  async next(): Promise<SourceChunk | undefined> {
    for (;;) {
      if (this.#handle === undefined) {
        const path = this.#files[this.#nextFile++];
        if (path === undefined) return undefined;
        await this.#begin(path);
      }
      await this.#fill();
      const piece = { bytes: this.#bytes, length: this.#until, isLast: this.#atEnd };
      const { used, chunk } = this.#rows.take(piece);
      this.#from = used;
      if (this.#atEnd) await this.close();
      if (chunk.rowCount > 0) return chunk;
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  #resume([file, byte, line]: SourcePosition): void {
    this.#nextFile = file === noFile ? this.#files.length : this.#files.indexOf(String(file));
    if (this.#nextFile < 0) {
      const reason = "the rows behind it were to be read on, and it is not there any more";
      throw quickwaterError("run.unreadable-file", { path: shownPath(String(file)), reason });
    }
    this.#start = { byte: Number(byte), line: Number(line) };
  }

  async #begin(path: string): Promise<void> {
    try {
      this.#handle = await open(path);
    } catch (error) {
      throw unreadable(path, error);
    }
    const { byte, line } = this.#start;
    this.#start = { byte: 0, line: 1 };
    this.#rows.begin(shownPath(path), line);
    this.#readUntil = byte;
    this.#from = 0;
    this.#until = 0;
    this.#atEnd = false;
    this.#atStart = byte === 0;
  }

  /** Moves what is left to the front and reads behind it, as much as fits. */
  async #fill(): Promise<void> {
    const left = this.#until - this.#from;
    const room = this.#bytes.length - padding;
    if (this.#from === 0 && left === room) this.#grow();
    else this.#bytes.copyWithin(0, this.#from, this.#until);
    this.#from = 0;
    this.#until = left;
    const path = this.#files[this.#nextFile - 1]!;
    try {
      const space = this.#bytes.length - padding - left;
      const { bytesRead } = await this.#handle!.read(this.#bytes, left, space, this.#readUntil);
      this.#readUntil += bytesRead;
      this.#atEnd = bytesRead === 0;
      this.#until += bytesRead;
    } catch (error) {
      throw unreadable(path, error);
    }
    this.#bytes.fill(0, this.#until, this.#until + padding);
    this.#blankByteOrderMark();
  }

  #grow(): void {
    const grown = new Uint8Array(Math.min(this.#pieceBytesMax, this.#bytes.length * 2) + padding);
    grown.set(this.#bytes.subarray(0, this.#until));
    this.#bytes = grown;
  }

  /** Some editors begin a file with a mark that is no part of its text. */
  #blankByteOrderMark(): void {
    if (!this.#atStart) return;
    this.#atStart = false;
    if (byteOrderMark.every((byte, index) => this.#bytes[index] === byte)) {
      this.#bytes.copyWithin(0, byteOrderMark.length, this.#until);
      this.#until -= byteOrderMark.length;
      this.#bytes.fill(0, this.#until, this.#until + padding);
    }
  }
}

/** The file itself, or all files of the folder and those below; names that begin with . or _ are not data. */
function filesOf(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const entries = readdirSync(path, { withFileTypes: true }).filter(({ name }) => !/^[._]/.test(name));
    entries.sort((left, right) => (left.name < right.name ? -1 : 1));
    return entries.flatMap((entry) => {
      const inside = join(path, entry.name);
      return entry.isDirectory() ? filesOf(inside) : [inside];
    });
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason =
    code === "ENOENT"
      ? "there is no such file or folder"
      : code === "EACCES"
        ? "this user may not read it"
        : message;
  return quickwaterError("run.unreadable-file", { path: shownPath(path), reason }, { cause });
}

/** As a person would write it from where they are. */
function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : short;
}
