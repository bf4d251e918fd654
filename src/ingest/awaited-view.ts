/** `?wait=VIEW`: the view that has to take the events before they are answered, and what it says of them. */
import type { FastifyReply } from "fastify";
import { type Static, Type } from "typebox";
import type { ViewWait, WaitAnswer } from "../dataflow/runtime/view-waits.ts";
import { memberNames } from "../values/row-text.ts";
import type { LiveView } from "../views/live-view.ts";
import { rowJson } from "../views/row-json.ts";
import type { TakenRows } from "./taken-rows.ts";

/** An answer shows so many rows, and names so many that are gone. */
const shownMax = 1_000;
const waitMsMax = 60_000;

export const waitParameters = Type.Object(
  {
    wait: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: "A view: answers when it has taken the events, with its rows that changed since.",
      }),
    ),
    waitMs: Type.Integer({
      minimum: 1,
      maximum: waitMsMax,
      default: 5_000,
      description: "How long to wait for the view; the events are on disk also when it is over.",
    }),
  },
  { additionalProperties: false },
);

export type WaitParameters = Static<typeof waitParameters>;

/** What was taken, when the view that is waited for has taken it too. */
export async function answerTaken(
  reply: FastifyReply,
  taken: TakenRows,
  wait: ViewWait | undefined,
  waitMs: number,
): Promise<object | string> {
  if (wait === undefined || !taken.isTaken) return taken.answer(reply);
  return taken.answer(reply, waitText(wait.view, await wait.taken(waitMs)));
}

/** As JSON. */
function waitText({ schema }: LiveView, answer: WaitAnswer): string {
  const { isTaken, why, fromStep, step, rows, removedKeys } = answer;
  const names = memberNames(schema.schema);
  const head = {
    view: schema.name,
    taken: isTaken,
    why: why ?? null,
    fromStep,
    step,
    rowCount: rows.length,
    removedCount: removedKeys.length,
    removed: removedKeys.slice(0, shownMax),
  };
  const shown = rows.slice(0, shownMax).map((row) => rowJson(row, names));
  return `${JSON.stringify(head).slice(0, -1)},"rows":[${shown.join(",")}]}`;
}
