import { quickwaterError } from "../../errors/quickwater-error.ts";

/** A leap second is a time for the check of the request, and for nobody else. */
export function instantOf(name: string, text: string): number {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  throw quickwaterError("request.bad-parameter", { name, expected: "be an instant" });
}
