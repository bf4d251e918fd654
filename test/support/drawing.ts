/**
 * What tests that draw their cases begin with: `npm test` draws the same ones each time, so that one commit
 * has one answer; each round of `npm run fuzz` draws others, and more. Read before each file of tests.
 */
import fc from "fast-check";

export const drawingSeed = Number(process.env.DRAWING_SEED ?? 20_261_122);
const times = Number(process.env.DRAWING_TIMES ?? 1);

/** How many cases one draws that draws so many in `npm test`. */
export function caseCount(usual: number): number {
  return usual * times;
}

fc.configureGlobal({ seed: drawingSeed, numRuns: caseCount(100) });
