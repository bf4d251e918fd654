/** Open dead letters that were chosen, read again by the schema of today. */
import type { TableDefinition } from "../../catalog/catalog.ts";
import { padding } from "../../values/json/scan.ts";
import { type CheckedBody, checkBody, emptyCheckedBody, type RowLimits } from "../check/check-body.ts";
import { compileRowCheck } from "../check/row-check.ts";
import { rowFormatOf } from "../check/row-format.ts";
import { refuseUnlikelyTimes, type TimeLimits } from "../check/unlikely-time.ts";
import { type EventLogReader, rowsSeparator, type StreamId } from "../event-log.ts";
import type { Turns } from "../turns.ts";
import type { LetterChoice, StillDead } from "./dead-letters.ts";
import { isChosen, type LetterRow, lettersIn, replayedLetters } from "./letter-walk.ts";

/**
 *   passes   it would be taken now
 *   other    it stays dead, for another reason than before
 *   same     it stays dead, and nothing new is to be said of it
 */
export type Verdict = "passes" | "other" | "same";

export interface ReadLetter {
  readonly number: number;
  readonly verdict: Verdict;
  readonly bytes: Uint8Array;
  readonly dead: StillDead | undefined;
}

export interface LetterReading {
  readonly table: TableDefinition;
  readonly dead: StreamId;
  readonly choice: LetterChoice;
  readonly edited: ReadonlyMap<number, string>;
  readonly limits: RowLimits & TimeLimits;
  /** How late it is, for event times that cannot be meant. */
  readonly nowMs: number;
}

const batchBytesMax = 256 * 1024;
const batchRowsMax = 1_000;

/** The letters that were there when it began, in batches. */
export function* readLetters(
  reader: EventLogReader,
  reading: LetterReading,
): Turns<undefined, readonly ReadLetter[]> {
  const { table, dead, choice, edited, limits, nowMs } = reading;
  const format = rowFormatOf(table);
  const checker = { format, check: compileRowCheck(format), limits };
  const checkAll = (body: Uint8Array, length: number, checked: CheckedBody) => {
    checkBody(checker, body, length, "rows", checked);
    refuseUnlikelyTimes(checked, format, nowMs, limits);
  };
  const replayed = yield* replayedLetters(reader, dead);
  let batch: Chosen[] = [];
  let bytes = 0;
  for (const { number, row } of lettersIn(reader, dead)) {
    yield;
    if (replayed.has(number) || !isChosen(choice, number, row)) continue;
    const text = edited.get(number);
    const chosen = {
      number,
      row,
      isEdited: text !== undefined,
      bytes: Buffer.from(text ?? row.bytes, text === undefined ? "base64" : "utf8"),
    };
    batch.push(chosen);
    bytes += chosen.bytes.length;
    if (batch.length < batchRowsMax && bytes < batchBytesMax) continue;
    yield judge(checkAll, batch);
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield judge(checkAll, batch);
  return undefined;
}

interface Chosen {
  readonly number: number;
  readonly row: LetterRow;
  readonly isEdited: boolean;
  readonly bytes: Uint8Array;
}

type CheckAll = (body: Uint8Array, length: number, checked: CheckedBody) => void;

function judge(checkAll: CheckAll, batch: readonly Chosen[]): readonly ReadLetter[] {
  const reasons = new Map<number, StillDead>();
  const whole = batch.filter((letter) => {
    const reason = unreadable(letter);
    if (reason !== undefined) reasons.set(letter.number, reason);
    return reason === undefined;
  });
  if (whole.length > 0) {
    const { body, length } = rowsBody(whole.map(({ bytes }) => bytes));
    const checked = emptyCheckedBody();
    checkAll(body, length, checked);
    for (const { index, code, field = null, message } of checked.rejected) {
      const { number } = whole[index]!;
      reasons.set(number, { number, code, field, message });
    }
  }
  return batch.map(({ number, row, bytes }): ReadLetter => {
    const dead = reasons.get(number);
    if (dead === undefined) return { number, verdict: "passes", bytes, dead };
    const isSame = dead.code === row.code && dead.field === row.field && dead.message === row.reason;
    return { number, verdict: isSame ? "same" : "other", bytes, dead };
  });
}

/** What cannot even be looked at again: it was cut when it was kept, or would fall apart as a row. */
function unreadable({ number, row, isEdited, bytes }: Chosen): StillDead | undefined {
  const { code, field, reason: message } = row;
  const isCut = code === "row.too-large" && !isEdited;
  const isEmpty = Buffer.from(bytes).toString("latin1").trim() === "";
  return isCut || isEmpty || bytes.includes(rowsSeparator) ? { number, code, field, message } : undefined;
}

/** Rows as a body of the format `rows`, and a 0 behind it. */
export function rowsBody(rows: readonly Uint8Array[]): {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly length: number;
} {
  const length = rows.reduce((sum, row) => sum + row.length + 1, 0);
  const body = new Uint8Array(length + padding);
  let at = 0;
  for (const row of rows) {
    body.set(row, at);
    at += row.length;
    body[at++] = rowsSeparator;
  }
  return { body, length };
}
