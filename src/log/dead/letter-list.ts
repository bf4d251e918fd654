/** The open dead letters of a stream, counted by reason, and the newest of them. */
import type { EventLogReader, StreamId } from "../event-log.ts";
import type { Turns } from "../turns.ts";
import type { LetterChoice, LetterList, LetterReason, ShownLetter } from "./dead-letters.ts";
import { isChosen, type LetterRow, lettersIn, replayedLetters, type WalkedLetter } from "./letter-walk.ts";

/** A sender may put anything into a field's name: so many reasons are told apart. */
const reasonsMax = 1_000;

export function* listLetters(
  reader: EventLogReader,
  dead: StreamId,
  choice: LetterChoice,
  limit: number,
): Turns<LetterList> {
  const replayed = yield* replayedLetters(reader, dead);
  const reasons = new Map<string, LetterReason>();
  const newest: WalkedLetter[] = [];
  let open = 0;
  for (const letter of lettersIn(reader, dead)) {
    yield;
    if (replayed.has(letter.number)) continue;
    open++;
    if (!isChosen(choice, letter.number, letter.row)) continue;
    countReason(reasons, letter.row);
    newest.push(letter);
    if (newest.length > 2 * limit) newest.splice(0, newest.length - limit);
  }
  return {
    open,
    replayed: replayed.count,
    reasons: [...reasons.values()].sort((left, right) => right.count - left.count),
    letters: newest
      .slice(Math.max(0, newest.length - limit))
      .reverse()
      .map(shown),
  };
}

function countReason(reasons: Map<string, LetterReason>, row: LetterRow): void {
  const { code, field, received_at: lastAt, reason: example } = row;
  const key = JSON.stringify([code, field]);
  const known = reasons.get(key);
  if (known === undefined && reasons.size >= reasonsMax) return;
  const { count = 0, firstAt = lastAt } = known ?? {};
  reasons.set(key, { code, field, count: count + 1, firstAt, lastAt, example });
}

function shown({ number, step, index, row }: WalkedLetter): ShownLetter {
  const { received_at: receivedAt, code, field, reason, origin, position, bytes: base64 } = row;
  const id = `${step}-${index}`;
  return { number, id, receivedAt, code, field, reason, origin, position, text: textOf(base64), base64 };
}

function textOf(base64: string): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, "base64"));
  } catch {
    return null; // Not UTF-8, which may be why it is dead.
  }
}
