/**
 * What puts groups together and takes them apart, by their addresses. Compiled in `compile-merge.ts`; its
 * plain twin is `GroupAggregates`, which is also called for what no JavaScript is emitted for.
 */
export interface MergeKernel {
  /** Adds everything that another group holds. */
  merge(into: number, from: number): void;
  /** Takes back what was merged; only where that can be done exactly. */
  unmerge(from: number, part: number): void;
  /** Empties a group's aggregates. */
  clear(address: number): void;
}
