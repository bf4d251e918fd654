/**
 * The most likely cause of what a view shows, and what to do next: told of the facts alone. Of a view that
 * shows nothing it is the first stage, from the streams on, that was given rows and gave none.
 */
import type { WhyCause, WhyInput, WhyShown, WhyStage } from "../../serving/answers.ts";
import { noRowsIn } from "./no-rows.ts";
import { waitingFor } from "./waiting-for.ts";
import { placed, streamsBelow, type Told, type WhyFacts } from "./why-facts.ts";
import { allRowsText, listText, rowsText, sentence, spanText } from "./why-words.ts";

export function summaryOf(facts: WhyFacts): Told {
  const { view, shows, stages } = facts;
  if (shows !== null && shows.failure !== null) return stopped(view, shows.failure);
  if (shows !== null && shows.making !== null) return beingMade(view, shows.making);
  if (stages.length === 0) return { cause: "stopped", summary: notRunning(view) };
  const hasRows = (shows?.rows ?? rowsWritten(facts)) > 0;
  if (hasRows) return farBehind(facts) ?? well(facts, shows);
  return noRowsIn(facts) ?? blockedIn(facts) ?? gone(facts);
}

function stopped(view: string, failure: string): Told {
  const next = "Its rows are those of then; correct its SQL so that such a row passes, and start it anew.";
  return { cause: "stopped", summary: `${view} was stopped: ${sentence(failure)} ${next}` };
}

function notRunning(view: string): string {
  return `${view} does not run: it was stopped, and the server's log says by what, or it is being made.`;
}

/** What the queries of a stream gave: their last stages are those that no other one reads. */
function rowsWritten({ stages }: WhyFacts): number {
  return lastStages(stages).reduce((sum, { rowsOut }) => sum + (rowsOut ?? 0), 0);
}

function lastStages(stages: readonly WhyStage[]): readonly WhyStage[] {
  const read = new Set(stages.flatMap(({ inputs }) => inputs));
  return stages.filter(({ number }) => !read.has(number));
}

function beingMade(view: string, { done, remainingMs }: NonNullable<WhyShown["making"]>): Told {
  const percent = `${Math.floor(done * 100)} %`;
  const rest = remainingMs === null ? "" : `, about ${spanText(remainingMs)} more`;
  const summary =
    `${view} is being made of the events that are there (${percent}${rest}). ` +
    "Until then it shows what it showed before.";
  return { cause: "making", summary };
}

/** What is usually on its way is a moment's work. */
const rowsFarBehind = 5_000;

/** Of a view that still takes what came before nothing else is worth a word. */
function farBehind({ view, inputs }: WhyFacts): Told | undefined {
  const waiting = inputs.filter(({ rowsInFlight }) => (rowsInFlight ?? 0) >= rowsFarBehind);
  if (waiting.length === 0) return undefined;
  const counts = waiting.map((input) => `${rowsText(input.rowsInFlight!)} of ${input.stream}`);
  const summary = `${view} still takes what came before: ${listText(counts)} wait. It goes on by itself.`;
  return { cause: "not-read", summary };
}

/** It has rows: how fresh they are, and what holds the next ones up. */
function well(facts: WhyFacts, shows: WhyShown | null): Told {
  const { view, now, stages } = facts;
  const lastRows = lastStages(stages).flatMap(({ lastRowAt }) => lastRowAt ?? []);
  const last = shows === null ? lastRows.sort().at(-1) : shows.lastChangeAt;
  const rows = shows?.rows ?? rowsWritten(facts);
  const verb = shows === null ? "was given" : "shows";
  const open = shows !== null && shows.openRows > 0 ? `, ${shows.openRows} of them not final yet` : "";
  const when = last === null || last === undefined ? "" : `, the last change ${sinceText(last, now)} ago`;
  const sentences = [`${view} ${verb} ${rowsText(rows)}${open}${when}.`];
  const waits = stages.filter(({ held }) => held !== null && held.rows > 0);
  const behind = waits.map((stage) => waitingFor(facts, stage)).find(({ cause }) => isHeld(cause));
  if (behind !== undefined) sentences.push(behind.summary);
  else if (waits[0]?.held?.why) sentences.push(waits[0].held.why);
  const late = stages.reduce((sum, stage) => sum + (stage.late?.rows ?? 0), 0);
  if (late > 0) sentences.push(...lateText(facts, late));
  const leftOut = facts.inputs.find(isLastFiltered);
  if (leftOut !== undefined)
    sentences.push(`The newest event of ${leftOut.stream} ${notFulfilled(leftOut)}.`);
  return { cause: behind?.cause ?? "well", summary: sentences.join(" ") };
}

function lateText(facts: WhyFacts, late: number): readonly string[] {
  const corrected = facts.shows?.corrected ?? null;
  const [taken, open] = corrected === null ? [0, late] : [corrected.rows, corrected.open];
  const sentences: string[] = [];
  if (corrected !== null && taken > 0) {
    const windows = taken === 1 ? "its window" : "their windows";
    const when = `the correction ${sinceText(corrected.at, facts.now)} ago`;
    const whole = `as far as the journal had ${windows} whole`;
    sentences.push(`${rowsText(taken)} came late; ${when} took ${them(taken)} in, ${whole}.`);
  }
  if (open > 0) {
    const more = taken > 0 ? "Behind it " : "";
    const lists = `${lateRowsAt(facts)} lists ${them(open)}`;
    sentences.push(
      `${more}${rowsText(open)} came late and ${open === 1 ? "is" : "are"} not in it: ${lists}.`,
    );
  }
  return sentences;
}

const them = (rows: number) => (rows === 1 ? "it" : "them");

function isHeld(cause: WhyCause): boolean {
  return cause === "held-back" || cause === "version-behind";
}

function blockedIn(facts: WhyFacts): Told | undefined {
  const blocked = blockedStage(facts);
  if (blocked === undefined) return undefined;
  const { held, filtered, late, unmatched } = blocked;
  if (late !== null && late.rows > 0 && late.rows === blocked.rowsIn) return allLate(facts, blocked);
  if (filtered !== null && filtered.rows > 0) return allFiltered(facts, blocked);
  if (unmatched !== null && !waitsForTime(facts, blocked)) return noMatch(facts, blocked);
  if (held !== null && held.rows > 0) return waitingFor(facts, blocked);
  if (late !== null && late.rows > 0) return allLate(facts, blocked);
  const given = rowsText(blocked.rowsIn ?? 0);
  const summary = `${placed(blocked)} was given ${given} and makes none of them: ${reasonOf(blocked)}`;
  return { cause: "empty", summary };
}

/** Rows that became several are not counted behind a condition: then what it left out tells. */
function blockedStage({ stages }: WhyFacts): WhyStage | undefined {
  const below = (stage: WhyStage) => stages.find(({ number }) => number === stage.inputs[0]);
  const blocked = stages.find((stage) => {
    const rowsIn = stage.rowsIn ?? below(stage)?.rowsIn ?? 0;
    return rowsIn > 0 && stage.rowsOut === 0;
  });
  if (blocked === undefined || blocked.rowsIn !== null) return blocked;
  const keepsNothing = (blocked.held?.rows ?? 0) === 0 && (blocked.late?.rows ?? 0) === 0;
  return keepsNothing ? below(blocked) : blocked;
}

function reasonOf({ stage }: WhyStage): string {
  return stage.includes("UNNEST")
    ? "the lists that it takes apart have no elements."
    : "look at what it does, and at the events that it gets.";
}

function allFiltered({ view, inputs }: WhyFacts, stage: WhyStage): Told {
  const { rows, predicate } = stage.filtered!;
  const condition = predicate === null ? "no window that they are in" : `the condition ${predicate}`;
  const { all, were } = allRowsText(rows);
  const out = `${all} that came to ${placed(stage)} ${were} left out by ${condition}.`;
  const input = inputs.find(isLastFiltered);
  const next =
    input === undefined
      ? `Compare it with the events: ${eventsOf(inputs[0])}.`
      : `The newest event of ${input.stream} ${notFulfilled(input)}.`;
  return { cause: "filtered", summary: `${out} ${next} Is that what ${view} should leave out?` };
}

function isLastFiltered({ lastEvent }: WhyInput): boolean {
  return lastEvent?.status === "filtered" && lastEvent.predicate !== null;
}

function notFulfilled({ stream, lastEvent }: WhyInput): string {
  const { id, predicate } = lastEvent!;
  return `does not fulfil ${predicate} (GET /v1/streams/${stream}/events/${id} shows it)`;
}

function eventsOf(input: WhyInput | undefined): string {
  return `GET /v1/streams/${input?.stream ?? "{stream}"}/events shows them`;
}

function allLate(facts: WhyFacts, stage: WhyStage): Told {
  const { view, inputs, shows } = facts;
  const rows = stage.late!.rows;
  const { all, were } = allRowsText(rows);
  const { delayMs = null } = inputs.find((input) => input.delayMs !== null) ?? {};
  const at = stage.watermark === null ? "" : `, which is ${stage.watermark} now`;
  const replay = shows === null ? "" : `, and POST /v1/views/${view}/replay takes them into their windows`;
  const delay = delayMs === null ? "" : ` It lets ${allowed(delayMs)} behind the newest one;`;
  const summary =
    `${all} that came to ${placed(stage)} ${were} late: behind the watermark${at}.` +
    `${delay} a larger delay in WATERMARK FOR takes more. ${lateRowsAt(facts)} lists them${replay}.`;
  return { cause: "late", summary };
}

function lateRowsAt({ view, shows }: WhyFacts): string {
  return shows === null ? `GET /v1/streams/${view}$late/events` : `GET /v1/views/${view}/late`;
}

function allowed(delayMs: number): string {
  return delayMs === 0 ? "no row come" : `rows come ${spanText(delayMs)}`;
}

/**
 * Rows of a join wait for the watermark, and both sides have some. An interval join gives a pair at once: who
 * waits there has met nobody yet.
 */
function waitsForTime(facts: WhyFacts, stage: WhyStage): boolean {
  const { held, unmatched } = stage;
  if (held === null || held.rows === 0 || stage.stage === "INTERVAL JOIN") return false;
  const hasMissed = (unmatched?.left ?? 0) > 0 || (unmatched?.right ?? 0) > 0;
  return !hasMissed && sidesOf(facts, stage).every(({ rowsOut }) => rowsOut !== 0);
}

function sidesOf({ stages }: WhyFacts, { inputs }: WhyStage): readonly WhyStage[] {
  return inputs.map((number) => stages.find((stage) => stage.number === number)!);
}

function noMatch(facts: WhyFacts, stage: WhyStage): Told {
  const [left, right] = sidesOf(facts, stage);
  const { leftKeys, rightKeys, left: lone } = stage.unmatched!;
  for (const [side, name] of [
    [left, "left"],
    [right, "right"],
  ] as const) {
    if (side === undefined || side.rowsOut !== 0) continue;
    const [stream] = streamsBelow(facts, side);
    const look =
      stream === undefined ? "" : ` GET /v1/streams/${stream}/events shows what came to ${stream}.`;
    const lacks = `has found no two rows that belong together: its ${name} side has no rows.`;
    return { cause: "no-match", summary: `${placed(stage)} ${lacks}${look}` };
  }
  const met = lone === null || lone === 0 ? "" : ` ${rowsText(lone)} of the left met nobody.`;
  const keys = keysText(leftKeys, "left") + keysText(rightKeys, "right");
  const next = " Compare the keys of the two sides: letters, types and blanks count.";
  return {
    cause: "no-match",
    summary: `${placed(stage)} has found no two rows that belong together.${met}${keys}${next}`,
  };
}

function keysText(keys: readonly string[], side: "left" | "right"): string {
  const other = side === "left" ? "right" : "left";
  return keys.length === 0 ? "" : ` Only on the ${side}, and not on the ${other}: ${listText(keys)}.`;
}

function gone({ view }: WhyFacts): Told {
  const ends = "they were taken back, or are past its 'retention' or 'max-rows'";
  const summary = `${view} was given rows and has none now: ${ends}.`;
  return { cause: "empty", summary };
}

function sinceText(at: string, now: string): string {
  return spanText(Date.parse(now) - Date.parse(at));
}
