/** How the numbers of a funnel are written. */
import type { Format } from "../../../../src/serving/pages.ts";
import type { Mark } from "../../explain/mark.ts";

export const count: Format = { as: "number", currency: null, digits: null };
export const share: Format = { as: "share", currency: null, digits: 1 };
export const time: Format = { as: "milliseconds", currency: null, digits: null };

/** The numbers of a step, in the order of the table's columns. */
export const stepNumbers = ["value", "ofFirst", "ofPrevious", "dropOff", "took", "p90"] as const;
export type StepNumber = (typeof stepNumbers)[number];

/** `part` is the position among the parts; undefined of all together. */
export function stepMark(at: number, what: StepNumber, part?: number): Mark {
  return part === undefined ? [at, what] : [at, what, part];
}
