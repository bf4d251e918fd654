/** What a stage that holds rows waits for: a stream that keeps the watermark back, or time itself. */
import type { WhyInput, WhyPartition, WhyStage } from "../../serving/answers.ts";
import { formatInstantMs } from "../../values/timestamp.ts";
import { holdersIn, watermarkMs } from "./holding-back.ts";
import { placed, streamsBelow, type Told, type WhyFacts } from "./why-facts.ts";
import { rowsText, spanText } from "./why-words.ts";

export function waitingFor(facts: WhyFacts, stage: WhyStage): Told {
  const { inputs, shows } = facts;
  const below = new Set(streamsBelow(facts, stage));
  const own = holdersIn(inputs.filter(({ stream }) => below.has(stream)));
  const holder = own.find(({ partitions }) => partitions.some(({ holdsBack }) => holdsBack));
  if (holder !== undefined && othersHavePassed(facts, own, stage)) {
    const partition = holder.partitions.find(({ holdsBack }) => holdsBack)!;
    return {
      cause: isVersions(facts, stage, holder.stream) ? "version-behind" : "held-back",
      summary: heldBack(stage, holder, partition),
    };
  }
  const { why } = stage.held!;
  const rows = stage.held!.rows;
  const isWindow = why?.startsWith("The window") === true;
  const what = isWindow ? rowsText(rows, "group") : rowsText(rows);
  const kept = isWindow && shows?.emit === "final" ? " and 'emit' = 'final' shows closed windows only" : "";
  const wait = rows === 1 ? "waits" : "wait";
  const head = `${what} ${wait} in ${placed(stage)}${kept}.`;
  const sentences = [head, ...(why === null ? [] : [why]), movesOn(facts, own, stage)];
  return {
    cause: isWindow && shows?.emit === "final" ? "not-final" : "waiting",
    summary: sentences.filter((text) => text !== "").join(" "),
  };
}

/** Whether somebody is where the next rows could go; else all are only on their way there. */
function othersHavePassed(facts: WhyFacts, inputs: readonly WhyInput[], stage: WhyStage): boolean {
  const { until } = stage.held!;
  const timed = inputs.filter(({ delayMs }) => delayMs !== null);
  const neededMs = until === null ? Number.POSITIVE_INFINITY : Date.parse(until) + lagMs(facts, timed, stage);
  return timed.some(({ partitions }) => partitions.some((each) => watermarkMs(each) >= neededMs));
}

/** Stages between may keep the watermark back, or tell it on another clock. */
function lagMs({ stages }: WhyFacts, timed: readonly WhyInput[], stage: WhyStage): number {
  const before = stage.inputs.map((number) => watermarkMs(stages.find((each) => each.number === number)!));
  const partitions = timed.flatMap((input) => input.partitions);
  const ms = Math.min(...partitions.map(watermarkMs)) - Math.min(...before);
  return Number.isFinite(ms) ? ms : 0;
}

/** Whether the stream is what rows of a temporal join look their versions up in. */
function isVersions(facts: WhyFacts, stage: WhyStage, stream: string): boolean {
  if (!stage.stage.includes("FOR SYSTEM_TIME AS OF")) return false;
  const right = facts.stages.find(({ number }) => number === stage.inputs[1]);
  return right !== undefined && streamsBelow(facts, right).includes(stream);
}

function heldBack(stage: WhyStage, input: WhyInput, partition: WhyPartition): string {
  const { stream } = input;
  const who = input.partitions.length > 1 ? `partition ${partition.partition} of ${stream}` : stream;
  const since =
    partition.lastRowAt === null
      ? `${who} has had no row yet`
      : `${who} is at ${partition.watermark} and has had no row since ${partition.lastRowAt}`;
  const rows = rowsText(stage.held!.rows, stage.held!.why?.startsWith("The window") ? "group" : "row");
  const wait = stage.held!.rows === 1 ? "waits" : "wait";
  return `${rows} ${wait} in ${placed(stage)} for the watermark, and ${since}. ${release(input, partition)}`;
}

/** When it holds nobody back any more. */
function release({ stream, ...input }: WhyInput, { quietForMs }: WhyPartition): string {
  if (input.inBackfill) return `A backfill of ${stream} is open: end it, or send its next events.`;
  if (input.followsQueries) return `Queries write ${stream}: GET /v1/why/${stream} tells what they wait for.`;
  const { idleTimeoutMs } = input;
  const send = `Send newer events to ${stream}`;
  if (idleTimeoutMs === null || quietForMs === null) return `${send}.`;
  const leftMs = Math.max(0, idleTimeoutMs - quietForMs);
  const says = `'idle-timeout' is ${spanText(idleTimeoutMs)}`;
  return (
    `${send}, or wait ${spanText(leftMs)}: then it counts as idle (${says}) and holds nobody back. ` +
    "A shorter 'idle-timeout' of the table lets go sooner."
  );
}

/** What lets the next rows go where nobody is behind: an event, or the clock when all are quiet. */
function movesOn(facts: WhyFacts, inputs: readonly WhyInput[], stage: WhyStage): string {
  const timed = inputs.filter(({ delayMs }) => delayMs !== null);
  const { until } = stage.held!;
  if (until === null || timed.length === 0) return "";
  const open = timed.find(({ inBackfill }) => inBackfill);
  if (open !== undefined) return `A backfill of ${open.stream} is open: no clock counts until it is ended.`;
  const follows = timed.find(({ followsQueries }) => followsQueries);
  if (follows !== undefined) return release(follows, follows.partitions[0]!);
  const partitions = timed.flatMap((input) => input.partitions);
  const delayMs = Math.max(...timed.map((input) => input.delayMs!));
  const eventMs = Date.parse(until) + delayMs + lagMs(facts, timed, stage);
  const streams = timed.map(({ stream }) => stream).join(" and ");
  const first = `An event of ${streams} at ${formatInstantMs(eventMs)} or later moves it there`;
  // A stream that never had a row stays where it is.
  if (partitions.every(({ lastRowAt }) => lastRowAt === null)) return `${first}.`;
  const idleMs = Math.max(...timed.map((input) => input.idleTimeoutMs!));
  const quietMs = Math.min(...partitions.map(({ quietForMs }) => quietForMs ?? 0));
  const clock = spanText(Math.max(eventMs + idleMs - Date.parse(facts.now), idleMs - quietMs));
  return `${first}; if none comes, the clock does in ${clock} ('idle-timeout' is ${spanText(idleMs)}).`;
}
