/**
 * CSV as RFC 4180 has it, without a header. Each record becomes a line of JSON, so that the same check and
 * the same decoder take it that take everything else: a field of a number's type is written bare, every
 * other one as a string. An empty field that is no text is NULL; an empty text is a text. The elements of an
 * ARRAY and the fields of a ROW are parts of one field: without any it is an empty ARRAY, and a ROW that is
 * NULL. A part is NULL where it is the null literal.
 */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { checkNumber, padding } from "../../values/json/scan.ts";
import { isNumeric, type RowField, type SqlType } from "../../values/sql-type.ts";
import { type CsvDialect, csvDialectOf } from "./csv-dialect.ts";
import { CsvFields } from "./csv-fields.ts";
import type { RowChecker } from "./row-checker.ts";
import type { Piece, RowReader, RowsOfPiece } from "./row-reader.ts";

interface CsvCell {
  /** `{"name":` or `,"name":`; of an element nothing. */
  readonly before: Uint8Array;
  readonly kind: "number" | "boolean" | "text" | "other";
}

interface CsvColumn extends CsvCell {
  /** Of an ARRAY its element, of a ROW its fields. */
  readonly parts: { readonly kind: "ARRAY" | "ROW"; readonly cells: readonly CsvCell[] } | undefined;
}

const encoder = new TextEncoder();
const braceAndNewline = encoder.encode("}\n");
const nullText = encoder.encode("null");
const noElements = encoder.encode("[]");
const bracket = { open: 0x5b, close: 0x5d };
const brace = 0x7d;
const comma = 0x2c;

export class CsvReader implements RowReader {
  readonly #checker: RowChecker;
  readonly #columns: readonly CsvColumn[];
  readonly #nullLiteral: Uint8Array | undefined;
  readonly #fields: CsvFields;
  readonly #partDelimiter: number;
  #file = "";
  #line = 1;
  #out = new Uint8Array(512 * 1024);
  #outEnd = 0;
  /** The line of the file that each row began on. */
  #lines = new Int32Array(1024);

  constructor(table: TableDefinition, checker: RowChecker) {
    const dialect: CsvDialect = csvDialectOf(table);
    this.#checker = checker;
    this.#fields = new CsvFields(dialect);
    this.#nullLiteral = dialect.nullLiteral === undefined ? undefined : encoder.encode(dialect.nullLiteral);
    this.#partDelimiter = dialect.partDelimiter;
    this.#columns = table.schema.columns.map((column, index) => {
      return { ...cellOf(column, index), parts: partsOf(column.type) };
    });
  }

  get rowsLeftOut(): number {
    return this.#checker.rowsLeftOut;
  }

  get line(): number {
    return this.#line;
  }

  begin(file: string, line: number): void {
    this.#file = file;
    this.#line = line;
  }

  take(piece: Piece): RowsOfPiece {
    const { bytes, length, isLast } = piece;
    this.#outEnd = 0;
    let used = 0;
    let rows = 0;
    while (used < length) {
      const end = this.#fields.read(bytes, used, length, isLast);
      if (end < 0) break;
      const line = this.#line;
      this.#line += this.#fields.lines;
      used = end;
      if (!this.#isRow(line)) continue;
      this.#writeRow(bytes);
      if (rows === this.#lines.length) {
        const lines = new Int32Array(rows * 2);
        lines.set(this.#lines);
        this.#lines = lines;
      }
      this.#lines[rows++] = line;
    }
    if (used === 0 && length > this.#checker.rowBytesMax) used = this.#passLongRecord(bytes, length);
    this.#out.fill(0, this.#outEnd, this.#outEnd + padding);
    const chunk = this.#checker.check(this.#out, this.#outEnd, this.#file, (_, row) => this.#lines[row]!);
    return { used, chunk };
  }

  /** Whether the record that was read last has the table's shape; an empty line is no record. */
  #isRow(line: number): boolean {
    const { count, problem } = this.#fields;
    if (this.#fields.isEmptyLine) return false;
    const wanted = this.#columns.length;
    if (problem === undefined && count === wanted) return true;
    const reason = problem ?? `${count} fields, the table has ${wanted} columns.`;
    this.#checker.leaveOut(this.#file, line, reason);
    return false;
  }

  /** A record without end, most likely after a quote that was never closed: its first line is left out. */
  #passLongRecord(bytes: Uint8Array, length: number): number {
    const limit = this.#checker.rowBytesMax;
    const reason = `The row has more than ${limit} bytes, which is the limit; is a quote not closed?`;
    this.#checker.leaveOut(this.#file, this.#line, reason);
    const newline = bytes.indexOf(0x0a);
    if (newline < 0 || newline >= length) return length;
    this.#line++;
    return newline + 1;
  }

  #writeRow(bytes: Uint8Array): void {
    const { starts, ends, quoted } = this.#fields;
    for (const [index, { before, kind, parts }] of this.#columns.entries()) {
      const start = starts[index]!;
      const end = ends[index]!;
      this.#reserve(before.length + jsonLengthMax(end - start));
      this.#write(before);
      if (parts !== undefined) this.#writeParts(bytes, start, end, quoted[index] === 1, parts);
      else if (start === end && kind !== "text") this.#write(nullText);
      else this.#writeCell(bytes, start, end, quoted[index] === 1, kind);
    }
    this.#write(braceAndNewline);
  }

  #writeCell(bytes: Uint8Array, start: number, end: number, quoted: boolean, kind: CsvCell["kind"]): void {
    if (this.#isNullLiteral(bytes, start, end)) this.#write(nullText);
    else if (kind === "number") this.#writeNumber(bytes, start, end);
    else if (kind === "boolean" && isTruth(bytes, start, end)) this.#writeLower(bytes, start, end);
    else this.#writeText(bytes, start, end, quoted);
  }

  /** Parts that are too many or too few go on as one string, for the check to name. */
  #writeParts(
    bytes: Uint8Array,
    from: number,
    to: number,
    quoted: boolean,
    { kind, cells }: NonNullable<CsvColumn["parts"]>,
  ): void {
    const text = quoted ? unquoted(bytes, from, to, this.#fields.quote) : bytes;
    const start = quoted ? 0 : from;
    const end = quoted ? text.length - padding : to;
    const isRow = kind === "ROW";
    const ends = this.#partEnds(text, start, end);
    const isNull = isRow && ends.length !== cells.length && this.#isNullLiteral(text, start, end);
    if (ends.length === 0 || isNull) {
      this.#write(isRow ? nullText : noElements);
      return;
    }
    if (isRow && ends.length !== cells.length) {
      this.#writeText(text, start, end, false);
      return;
    }
    if (!isRow) this.#out[this.#outEnd++] = bracket.open;
    for (const [place, partEnd] of ends.entries()) {
      const { before, kind: partKind } = cells[isRow ? place : 0]!;
      const partStart = place === 0 ? start : ends[place - 1]! + 1;
      this.#reserve(before.length + jsonLengthMax(partEnd - partStart));
      if (!isRow && place > 0) this.#out[this.#outEnd++] = comma;
      this.#write(before);
      this.#writeCell(text, partStart, partEnd, false, partKind);
    }
    this.#out[this.#outEnd++] = isRow ? brace : bracket.close;
  }

  /** Where each part ends; none of a field that is blank. */
  #partEnds(bytes: Uint8Array, start: number, end: number): readonly number[] {
    const ends: number[] = [];
    let isBlank = true;
    for (let at = start; at < end; at++) {
      if (bytes[at] === this.#partDelimiter) ends.push(at);
      if (bytes[at] !== 0x20) isBlank = false;
    }
    return isBlank ? [] : [...ends, end];
  }

  #isNullLiteral(bytes: Uint8Array, start: number, end: number): boolean {
    const literal = this.#nullLiteral;
    if (literal === undefined || literal.length !== end - start) return false;
    return literal.every((byte, index) => bytes[start + index] === byte);
  }

  /** Digits as JSON writes them; what is no number goes on as a string, for the check to name. */
  #writeNumber(bytes: Uint8Array, from: number, to: number): void {
    let start = from;
    let end = to;
    while (start < end && bytes[start] === 0x20) start++;
    while (end > start && bytes[end - 1] === 0x20) end--;
    if (bytes[start] === 0x2b && bytes[start + 1] !== 0x2d) start++;
    const negative = bytes[start] === 0x2d;
    let digits = negative ? start + 1 : start;
    // JSON has no leading zeros.
    while (
      bytes[digits] === 0x30 &&
      digits + 1 < end &&
      bytes[digits + 1]! >= 0x30 &&
      bytes[digits + 1]! <= 0x39
    )
      digits++;
    if (digits >= end || checkNumber(bytes, digits, end) !== end || bytes[digits] === 0x2d) {
      this.#writeText(bytes, from, to, false);
      return;
    }
    if (negative) this.#out[this.#outEnd++] = 0x2d;
    this.#write(bytes.subarray(digits, end));
  }

  #writeLower(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at++) this.#out[this.#outEnd++] = bytes[at]! | 0x20;
  }

  #writeText(bytes: Uint8Array, start: number, end: number, quoted: boolean): void {
    const out = this.#out;
    const { quote } = this.#fields;
    let to = this.#outEnd;
    out[to++] = 0x22;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      // Within quotes a quote stands twice.
      if (quoted && byte === quote) at++;
      if (byte === 0x22 || byte === 0x5c) out[to++] = 0x5c;
      if (byte >= 0x20) out[to++] = byte;
      else to += encoder.encodeInto(`\\u00${byte.toString(16).padStart(2, "0")}`, out.subarray(to)).written;
    }
    out[to++] = 0x22;
    this.#outEnd = to;
  }

  #write(part: Uint8Array): void {
    this.#out.set(part, this.#outEnd);
    this.#outEnd += part.length;
  }

  #reserve(bytes: number): void {
    const needed = this.#outEnd + bytes + padding;
    if (needed <= this.#out.length) return;
    const grown = new Uint8Array(needed * 2);
    grown.set(this.#out.subarray(0, this.#outEnd));
    this.#out = grown;
  }
}

function cellOf({ name, type }: RowField, index: number): CsvCell {
  return { before: encoder.encode(`${index === 0 ? "{" : ","}${JSON.stringify(name)}:`), kind: kindOf(type) };
}

function partsOf(type: SqlType): CsvColumn["parts"] {
  if (type.kind === "ROW") return { kind: "ROW", cells: type.fields.map(cellOf) };
  if (type.kind !== "ARRAY") return undefined;
  return { kind: "ARRAY", cells: [{ before: new Uint8Array(0), kind: kindOf(type.element) }] };
}

function kindOf(type: SqlType): CsvCell["kind"] {
  if (isNumeric(type)) return "number";
  if (type.kind === "BOOLEAN") return "boolean";
  return type.kind === "CHAR" || type.kind === "VARCHAR" ? "text" : "other";
}

/** The longest that a byte becomes is an escape of six characters. */
function jsonLengthMax(bytes: number): number {
  return bytes * 6 + 16;
}

/** What stands within quotes, each of which is there twice; behind it what a reader may look at. */
function unquoted(bytes: Uint8Array, start: number, end: number, quote: number): Uint8Array {
  const text = new Uint8Array(end - start + padding);
  let to = 0;
  for (let at = start; at < end; at++) {
    text[to++] = bytes[at]!;
    if (bytes[at] === quote) at++;
  }
  return text.subarray(0, to + padding);
}

function isTruth(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 4 && end - start !== 5) return false;
  return /^(true|false)$/i.test(String.fromCharCode(...bytes.subarray(start, end)));
}
