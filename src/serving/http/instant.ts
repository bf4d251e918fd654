import { quickwaterError } from "../../errors/quickwater-error.ts";

/** A leap second is a time for the check of the request, and for nobody else. */
export function instantOf(name: string, text: string): number {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  throw quickwaterError("request.bad-parameter", { name, expected: "be an instant" });
}

/** Of what was: nothing is told of a moment to come. */
export function passedInstantOf(name: string, text: string): number {
  const ms = instantOf(name, text);
  if (ms <= Date.now()) return ms;
  throw quickwaterError("request.bad-parameter", { name, expected: "be a moment that has passed" });
}
