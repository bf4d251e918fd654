/**
 * Takes a request's body apart: one object, an array of objects, or one object a line. Each row is checked
 * where it lies; the rows that pass are told as runs of neighbours, so that taking them over copies runs,
 * not rows.
 */
import { isUtf8 } from "node:buffer";
import type { RowErrorCode } from "../../errors/catalogue.ts";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { checkValue, scanFailure, skipSpace } from "../../values/json/scan.ts";
import { type BodyFormat, bodyRowsMax, rowsSeparator } from "../event-log.ts";
import { endOfElement, judgeStructure, passDeepValue } from "./broken-element.ts";
import { describeFault, type FaultText } from "./describe-fault.ts";
import { fault } from "./field-check.ts";
import { eventTime, keyPlace, type RowCheck, type RowFormat } from "./row-check.ts";

export interface RowLimits {
  readonly rowBytesMax: number;
}

/** What a body came to. Arrays are used again by the next body. */
export interface CheckedBody {
  rowCount: number;
  /** Row i lies from `starts[i]` to `ends[i]`; it passed where `passed[i]` is 1. */
  starts: Int32Array;
  ends: Int32Array;
  passed: Uint8Array;
  /** Of rows that passed; NaN where a row has none. */
  eventTimesMs: Float64Array;
  /** The same where the event time is computed of fields. */
  computedTimesMs: Float64Array;
  /** Where the key of a row that passed lies; empty where it has none. */
  keyStarts: Int32Array;
  keyEnds: Int32Array;
  rejected: RejectedRow[];
  /** Whether an array that holds a broken element is in order behind it as far as its brackets go. */
  isSound: boolean;
}

export interface RejectedRow extends FaultText {
  readonly index: number;
  readonly code: RowErrorCode;
}

export function emptyCheckedBody(): CheckedBody {
  return {
    rowCount: 0,
    starts: new Int32Array(1024),
    ends: new Int32Array(1024),
    passed: new Uint8Array(1024),
    eventTimesMs: new Float64Array(1024),
    computedTimesMs: new Float64Array(1024),
    keyStarts: new Int32Array(1024),
    keyEnds: new Int32Array(1024),
    rejected: [],
    isSound: false,
  };
}

/** Everything that is the same for all bodies of a stream. */
export interface BodyChecker {
  readonly format: RowFormat;
  readonly check: RowCheck;
  readonly limits: RowLimits;
}

/**
 * Makes white space of the byte order mark that some senders put before everything: JSON lets a reader pass
 * over it. For the beginning of a body only; anywhere else it is no JSON.
 */
export function blankByteOrderMark(bytes: Uint8Array): void {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes.fill(0x20, 0, 3);
}

/**
 * `bytes` holds the body up to `length` and at least one 0 behind it. Throws a catalogue error where the
 * body as a whole cannot be taken apart; then no row of it was taken.
 */
export function checkBody(
  checker: BodyChecker,
  bytes: Uint8Array,
  length: number,
  format: BodyFormat,
  result: CheckedBody,
): void {
  result.rowCount = 0;
  result.rejected = [];
  result.isSound = false;
  const whole = isUtf8(bytes.subarray(0, length));
  if (format === "json") checkJson(checker, bytes, length, whole, result);
  else checkLines(checker, bytes, length, whole, format === "rows" ? rowsSeparator : 0x0a, result);
  if (result.rowCount === 0) throw quickwaterError("request.empty-body", {});
}

function checkLines(
  checker: BodyChecker,
  bytes: Uint8Array,
  length: number,
  utf8: boolean,
  separator: number,
  result: CheckedBody,
) {
  for (let lineStart = 0; lineStart < length; ) {
    const newline = bytes.indexOf(separator, lineStart);
    const lineEnd = newline < 0 || newline > length ? length : newline;
    // Empty lines are no rows: a body may end with a newline, or be parted by blank lines.
    const from = skipSpaceTo(bytes, lineStart, lineEnd);
    if (from < lineEnd) checkLine(checker, bytes, from, lineEnd, utf8, result);
    // Between rows that lie next to each other there is nothing but white space.
    if (lineEnd < length) bytes[lineEnd] = 0x0a;
    lineStart = lineEnd + 1;
  }
}

function skipSpaceTo(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x0d || bytes[at] === 0x09)) at++;
  return at;
}

function checkLine(
  checker: BodyChecker,
  bytes: Uint8Array,
  from: number,
  end: number,
  utf8: boolean,
  result: CheckedBody,
) {
  const row = addRow(result, from, end);
  if (!isRowReadable(checker, bytes, from, end, utf8, row, result)) return;
  const behind = checker.check(bytes, from, end);
  if (behind < 0) {
    reject(checker, bytes, from, end, row, result);
    return;
  }
  if (skipSpaceTo(bytes, behind, end) < end) {
    const text = { field: undefined, message: trailingText(behind - from) };
    result.rejected.push({ index: row, code: "row.not-json", ...text });
    return;
  }
  pass(checker, row, result);
}

function checkJson(
  checker: BodyChecker,
  bytes: Uint8Array,
  length: number,
  utf8: boolean,
  result: CheckedBody,
): void {
  const first = skipSpace(bytes, 0);
  if (first >= length) return;
  const isArray = bytes[first] === 0x5b;
  const behind = isArray
    ? checkElements(checker, bytes, first, length, utf8, result)
    : checkOnlyValue(checker, bytes, first, length, utf8, result);
  refuseTrailing(bytes, behind, length);
}

/** The elements of the array at `from`; answers the place behind it. */
function checkElements(
  checker: BodyChecker,
  bytes: Uint8Array,
  from: number,
  length: number,
  utf8: boolean,
  result: CheckedBody,
): number {
  let at = skipSpace(bytes, from + 1);
  if (bytes[at] === 0x5d) return at + 1;
  for (;;) {
    const behind = checker.check(bytes, at, length);
    let end = behind < 0 ? length : skipSpace(bytes, behind);
    if (bytes[end] === 0x2c || bytes[end] === 0x5d) {
      const row = addRow(result, at, behind);
      if (isRowReadable(checker, bytes, at, behind, utf8, row, result)) pass(checker, row, result);
    } else {
      end = takeFailedElement(checker, bytes, at, behind, length, utf8, result);
    }
    if (bytes[end] !== 0x2c) return Math.min(end + 1, length);
    // Rows lie next to each other with nothing but white space between them, so the comma becomes a space.
    bytes[end] = 0x20;
    at = skipSpace(bytes, end + 1);
  }
}

/**
 * An element that did not pass, or that something follows (then `behind` is the place behind the value). It
 * is one rejected row, and where it is not even JSON the next one is looked for by brackets and strings
 * alone. Answers the comma or bracket behind it, or the body's end.
 *
 * A body that is JSON up to its end and merely ends too early is another matter: it was cut, its sender will
 * send it again, and what had been kept of it would be there twice. It is refused whole.
 */
function takeFailedElement(
  checker: BodyChecker,
  bytes: Uint8Array,
  from: number,
  behind: number,
  length: number,
  utf8: boolean,
  result: CheckedBody,
): number {
  const { code, field, from: faultFrom, to: faultTo } = fault;
  const to = behind < 0 ? checkValue(bytes, from, length, 0) : behind;
  if (to < 0) return takeBrokenElement(checker, bytes, from, length, result);
  const end = skipSpace(bytes, to);
  if (end >= length) throw badJson(end, length, "a comma or ] was expected");
  if (bytes[end] !== 0x2c && bytes[end] !== 0x5d) {
    Object.assign(scanFailure, { at: end, tooDeep: false });
    return takeBrokenElement(checker, bytes, from, length, result);
  }
  const row = addRow(result, from, to);
  if (!isRowReadable(checker, bytes, from, to, utf8, row, result)) return end;
  Object.assign(fault, { code, field, from: faultFrom, to: faultTo });
  reject(checker, bytes, from, to, row, result);
  return end;
}

/** An element that is not JSON; `scanFailure` says where. */
function takeBrokenElement(
  checker: BodyChecker,
  bytes: Uint8Array,
  from: number,
  length: number,
  result: CheckedBody,
): number {
  const { at, tooDeep } = scanFailure;
  if (at >= length) throw badJson(at, length, "it ends too early");
  const structure = result.isSound ? "sound" : judgeStructure(bytes, from, length);
  if (tooDeep && structure === "open") throw badJson(length, length, "it ends within a value");
  result.isSound = structure === "sound";
  const end = result.isSound ? endOfElement(bytes, from, length) : length;
  let to = end;
  while (to > from && isSpace(bytes[to - 1]!)) to--;
  const row = addRow(result, from, to);
  const rowCode: RowErrorCode = tooDeep ? "row.too-deep" : "row.not-json";
  const text = describeFault(rowCode, checker.format, bytes, from, to);
  result.rejected.push({ index: row, code: rowCode, ...text });
  return end;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** The only value of a body; answers the place behind it. */
function checkOnlyValue(
  checker: BodyChecker,
  bytes: Uint8Array,
  from: number,
  length: number,
  utf8: boolean,
  result: CheckedBody,
): number {
  let behind = checker.check(bytes, from, length);
  const passed = behind >= 0;
  const { code, field, from: faultFrom, to: faultTo } = fault;
  if (!passed) behind = checkValue(bytes, from, length, 0);
  if (behind < 0 && !scanFailure.tooDeep) throw badJson(scanFailure.at, length, unexpected(bytes, length));
  if (behind < 0) behind = passDeepValue(bytes, from, length);
  if (behind < 0) throw badJson(length, length, "it ends within a value");
  const row = addRow(result, from, behind);
  if (!isRowReadable(checker, bytes, from, behind, utf8, row, result)) return behind;
  if (passed) pass(checker, row, result);
  else {
    Object.assign(fault, { code, field, from: faultFrom, to: faultTo });
    reject(checker, bytes, from, behind, row, result);
  }
  return behind;
}

function isRowReadable(
  checker: BodyChecker,
  bytes: Uint8Array,
  from: number,
  end: number,
  utf8: boolean,
  row: number,
  result: CheckedBody,
): boolean {
  const limit = checker.limits.rowBytesMax;
  if (end - from > limit) {
    const message = `The row has more bytes than the limit of ${limit}.`;
    result.rejected.push({ index: row, code: "row.too-large", field: undefined, message });
    return false;
  }
  if (utf8 || isUtf8(bytes.subarray(from, end))) return true;
  const message = `Not valid UTF-8 at byte ${firstBadByte(bytes.subarray(from, end))}.`;
  result.rejected.push({ index: row, code: "row.invalid-utf8", field: undefined, message });
  return false;
}

/** Halves the length: a prefix decodes, but for a character that is cut off, exactly up to the bad byte. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  for (let bad = bytes.length; good < bad; ) {
    const length = Math.ceil((good + bad) / 2);
    if (beginsAsUtf8(bytes.subarray(0, length))) good = length;
    else bad = length - 1;
  }
  return good;
}

function beginsAsUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false; // Not UTF-8, which is the answer.
  }
}

function addRow(result: CheckedBody, start: number, end: number): number {
  if (result.rowCount >= bodyRowsMax) throw quickwaterError("request.too-many-rows", { limit: bodyRowsMax });
  const row = result.rowCount++;
  if (row >= result.starts.length) {
    const grow = <T extends Int32Array | Uint8Array | Float64Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    result.starts = grow(result.starts, new Int32Array(row * 2));
    result.ends = grow(result.ends, new Int32Array(row * 2));
    result.passed = grow(result.passed, new Uint8Array(row * 2));
    result.eventTimesMs = grow(result.eventTimesMs, new Float64Array(row * 2));
    result.computedTimesMs = grow(result.computedTimesMs, new Float64Array(row * 2));
    result.keyStarts = grow(result.keyStarts, new Int32Array(row * 2));
    result.keyEnds = grow(result.keyEnds, new Int32Array(row * 2));
  }
  result.starts[row] = start;
  result.ends[row] = end;
  result.passed[row] = 0;
  return row;
}

function pass(checker: BodyChecker, row: number, result: CheckedBody): void {
  result.passed[row] = 1;
  const { eventTimeField, computedTime, keyFields = [] } = checker.format;
  result.eventTimesMs[row] = eventTimeField === undefined ? Number.NaN : eventTime.ms;
  if (computedTime !== undefined) result.computedTimesMs[row] = eventTime.ms;
  if (keyFields.length === 0) return;
  result.keyStarts[row] = keyPlace.from;
  result.keyEnds[row] = keyPlace.to;
}

function reject(
  checker: BodyChecker,
  bytes: Uint8Array,
  from: number,
  end: number,
  row: number,
  result: CheckedBody,
): void {
  // Not every check notes where the text stops being JSON: the plain walk does.
  if (fault.code === "syntax") checkValue(bytes, from, end, 0);
  const code: RowErrorCode =
    fault.code !== "syntax" ? fault.code : scanFailure.tooDeep ? "row.too-deep" : "row.not-json";
  result.rejected.push({ index: row, code, ...describeFault(code, checker.format, bytes, from, end) });
}

function refuseTrailing(bytes: Uint8Array, from: number, length: number): void {
  const at = skipSpace(bytes, from);
  if (at < length)
    throw badJson(at, length, "something follows the value; for one object a line send application/x-ndjson");
}

function badJson(offset: number, length: number, problem: string) {
  return quickwaterError("request.bad-body", { format: "JSON", offset: Math.min(offset, length), problem });
}

function unexpected(bytes: Uint8Array, length: number): string {
  const at = scanFailure.at;
  return at >= length
    ? "it ends too early"
    : `${JSON.stringify(String.fromCharCode(bytes[at]!))} is unexpected there`;
}

function trailingText(offset: number): string {
  return `Not JSON at byte ${offset}: something follows the object.`;
}
