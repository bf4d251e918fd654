/**
 * A loss of power for a real folder: what the killed process had not flushed is gone, or there in part. Bytes
 * go page by page in any order, or from the end; names go as they were changed last. What the disk was told
 * to keep stays.
 */
import {
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { keptFolderOf, type Recorded } from "./process/disk-record.ts";

const pageBytes = 4096;

type NameChange = Extract<Recorded, { name: "create" } | { name: "rename" } | { name: "remove" }>;
type ByteChange = Extract<Recorded, { name: "write" } | { name: "truncate" }>;

export interface PowerLoss {
  /** How many files, and how many changes of names, are not as the process left them. */
  readonly files: number;
  readonly names: number;
}

export function losePower(record: string, data: string, random: () => number): PowerLoss {
  const lines = existsSync(record) ? readFileSync(record, "utf8").split("\n") : [];
  const bytes = new Map<number, ByteChange[]>();
  const names: NameChange[] = [];
  for (const line of lines) {
    // A line is written at once, but for the last one of a process that was killed.
    const change = line.endsWith("}") ? (JSON.parse(line) as Recorded) : undefined;
    if (change === undefined) continue;
    if (change.name === "flush") bytes.delete(change.inode);
    else if (change.name === "flush-folder") removeWhere(names, ({ path }) => dirname(path) === change.path);
    else if (change.name === "write" || change.name === "truncate")
      bytes.set(change.inode, [...(bytes.get(change.inode) ?? []), change]);
    else names.push(change);
  }
  const lost = namesLost(names, random);
  for (const change of lost.toReversed()) undo(change);
  const files = filesOf(data).filter((path) => loseBytes(path, bytes, random));
  rmSync(keptFolderOf(record), { recursive: true, force: true });
  return { files: files.length, names: lost.length };
}

/** Of each folder the last ones. */
function namesLost(changes: readonly NameChange[], random: () => number): readonly NameChange[] {
  const lost = new Set<NameChange>();
  for (const ofFolder of Map.groupBy(changes, ({ path }) => dirname(path)).values()) {
    const stays = Math.floor(random() * (ofFolder.length + 1));
    for (const change of ofFolder.slice(stays)) lost.add(change);
  }
  return changes.filter((change) => lost.has(change));
}

/** Where the process was killed before it did what it had noted, there is nothing to undo. */
function undo(change: NameChange): void {
  const { path } = change;
  switch (change.name) {
    case "create":
      rmSync(path, { force: true });
      return;
    case "rename":
      if (existsSync(change.from)) return;
      renameSync(path, change.from);
      if (change.kept !== null) linkSync(change.kept, path);
      return;
    case "remove":
      if (change.kept !== null && !existsSync(path)) linkSync(change.kept, path);
  }
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** Answers whether something of it is gone. */
function loseBytes(
  path: string,
  changes: ReadonlyMap<number, readonly ByteChange[]>,
  random: () => number,
): boolean {
  const unflushed = changes.get(statSync(path).ino);
  if (unflushed === undefined) return false;
  const present = readFileSync(path);
  const flushed = flushedForm(present, unflushed);
  const left = leftOf(flushed, present, random);
  if (left.equals(present)) return false;
  writeFileSync(path, left);
  return true;
}

function flushedForm(present: Buffer, changes: readonly ByteChange[]): Buffer {
  let form = Buffer.from(present);
  for (const { position, sizeBefore, before } of changes.toReversed()) {
    const bytes = Buffer.from(before, "base64");
    const sized = Buffer.alloc(sizeBefore);
    form.copy(sized);
    bytes.copy(sized, position);
    form = sized;
  }
  return form;
}

/** Nothing of what was not flushed, all of it, what came first, or any of its pages. */
function leftOf(flushed: Buffer, present: Buffer, random: () => number): Buffer {
  const way = Math.floor(random() * 4);
  if (way === 0) return flushed;
  if (way === 1) return present;
  const size = Math.max(flushed.length, present.length);
  const left = Buffer.alloc(size);
  flushed.copy(left);
  if (way === 2) {
    const behind = present.length - flushed.length;
    if (behind <= 0) return flushed;
    const length = flushed.length + Math.floor(random() * behind);
    present.copy(left, flushed.length, flushed.length, length);
    return left.subarray(0, length);
  }
  for (let at = 0; at < size; at += pageBytes)
    if (random() < 0.5) present.copy(left, at, at, Math.min(at + pageBytes, present.length));
  return left.subarray(0, present.length);
}

function removeWhere<Item>(items: Item[], isGone: (item: Item) => boolean): void {
  const staying = items.filter((item) => !isGone(item));
  items.splice(0, items.length, ...staying);
}
