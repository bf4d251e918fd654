/** Of a view that shows nothing: whether there is anything that it could be made of. */
import type { WhyInput } from "../../serving/answers.ts";
import type { Told, WhyFacts } from "./why-facts.ts";
import { allRowsText, listText, rowsText, sentence } from "./why-words.ts";

/** Undefined where its streams have rows that it was given. */
export function noRowsIn({ view, inputs, stages }: WhyFacts): Told | undefined {
  const empty = inputs.filter(({ rowsLogged }) => rowsLogged === 0);
  if (inputs.length > 0 && empty.length === inputs.length) return nothingCame(view, inputs);
  const rowsTaken = stages.filter(({ stream }) => stream !== null).map(({ rowsIn }) => rowsIn ?? 0);
  if (rowsTaken.some((rows) => rows > 0)) return undefined;
  const waiting = inputs.filter(({ rowsInFlight }) => (rowsInFlight ?? 0) > 0);
  if (waiting.length > 0) {
    const counts = waiting.map((input) => `${rowsText(input.rowsInFlight!)} of ${input.stream}`);
    const summary =
      `${listText(counts)} are logged and were not taken yet: the engine is behind. ` +
      "Wait a moment; GET /metrics shows quickwater_view_rows_in_flight.";
    return { cause: "not-read", summary };
  }
  const summary =
    `${view} was given no row: what its streams have had was let go before it began. Events that come from ` +
    "now on are in it.";
  return { cause: "no-events", summary };
}

function nothingCame(view: string, inputs: readonly WhyInput[]): Told {
  const dead = inputs.find((input) => input.dead !== null && input.dead.rows > 0);
  if (dead !== undefined) return allDead(dead);
  const written = inputs.find(({ from }) => from === "queries");
  const fed = inputs.find(({ from }) => from === "events");
  if (written !== undefined && fed === undefined) {
    const summary =
      `${written.stream}, which ${view} is made of, has no rows yet: other queries write it. ` +
      `GET /v1/why/${written.stream} tells what they wait for.`;
    return { cause: "no-events", summary };
  }
  const names = listText(inputs.map(({ stream }) => stream));
  const duplicates = inputs.find((input) => (input.duplicates ?? 0) > 0);
  const known =
    duplicates === undefined
      ? ""
      : ` ${rowsText(duplicates.duplicates!)} of ${duplicates.stream} had come before and count once.`;
  const next =
    fed === undefined
      ? "They come by themselves."
      : `Send some: POST /v1/streams/${fed.stream}/events, and look at \`rejected\` in its answer.`;
  return { cause: "no-events", summary: `No event has come to ${names} yet.${known} ${next}` };
}

function allDead({ stream, dead }: WhyInput): Told {
  const { rows, last } = dead!;
  const field = last?.field == null ? "" : `, field ${last.field}`;
  const why = last === null ? "" : ` The last one, at ${last.at}${field}: ${sentence(last.reason)}`;
  const next = `quickwater dead ${stream} lists them, quickwater replay ${stream} reads them again.`;
  const dies = `${allRowsText(rows).all} that came to ${stream} could not be taken.`;
  const summary = `${dies}${why} Send them as the table wants, or change the table; ${next}`;
  return { cause: "dead", summary };
}
