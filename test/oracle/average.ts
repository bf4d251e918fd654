/** `sum/count` of unscaled digits as the decimal that Flink's AVG gives: half up, to so many places. */
export function averageOf(sum: bigint, count: bigint, sumScale: number, scale: number): bigint {
  const doubled = 2n * sum * 10n ** BigInt(scale - sumScale);
  const size = doubled < 0n ? -doubled : doubled;
  const rounded = (size + count) / (2n * count);
  return doubled < 0n ? -rounded : rounded;
}
