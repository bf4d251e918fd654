/** The accumulator of each aggregate function, by its SQL word. */

import type { AccumulatorMaker } from "./accumulator.ts";
import type { AggregateName } from "./aggregate-function.ts";
import { arrayAccumulator } from "./array-agg.ts";
import { avgAccumulator } from "./avg.ts";
import { countAccumulator } from "./count.ts";
import { extremeAccumulator } from "./extreme.ts";
import { firstAccumulator, lastAccumulator } from "./first-last.ts";
import { listAccumulator } from "./listagg.ts";
import { percentileAccumulator } from "./percentile.ts";
import { sumAccumulator } from "./sum.ts";
import { varianceAccumulator } from "./variance.ts";

export const accumulators: Readonly<Record<AggregateName, AccumulatorMaker>> = {
  COUNT: countAccumulator,
  SUM: sumAccumulator,
  AVG: avgAccumulator,
  MIN: (needs) => extremeAccumulator("MIN", needs),
  MAX: (needs) => extremeAccumulator("MAX", needs),
  VAR_POP: () => varianceAccumulator("VAR_POP"),
  VAR_SAMP: () => varianceAccumulator("VAR_SAMP"),
  STDDEV_POP: () => varianceAccumulator("STDDEV_POP"),
  STDDEV_SAMP: () => varianceAccumulator("STDDEV_SAMP"),
  FIRST_VALUE: firstAccumulator,
  LAST_VALUE: lastAccumulator,
  LISTAGG: listAccumulator,
  PERCENTILE: percentileAccumulator,
  ARRAY_AGG: arrayAccumulator,
};
