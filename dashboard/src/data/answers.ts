/** What stands in the answer of an analysis, of which the browser cannot know that it is as it should be. */
import type { WireValue } from "../../../src/serving/protocol.ts";
import type { ExactDecimal } from "../numbers/exact-decimal.ts";
import { decimalOf, instantOf } from "./cells.ts";

export type Members = Readonly<Record<string, unknown>>;

/** The objects of a list; none where it is no list. */
export function membersIn(list: unknown): readonly Members[] {
  if (!Array.isArray(list)) return [];
  return list.filter((each): each is Members => typeof each === "object" && each !== null);
}

export function decimalIn(value: unknown): ExactDecimal | undefined {
  return typeof value === "number" || typeof value === "string" ? decimalOf(value as WireValue) : undefined;
}

const instantText = /^[+-]?\d{4,6}-\d\d-\d\dT/;

/** Browsers take many a text for a time: "cohort 2" is a day of 2001. */
export function instantIn(value: unknown): number | undefined {
  return typeof value === "string" && instantText.test(value) ? instantOf(value) : undefined;
}
