/**
 * A reader of checkpoints that was written from docs/internals/checkpoints.md alone and shares no code with
 * the one that the engine has.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface ReadState {
  readonly slotBytes: number;
  readonly slotCount: number;
  readonly slots: readonly Buffer[];
  readonly index: readonly Buffer[];
  readonly arena: readonly Buffer[];
}

export interface ReadPart {
  readonly numbers: readonly number[];
  readonly states: readonly ReadState[];
}

export interface ReadFile {
  readonly journalId: string;
  readonly step: number;
  readonly createdAtMs: number;
  readonly about: Record<string, unknown>;
  readonly parts: readonly ReadPart[];
}

interface PagesJson {
  readonly pages: number;
}

interface StateJson extends Record<"slots" | "index" | "arena", PagesJson> {
  readonly slotBytes: number;
  readonly slotCount: number;
}

export function readIndependently(folder: string, step: number): ReadFile {
  const file = contentOf(folder, step);
  if (file.toString("latin1", 0, 8) !== "QCHKPNT\n") throw new Error("no checkpoint");
  if (file.readUInt16LE(8) !== 1 || file.readUInt16LE(10) !== 64) throw new Error("another version");
  if (file.readUInt32LE(60) !== crc(file.subarray(0, 60))) throw new Error("the header is damaged");
  const end = file.subarray(file.length - 48);
  if (end.toString("latin1", 0, 8) !== "QCHKEND\n") throw new Error("no end");
  if (end.readUInt32LE(44) !== crc(end.subarray(0, 44))) throw new Error("the end is damaged");
  const table = block(file, end, 8);
  const { about, parts } = JSON.parse(block(file, end, 24).toString());
  let entry = 0;
  const page = () => {
    const at = 24 * entry++;
    const holder = contentOf(folder, Number(table.readBigUInt64LE(at)));
    const offset = Number(table.readBigUInt64LE(at + 8));
    const bytes = holder.subarray(offset, offset + table.readUInt32LE(at + 16));
    if (table.readUInt32LE(at + 20) !== crc(bytes)) throw new Error("a page is damaged");
    return bytes;
  };
  const pagesOf = ({ pages }: PagesJson) => Array.from({ length: pages }, page);
  const read = {
    journalId: file.toString("hex", 16, 32),
    step: Number(file.readBigUInt64LE(32)),
    createdAtMs: Number(file.readBigInt64LE(40)),
    about,
    parts: parts.map(({ numbers, states }: { numbers: (number | string)[]; states: StateJson[] }) => ({
      numbers: numbers.map((number) => (typeof number === "string" ? Number(number) : number)),
      states: states.map(({ slotBytes, slotCount, slots, index, arena }) => {
        const [ofSlots, ofIndex] = [pagesOf(slots), pagesOf(index)];
        return { slotBytes, slotCount, slots: ofSlots, index: ofIndex, arena: pagesOf(arena) };
      }),
    })),
  };
  if (entry * 24 !== table.length) throw new Error("pages are left over");
  return read;
}

function contentOf(folder: string, step: number): Buffer {
  return readFileSync(join(folder, `${String(step).padStart(20, "0")}.qwc`));
}

function block(file: Buffer, end: Buffer, at: number): Buffer {
  const from = Number(end.readBigUInt64LE(at));
  const bytes = file.subarray(from, from + end.readUInt32LE(at + 8));
  if (end.readUInt32LE(at + 12) !== crc(bytes)) throw new Error("a block is damaged");
  return bytes;
}

/** CRC-32 by its polynomial, bit by bit. */
function crc(bytes: Uint8Array): number {
  let value = 0xffff_ffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1;
  }
  return (value ^ 0xffff_ffff) >>> 0;
}
