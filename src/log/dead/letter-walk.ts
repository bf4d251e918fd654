/** Walks a journal for the dead letters of one stream. */
import type { EventLogReader, Step, StreamId } from "../event-log.ts";
import { stepKind } from "../event-log.ts";
import { payloadOf } from "../step-payload.ts";
import type { Turns } from "../turns.ts";
import type { LetterChoice } from "./dead-letters.ts";

/** A row of `<table>$dead` (`journal/dead-letter-row.ts`). */
export interface LetterRow {
  readonly received_at: string;
  readonly code: string;
  readonly field: string | null;
  readonly reason: string;
  readonly origin: string;
  readonly position: number;
  /** In base64. */
  readonly bytes: string;
}

/** Numbers of letters that were replayed, with those of the last step that was looked at. */
export interface ReplayedLetters {
  readonly count: number;
  has(number: number): boolean;
}

export function* replayedLetters(reader: EventLogReader, dead: StreamId): Turns<ReplayedLetters> {
  const numbers = new Set<number>();
  reader.narrow({ streams: new Set([dead]) });
  reader.seek(1);
  for (let step = reader.next(); step !== undefined; step = reader.next()) {
    yield;
    if (step.kind !== stepKind.statement) continue;
    const payload = payloadOf(step);
    if (payload.kind !== "replayed") continue;
    for (const [from, to] of payload.letters) {
      for (let number = from; number <= to; number++) numbers.add(number);
    }
  }
  return { count: numbers.size, has: (number) => numbers.has(number) };
}

/** A letter and the place of its row in the journal. */
export interface WalkedLetter {
  readonly number: number;
  readonly step: number;
  readonly index: number;
  readonly row: LetterRow;
}

/** The letters in the order in which they came, those that were replayed too. */
export function* lettersIn(reader: EventLogReader, dead: StreamId): Generator<WalkedLetter> {
  const decoder = new TextDecoder();
  reader.narrow({ streams: new Set([dead]) });
  reader.seek(1);
  for (let step = reader.next(); step !== undefined; step = reader.next()) {
    if (step.kind !== stepKind.rows) continue;
    for (let index = 0; index < step.rowCount; index++) {
      const row = JSON.parse(decoder.decode(rowBytes(step, index))) as LetterRow;
      yield { number: step.firstRowOffset + index, step: step.number, index, row };
    }
  }
}

export function rowBytes({ bytes, rowEnds }: Step, index: number): Uint8Array {
  return bytes.subarray(index === 0 ? 0 : rowEnds[index - 1]!, rowEnds[index]!);
}

export function isChosen(choice: LetterChoice, number: number, { code, field }: LetterRow): boolean {
  if (choice.code !== undefined && choice.code !== code) return false;
  if (choice.field !== undefined && choice.field !== field) return false;
  return choice.numbers === undefined || choice.numbers.has(number);
}
