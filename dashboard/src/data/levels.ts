/** Which level of a panel a value has reached: the highest that begins at it or below. */
import type { Level, Tone } from "../../../src/serving/pages.ts";
import { type ExactDecimal, subtract } from "../numbers/exact-decimal.ts";
import { decimalOf } from "./cells.ts";

/** For a level that has no title of its own. */
const toneWords: Readonly<Record<Tone, string>> = { good: "good", warn: "warning", bad: "bad", plain: "" };

export function levelOf(value: ExactDecimal | undefined, levels: readonly Level[]): Level | undefined {
  if (value === undefined) return undefined;
  let reached: Level | undefined;
  for (const level of levels) {
    if (reached !== undefined && level.from < reached.from) continue;
    const from = decimalOf(level.from);
    if (from !== undefined && subtract(value, from).unscaled >= 0n) reached = level;
  }
  return reached;
}

/** What its colour says, in words. */
export function levelWords({ tone, title }: Level): string {
  return title ?? toneWords[tone];
}
