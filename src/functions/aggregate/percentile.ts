/**
 * PERCENTILE(x, fraction): the value that so much of all values lie below, exact; between two values as far
 * as the fraction is between them. All values are kept, in order. NULL where there is none.
 */
import type { SqlValue } from "../../values/sql-value.ts";
import { type Accumulator, type AccumulatorNeeds, keptAccumulator } from "./accumulator.ts";

export function percentileAccumulator({ parameters, distinct }: AccumulatorNeeds): Accumulator {
  const fraction = parameters[0] as number;
  return keptAccumulator({ order: "value", once: distinct }, (values): SqlValue => {
    if (values.size === 0) return null;
    // Counted from 1, as in Flink: another beginning rounds otherwise.
    const place = (values.size - 1) * fraction + 1;
    const below = Math.floor(place);
    const lower = values.at(below) as number;
    if (below === place) return lower;
    return lower * (below + 1 - place) + (values.at(below + 1) as number) * (place - below);
  });
}
