/**
 * A field of a ROW and a value of a MAP, read where they lie: of a text nothing is made but its place, and of
 * the parts before it nothing at all. `values/nested/nested-sink.ts` says how they lie.
 */
import type { EmitContext, Operand, Slice } from "../../functions/scalar/scalar-function.ts";
import { doubleAt, int32At, int64At, int128At } from "../../values/nested/lane-bytes.ts";
import { laneBytes } from "../../values/nested/nested-cursor.ts";
import { isCharacter, physicalOf, type SqlType } from "../../values/sql-type.ts";

export interface PartWriter extends EmitContext {
  line(text: string): void;
  /** A number that no other local has. */
  local(): number;
  /** What reads a value that lies as bytes. */
  sliceReader(type: SqlType): string;
}

type RowType = Extract<SqlType, { kind: "ROW" }>;
type MapType = Extract<SqlType, { kind: "MAP" }>;

/** Undefined where the whole lies nowhere, or which part is meant is known for the row alone. */
export function writeNestedPart(
  writer: PartWriter,
  [whole, part]: readonly Operand[],
  type: SqlType,
): Operand | undefined {
  const { slice, isNull, type: from } = whole!;
  const { literal } = part!;
  if (slice === undefined) return undefined;
  if (from.kind === "ROW" && typeof literal === "number")
    return writePart(writer, slice.arena, type, isNull, fieldPlace(writer, slice, from, literal));
  if (from.kind === "MAP" && isCharacter(from.key) && typeof literal === "string")
    return writePart(writer, slice.arena, type, isNull, valuePlace(writer, slice, from, literal));
  return undefined;
}

function fieldPlace(writer: PartWriter, slice: Slice, { fields }: RowType, place: number): string {
  const sizes = Uint8Array.from(fields.slice(0, place), ({ type }) => sizeOf(type));
  const { arena, start } = slice;
  return `${writer.constant(behind)}(${arena}, ${start}, ${writer.constant(sizes)})`;
}

function valuePlace(writer: PartWriter, slice: Slice, { value }: MapType, key: string): string {
  const { arena, start } = slice;
  const wanted = writer.constant(Buffer.from(key));
  return `${writer.constant(placeOfKey)}(${arena}, ${start}, ${wanted}, ${sizeOf(value)})`;
}

/** The part of which the flag lies at that place; there is none at a place before the first. */
function writePart(writer: PartWriter, arena: string, type: SqlType, isNull: string, place: string): Operand {
  const local = writer.local();
  const [at, flag] = [`p${local}`, `n${local}`];
  writer.line(`const ${at} = ${isNull === "false" ? place : `${isNull} ? -1 : ${place}`};`);
  writer.line(`const ${flag} = ${at} < 0 || ${arena}[${at}] === 0;`);
  const isNullNow = type.nullable ? flag : "false";
  if (physicalOf(type) !== "bytes") {
    writer.line(`const v${local} = ${laneText(writer, arena, type, at, flag)};`);
    return { type, value: `v${local}`, isNull: isNullNow };
  }
  const slice = { arena, start: `s${local}`, length: `l${local}` };
  const length = `${writer.constant(int32At)}(${arena}, ${at} + 1)`;
  writer.line(`const ${slice.start} = ${flag} ? 0 : ${at} + 5, ${slice.length} = ${flag} ? 0 : ${length};`);
  const value = `${writer.sliceReader(type)}(${arena}, ${slice.start}, ${slice.length})`;
  return { type, value, isNull: isNullNow, slice };
}

function laneText(writer: PartWriter, arena: string, type: SqlType, at: string, flag: string): string {
  const read = (reader: (bytes: Uint8Array, at: number) => number | bigint, zero: string) =>
    `${flag} ? ${zero} : ${writer.constant(reader)}(${arena}, ${at} + 1)`;
  switch (physicalOf(type)) {
    case "u8":
      return `!${flag} && ${arena}[${at} + 1] === 1`;
    case "i32":
      return read(int32At, "0");
    case "i64":
      return read(int64At, "0n");
    case "i128":
      return read(int128At, "0n");
    default:
      return read(doubleAt, "0");
  }
}

/** 0 where the length lies before the payload. */
function sizeOf(type: SqlType): number {
  const physical = physicalOf(type);
  return physical === "bytes" ? 0 : laneBytes[physical];
}

/** Behind as many values as there are sizes. */
function behind(arena: Uint8Array, start: number, sizes: Uint8Array): number {
  let at = start;
  for (let value = 0; value < sizes.length; value++) at = behindOne(arena, at, sizes[value]!);
  return at;
}

function behindOne(arena: Uint8Array, at: number, size: number): number {
  if (arena[at] === 0) return at + 1;
  return at + 1 + (size > 0 ? size : 4 + int32At(arena, at + 1));
}

/** Where the flag of a key's value lies; -1 where there is none. */
function placeOfKey(arena: Uint8Array, start: number, key: Uint8Array, valueSize: number): number {
  let at = start + 4;
  for (let left = int32At(arena, start); left > 0; left--) {
    const value = behindOne(arena, at, 0);
    if (isText(arena, at, key)) return value;
    at = behindOne(arena, value, valueSize);
  }
  return -1;
}

/** Whether the value at that place is that text. */
function isText(arena: Uint8Array, at: number, text: Uint8Array): boolean {
  if (arena[at] === 0 || int32At(arena, at + 1) !== text.length) return false;
  for (let byte = 0; byte < text.length; byte++) if (arena[at + 5 + byte] !== text[byte]) return false;
  return true;
}
