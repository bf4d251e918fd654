/** Reads what a client says on its live socket, once: the rest trusts the types of `protocol.ts`. */
import { quickwaterError } from "../../errors/quickwater-error.ts";
import type { ClientMessage } from "../protocol.ts";

/** @throws QuickwaterError `live.bad-message`. */
export function readClientMessage(text: string, isBinary: boolean): ClientMessage {
  const refuse = (problem: string) => quickwaterError("live.bad-message", { problem });
  if (isBinary) throw refuse("binary frames are not read");
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (error) {
    throw quickwaterError("live.bad-message", { problem: "it is not JSON" }, { cause: error });
  }
  if (typeof message !== "object" || message === null) throw refuse("it is not an object");
  const { type, id, view, emit, resume } = message as Record<string, unknown>;
  if (type !== "subscribe" && type !== "unsubscribe")
    throw refuse('`type` must be "subscribe" or "unsubscribe"');
  if (typeof id !== "string" || id.length === 0 || id.length > 200)
    throw refuse("`id` must be a text of 1 to 200 characters");
  if (type === "unsubscribe") return { type, id };
  if (typeof view !== "string") throw refuse("`view` must be the name of a view");
  if (emit !== undefined && emit !== "changes" && emit !== "final")
    throw refuse('`emit` must be "changes" or "final"');
  if (resume !== undefined && typeof resume !== "string")
    throw refuse("`resume` must be a token of this server");
  return { type, id, view, emit, resume };
}

/** The id that an unreadable message names, so that the client can tell which one failed. */
export function idIn(text: string): string | undefined {
  return /"id"\s*:\s*"([^"\\]{1,200})"/.exec(text)?.[1];
}
