/** A message of a client, as the object that it has to be. */
import { quickwaterError } from "../../errors/quickwater-error.ts";

/** @throws QuickwaterError `live.bad-message`. */
export function readJsonObject(text: string, isBinary: boolean): Readonly<Record<string, unknown>> {
  if (isBinary) throw quickwaterError("live.bad-message", { problem: "binary frames are not read" });
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (error) {
    throw quickwaterError("live.bad-message", { problem: "it is not JSON" }, { cause: error });
  }
  if (typeof message === "object" && message !== null) return message as Record<string, unknown>;
  throw quickwaterError("live.bad-message", { problem: "it is not an object" });
}
