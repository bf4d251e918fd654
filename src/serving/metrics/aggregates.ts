/** What is usual of a metric: its final points added up, all of them and by what tells them apart. */
import type { Point } from "./metric-points.ts";

export interface Aggregate {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly avg: number;
  readonly last_value: number;
  /** Of the newest point, as an ISO text. */
  readonly last_update: string;
}

export interface Aggregator extends Aggregate {
  readonly by: readonly (Aggregate & { readonly dimensions: Readonly<Record<string, unknown>> })[];
}

/** The points are in the order of their times; undefined where none of them is final. */
export function aggregatorOf(points: readonly Point[]): Aggregator | undefined {
  const counted = points.filter(({ final, value }) => final && value !== null);
  if (counted.length === 0) return undefined;
  const groups = Map.groupBy(counted, ({ dimensions }) => dimensions);
  const by = Array.from(groups, ([dimensions, some]) => ({
    dimensions: JSON.parse(dimensions) as Readonly<Record<string, unknown>>,
    ...aggregateOf(some),
  }));
  return { ...aggregateOf(counted), by };
}

function aggregateOf(points: readonly Point[]): Aggregate {
  const values = points.map(({ value }) => value!);
  const sum = sumOf(values);
  const newest = points.at(-1)!;
  return {
    count: values.length,
    sum,
    min: values.reduce((least, value) => Math.min(least, value)),
    max: values.reduce((most, value) => Math.max(most, value)),
    avg: sum / values.length,
    last_value: newest.value!,
    last_update: JSON.parse(newest.timestamp) as string,
  };
}

/** As exact as a double: what each addition loses is added at the end, so that cents add up. */
function sumOf(values: readonly number[]): number {
  let [sum, lost] = [0, 0];
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}
