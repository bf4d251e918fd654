/**
 * Reads dead letters again and sends those on that can be taken now, and those of which something new is to
 * be said. What was sent is noted behind it.
 */
import { setTimeout } from "node:timers/promises";
import { QuickwaterError } from "../../errors/quickwater-error.ts";
import type { AppendAnswer, AppendRequest, LogEntry, StreamId } from "../event-log.ts";
import { lettersShownMax, type ReplayAnswer, type StillDead } from "./dead-letters.ts";
import { type ReadLetter, rowsBody } from "./letter-check.ts";

const busyMs = 100;

/** What a replay needs of the log. */
export interface ReplayLog {
  append(request: AppendRequest): Promise<AppendAnswer>;
  write(entries: readonly LogEntry[]): Promise<unknown>;
}

export interface Replay {
  readonly stream: string;
  /** Of `<table>$dead`. */
  readonly dead: StreamId;
  readonly dryRun: boolean;
}

export async function replay(
  log: ReplayLog,
  { stream, dead, dryRun }: Replay,
  batches: AsyncIterable<readonly ReadLetter[]>,
): Promise<ReplayAnswer> {
  let taken = 0;
  let duplicates = 0;
  let stillDead = 0;
  const reasons: StillDead[] = [];
  for await (const letters of batches) {
    for (const { dead: reason } of letters) {
      if (reason === undefined) continue;
      stillDead++;
      if (reasons.length < lettersShownMax) reasons.push(reason);
    }
    const sent = letters.filter(({ verdict }) => verdict !== "same");
    if (dryRun || sent.length === 0) {
      taken += sent.filter(({ verdict }) => verdict === "passes").length;
      continue;
    }
    const { body, length } = rowsBody(sent.map(({ bytes }) => bytes));
    const answer = await appended(log, stream, body.slice(0, length));
    taken += answer.accepted;
    duplicates += answer.duplicates;
    const letterNumbers = ranges(sent.map(({ number }) => number));
    await log.write([{ payload: { kind: "replayed", streamId: dead, letters: letterNumbers } }]);
  }
  return { taken, duplicates, stillDead, reasons, dryRun };
}

/** Others go first where the log is busy: nobody waits for a replay. */
async function appended(
  log: ReplayLog,
  stream: string,
  rows: Uint8Array<ArrayBuffer>,
): Promise<AppendAnswer> {
  for (;;) {
    try {
      return await log.append({ stream, format: "rows", chunks: [rows], origin: "replay" });
    } catch (error) {
      if (!(error instanceof QuickwaterError) || error.code !== "request.busy") throw error;
      await setTimeout(busyMs);
    }
  }
}

/** Ascending numbers as runs, both ends in. */
function ranges(numbers: readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}
