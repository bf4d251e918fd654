/** Reads what a client says on its live socket, once: the rest trusts the types of `protocol.ts`. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { deltasPerSecondMax, deltasPerSecondMin } from "../feed/pace.ts";
import { whereLengthMax } from "../feed/shape.ts";
import type { ClientMessage } from "../protocol.ts";
import { readJsonObject } from "./json-object.ts";

/** Of a subscription, what each member must be. */
const members: Readonly<Record<string, { is: (value: unknown) => boolean; must: string }>> = {
  view: { is: isText, must: "be the name of a view" },
  emit: {
    is: orAbsent((value) => value === "changes" || value === "final"),
    must: 'be "changes" or "final"',
  },
  resume: { is: orAbsent(isText), must: "be a token of this server" },
  where: {
    is: orAbsent((value) => isText(value) && value.trim() !== "" && value.length <= whereLengthMax),
    must: `be SQL of 1 to ${whereLengthMax} characters`,
  },
  columns: {
    is: orAbsent((value) => Array.isArray(value) && value.every(isText)),
    must: "be a list of names",
  },
  maxRate: {
    is: orAbsent(
      (value) => typeof value === "number" && value >= deltasPerSecondMin && value <= deltasPerSecondMax,
    ),
    must: `be a number of deltas a second, from ${deltasPerSecondMin} to ${deltasPerSecondMax}`,
  },
};

/** @throws QuickwaterError `live.bad-message`. */
export function readClientMessage(text: string, isBinary: boolean): ClientMessage {
  const refuse = (problem: string) => quickwaterError("live.bad-message", { problem });
  const { type, id, ...rest } = readJsonObject(text, isBinary);
  if (type !== "subscribe" && type !== "unsubscribe")
    throw refuse('`type` must be "subscribe" or "unsubscribe"');
  if (typeof id !== "string" || id.length === 0 || id.length > 200)
    throw refuse("`id` must be a text of 1 to 200 characters");
  if (type === "unsubscribe") return { type, id };
  for (const [name, { is, must }] of Object.entries(members))
    if (!is(rest[name])) throw refuse(`\`${name}\` must ${must}`);
  return { ...rest, type, id } as ClientMessage;
}

/** The id that an unreadable message names, so that the client can tell which one failed. */
export function idIn(text: string): string | undefined {
  return /"id"\s*:\s*"([^"\\]{1,200})"/.exec(text)?.[1];
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function orAbsent(is: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || is(value);
}
