/** The accumulator of each aggregate function, by its SQL word. */

import type { AccumulatorMaker } from "./accumulator.ts";
import type { AggregateName } from "./aggregate-function.ts";
import { avgAccumulator } from "./avg.ts";
import { countAccumulator } from "./count.ts";
import { extremeAccumulator } from "./extreme.ts";
import { sumAccumulator } from "./sum.ts";

export const accumulators: Readonly<Record<AggregateName, AccumulatorMaker>> = {
  COUNT: countAccumulator,
  SUM: sumAccumulator,
  AVG: avgAccumulator,
  MIN: (argument) => extremeAccumulator("MIN", argument),
  MAX: (argument) => extremeAccumulator("MAX", argument),
};
