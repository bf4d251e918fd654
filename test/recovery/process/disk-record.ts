/**
 * Writes down what the program does to its files between two flushes, so that `lossy-disk.ts` can take back
 * what a loss of power may take. The record is behind each flush and ahead of everything else: killed
 * anywhere, it has all that happened, and no flush that did not. What a name is taken from is kept under
 * another one.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type DiskCall, type DiskObserver, type DiskWrite, disk } from "./disk-calls.ts";

interface OverwrittenBytes {
  readonly path: string;
  readonly inode: number;
  readonly position: number;
  readonly sizeBefore: number;
  /** What lay there before, in base64. */
  readonly before: string;
}

export type Recorded =
  | (OverwrittenBytes & { readonly name: "write" })
  | (OverwrittenBytes & { readonly name: "truncate" })
  | { readonly name: "flush"; readonly inode: number }
  | { readonly name: "create"; readonly path: string }
  | { readonly name: "rename"; readonly path: string; readonly from: string; readonly kept: string | null }
  | { readonly name: "remove"; readonly path: string; readonly kept: string | null }
  | { readonly name: "flush-folder"; readonly path: string };

export const keptFolderOf = (record: string) => `${record}-kept`;

export function diskRecord(record: string, thread: string): DiskObserver {
  const kept = keptFolderOf(record);
  mkdirSync(kept, { recursive: true });
  // Each line goes to the end at once, whichever thread writes it.
  const file = disk.openSync(record, "a");
  const write = (line: Recorded) => void disk.writeSync(file, `${JSON.stringify(line)}\n`);
  let keptCount = 0;
  const keep = (path: string): string | null => {
    if (!disk.existsSync(path)) return null;
    const name = join(kept, `${thread}-${process.hrtime.bigint()}-${keptCount++}`);
    disk.linkSync(path, name);
    return name;
  };
  return {
    before: (call) => {
      switch (call.name) {
        case "write":
        case "truncate":
          write(overwriting(call));
          break;
        case "create":
          write({ name: "create", path: call.path });
          break;
        case "rename":
          write({ name: "rename", path: call.path, from: call.from, kept: keep(call.path) });
          break;
        case "remove":
          write({ name: "remove", path: call.path, kept: keep(call.path) });
          break;
      }
    },
    after: (call) => {
      if (call.name === "flush") write({ name: "flush", inode: call.inode });
      if (call.name === "flush-folder") write({ name: "flush-folder", path: call.path });
    },
  };
}

function overwriting(call: DiskWrite | Extract<DiskCall, { name: "truncate" }>): Recorded {
  const sizeBefore = disk.fstatSync(call.file).size;
  const position = call.name === "write" ? call.position : call.size;
  const end = call.name === "write" ? position + lengthOf(call.pieces) : sizeBefore;
  const bytes = Buffer.alloc(Math.max(0, Math.min(end, sizeBefore) - position));
  // A checkpoint's file is opened to be written alone, and what is appended has nothing before it.
  if (bytes.length > 0) disk.readSync(call.file, bytes, 0, bytes.length, position);
  const { name, path, inode } = call;
  return { name, path, inode, position, sizeBefore, before: bytes.toString("base64") };
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
